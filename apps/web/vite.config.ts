/** How the pages are built: two HTML files, Preact through oxc, every file served by ourselves. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The city whose art is built in; a city is one folder of `programmes/`. */
const programme = process.env.LIYU_PROGRAMME ?? 'taiyuan';

export default defineConfig({
  root: here('.'),
  resolve: { alias: { '@art': here(`../../programmes/${programme}/art`) } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { fs: { allow: [here('../..')] } },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy knows no data: addresses, so nothing may be inlined as one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { home: here('index.html'), demo: here('demo/index.html') } },
  },
});
