/** What is installed is what was chosen: exact versions, a lockfile that anybody can follow. */
import { test } from 'vitest';
import { expectNone, FILES, getFile, type Offence, type TreeFile } from './tree.ts';

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const manifests = FILES.filter(({ name }) => /(^|\/)package\.json$/.test(name));

function lineOf(file: TreeFile, word: string): number {
  return file.lines.findIndex((line) => line.includes(word)) + 1;
}

test('versions in package.json are exact', () => {
  const offences = manifests.flatMap((file): Offence[] => {
    const manifest = JSON.parse(file.text) as Record<string, Record<string, string> | undefined>;
    return KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {}))
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => ({
        file: file.name,
        line: lineOf(file, `"${name}"`),
        what: `${name} has the version ${version}`,
      }));
  });
  expectNone(offences);
});

test('every package of ours says Apache-2.0', () => {
  const ours = manifests.filter(({ name }) => name !== 'bench/peers/package.json');
  expectNone(
    ours
      .filter((file) => (JSON.parse(file.text) as { license?: string }).license !== 'Apache-2.0')
      .map(({ name }) => ({ file: name, line: 1, what: 'does not say Apache-2.0' })),
  );
});

const lockfile = getFile('package-lock.json');
const locked = Object.entries(
  (JSON.parse(lockfile.text) as { packages: Record<string, Locked> }).packages,
);

test('the lockfile names no address, so that it installs from any registry', () => {
  expectNone(
    locked
      .filter(([, { resolved }]) => resolved !== undefined && /^[a-z+]+:|^\//.test(resolved))
      .map(([name]) => ({
        file: lockfile.name,
        line: lineOf(lockfile, `"${name}"`),
        what: `${name} is resolved to an address`,
      })),
  );
});

test('the lockfile has the integrity of every package that is fetched', () => {
  expectNone(
    locked
      .filter(([name, { integrity }]) => name.includes('node_modules/') && integrity === undefined)
      .filter(([, { link }]) => link !== true)
      .map(([name]) => ({
        file: lockfile.name,
        line: lineOf(lockfile, `"${name}"`),
        what: `${name} has no integrity`,
      })),
  );
});
