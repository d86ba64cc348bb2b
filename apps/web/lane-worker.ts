/**
 * Builds the lane's service worker: the list of everything that `/lane/` needs to start without a
 * network, named by its content. What the server answers under `/api` is never kept.
 */
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const PAGE = '/lane/';
/** Files that stand beside the built ones. */
const BESIDE = ['/lane/manifest.webmanifest', '/icon.svg'];

/** The worker's own code; `files` are fetched when it is installed, all or none. */
function workerCode(version: string, files: readonly string[]): string {
  return `// The staffed lane without a network: made by lane-worker.ts.
const CACHE = ${JSON.stringify(`lane-${version}`)};
const PAGE = ${JSON.stringify(PAGE)};
const FILES = ${JSON.stringify(files)};
addEventListener('install', (event) => {
  const take = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([PAGE, ...FILES].map((file) => new Request(file, { cache: 'reload' })));
    await skipWaiting();
  };
  event.waitUntil(take());
});
addEventListener('activate', (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith('lane-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(tidy());
});
addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  const isPage = request.mode === 'navigate' && url.pathname.startsWith(PAGE);
  if (!isPage && !FILES.includes(url.pathname)) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(isPage ? PAGE : url.pathname)) ?? fetch(request);
  };
  event.respondWith(answer());
});
`;
}

/** Adds `lane/sw.js` to the build. */
export function laneWorker(): Plugin {
  return {
    name: 'liyu-lane-worker',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = new Set<string>();
      const take = (name: string): void => {
        const part = bundle[name];
        if (part === undefined || files.has(`/${name}`)) return;
        files.add(`/${name}`);
        if (part.type !== 'chunk') return;
        for (const next of [...part.imports, ...part.dynamicImports]) take(next);
        for (const next of part.viteMetadata?.importedCss ?? []) take(next);
        for (const next of part.viteMetadata?.importedAssets ?? []) take(next);
      };
      const entry = Object.values(bundle).find(
        (part) => part.type === 'chunk' && part.isEntry && part.name === 'lane',
      );
      if (entry === undefined) throw new Error('the build has no lane');
      take(entry.fileName);
      const list = [...files, ...BESIDE].sort();
      const version = createHash('sha256').update(list.join('\n')).digest('hex').slice(0, 16);
      this.emitFile({ type: 'asset', fileName: 'lane/sw.js', source: workerCode(version, list) });
    },
  };
}
