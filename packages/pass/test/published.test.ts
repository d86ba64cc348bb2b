/**
 * The package as a stranger gets it: built, packed by npm, put into a folder that has nothing else,
 * and run by plain Node.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../build.ts';

const home = mkdtempSync(path.join(tmpdir(), 'liyu-pass-'));
const installed = path.join(home, 'stranger/node_modules/@liyu/pass');
let packed: { files: { path: string }[]; filename: string };

function run(command: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

beforeAll(() => {
  const dist = path.join(home, 'dist');
  build(dist);
  const [first] = JSON.parse(run('npm', ['pack', '--json', '--offline'], dist).stdout) as [
    typeof packed,
  ];
  packed = first;
  mkdirSync(installed, { recursive: true });
  const tarball = path.join(dist, packed.filename);
  expect(run('tar', ['-xzf', tarball, '--strip-components=1'], installed).status).toBe(0);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the published package', () => {
  it('has no dependency, and nothing that a stranger does not need', () => {
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'private']) {
      expect(manifest).not.toHaveProperty(kind);
    }
    const names = packed.files.map((file) => file.path);
    expect(names).toContain('LICENSE');
    expect(names).toContain('vectors/scan.json');
    const strange = names.filter((name) => !/(\.js|\.d\.ts|\.json|\.md|LICENSE)$/.test(name));
    expect(strange).toEqual([]);
    expect(names.filter((name) => /test/.test(name))).toEqual([]);
  });

  it('has every file that its exports name', () => {
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as {
      exports: Record<string, string | Record<string, string>>;
    };
    const files = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [] : Object.values(target),
    );
    expect(files.length).toBe(6);
    expect(files.filter((file) => !existsSync(path.join(installed, file)))).toEqual([]);
  });

  it('runs the example of its README', () => {
    const readme = readFileSync(path.join(installed, 'README.md'), 'utf8');
    const example = /```js\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const folder = path.join(home, 'stranger');
    writeFileSync(path.join(folder, 'example.mjs'), example);
    const { status, stdout, stderr } = run(process.execPath, ['example.mjs'], folder);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('ok: true');
    expect(stdout).toContain('skewSeconds: -4');
    expect(stdout).toContain("detail: 'phone is 73 s slow'");
  });

  it('runs its vectors', () => {
    const { status, stdout } = run(process.execPath, ['vectors/run.js'], installed);
    expect(stdout).toMatch(/^\d+ as expected, 0 not\n$/);
    expect(status).toBe(0);
  });
});
