/**
 * `npm run build -w @liyu/pass [-- FOLDER]`: the package as it is published, in `dist`. Within the
 * tree the sources are the package; Node does not run TypeScript out of node_modules, so what
 * strangers install is JavaScript with its declarations, the vectors and their runner.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const HERE = import.meta.dirname;

/** What stands in the manifest of the tree and is carried over. */
interface Manifest {
  readonly private?: boolean;
  readonly scripts?: unknown;
  readonly exports: Readonly<Record<string, string>>;
}

/** The published manifest: the same, with what was built in place of the sources. */
function publishedManifest(): unknown {
  const text = readFileSync(path.join(HERE, 'package.json'), 'utf8');
  const { private: _private, scripts: _scripts, ...manifest } = JSON.parse(text) as Manifest;
  const built = Object.entries(manifest.exports).map(([name, source]) => {
    const stem = source.replace(/\.ts$/, '');
    return [name, { types: `${stem}.d.ts`, default: `${stem}.js` }];
  });
  return {
    ...manifest,
    exports: { ...Object.fromEntries(built), './vectors/*.json': './vectors/*.json' },
  };
}

/** Builds into a folder, which is emptied before. Throws with the compiler's words if it fails. */
export function build(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'vectors'), { recursive: true });
  const { resolve } = createRequire(import.meta.url);
  const compiler = path.join(path.dirname(resolve('typescript/package.json')), 'bin/tsc');
  const asked = ['-p', path.join(HERE, 'tsconfig.build.json'), '--outDir', folder];
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...asked], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`tsc ended with ${status}:\n${stdout}`);
  for (const name of readdirSync(path.join(HERE, 'vectors'))) {
    if (/\.(json|md)$/.test(name)) {
      cpSync(path.join(HERE, 'vectors', name), path.join(folder, 'vectors', name));
    }
  }
  cpSync(path.join(HERE, 'README.md'), path.join(folder, 'README.md'));
  cpSync(path.join(HERE, '../../LICENSE'), path.join(folder, 'LICENSE'));
  const manifest = `${JSON.stringify(publishedManifest(), null, 2)}\n`;
  writeFileSync(path.join(folder, 'package.json'), manifest);
}

if (import.meta.main) build(path.resolve(process.argv[2] ?? path.join(HERE, 'dist')));
