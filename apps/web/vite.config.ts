/** How the pages are built: three HTML files, Preact through oxc, every file served by ourselves. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { laneWorker } from './lane-worker.ts';

const here = (to: string): string => fileURLToPath(new URL(to, import.meta.url));

/** The folder of the city whose art is built in; the server reads the same variable. */
const programme = path.resolve(process.env.LIYU_PROGRAMME ?? here('../../programmes/taiyuan'));

/**
 * Takes the foreign host out of the code reader's default address. We always say where its wasm
 * lies; with this, a forgotten setting fails here instead of asking a stranger.
 */
const withoutForeignHost: Plugin = {
  name: 'liyu-without-foreign-host',
  transform(code, id) {
    if (!id.includes('zxing-wasm') || !code.includes('https://fastly.jsdelivr.net')) return null;
    return { code: code.replaceAll('https://fastly.jsdelivr.net', ''), map: null };
  },
};

export default defineConfig({
  plugins: [withoutForeignHost, laneWorker()],
  root: here('.'),
  resolve: { alias: { '@art': path.join(programme, 'art') } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { fs: { allow: [here('../..')] } },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy knows no data: addresses, so nothing may be inlined as one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        home: here('index.html'),
        demo: here('demo/index.html'),
        lane: here('lane/index.html'),
      },
    },
  },
});
