import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { exportLog } from './export.ts';
import { leafOf } from './leaf.ts';
import { insertLeaf } from './store.ts';
import { recordSampleLog, sealLog } from './test/sample-log.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../../audit-verify/verify.sh');
let city: TestCore;
let folder: string;
let earlier: string;

beforeAll(async () => {
  city = await openTestCore('2026-10-05T08:00:00+08:00');
  await recordSampleLog(city);
  await exportLog(city.core, path.join(city.home, 'first'));
  earlier = path.join(city.home, 'kept.txt');
  copyFileSync(path.join(city.home, 'first', 'checkpoints', '00000009.txt'), earlier);
  for (let at = 0; at < 1_000; at += 1) {
    const leaf = leafOf(city.core, 'refusal', city.core.newId(), { at, 姓: '王 \\n %s \\x00' });
    await insertLeaf(city.core.database, leaf);
  }
  await sealLog(city);
  folder = path.join(city.home, 'export');
});
afterAll(() => city.close());

function verify(...notes: string[]): { status: number | null; out: string; err: string } {
  const run = spawnSync('bash', [SCRIPT, folder, ...notes], { encoding: 'utf8' });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

test('a thousand leaves: exported, and verified by bash, openssl and sha256sum alone', async () => {
  const exported = await exportLog(city.core, folder);
  expect(exported).toEqual({ folder, leaves: 1_026, checkpoints: 10 });
  expect(readdirSync(folder).sort()).toEqual([
    'checkpoints',
    'hashes.txt',
    'leaves.txt',
    'public-key.pem',
  ]);
  const { status, out, err } = verify();
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('holds: 1026 leaves, each with its hash');
  expect(out).toMatch(/00000010\.txt \(1026 leaves, checkpoint 10 2026-/);
  expect(out).toMatch(/^key: SHA-256 [0-9a-f]{64}$/m);
});

test('a note that was kept, and every note of the log, holds', () => {
  const notes = readdirSync(path.join(folder, 'checkpoints')).map((name) =>
    path.join(folder, 'checkpoints', name),
  );
  const { status, out } = verify(earlier, ...notes);
  expect(status).toBe(0);
  expect(out.match(/^holds: .*checkpoint \d+ /gm)).toHaveLength(11);
});

test.each([
  ['leaves.txt', 700, (line: string) => line.replace('王', '汪'), /index 700: the hash/],
  ['leaves.txt', 25, (line: string) => `${line} `, /index 25: the hash/],
  ['hashes.txt', 3, (line: string) => line.replace(/^./, 'g'), /index 3: the hash/],
  ['checkpoints/00000010.txt', 1, () => '1025', /signature does not hold/],
  ['checkpoints/00000010.txt', 2, (line: string) => line.replace(/^./, '='), /signature does not/],
  ['checkpoints/00000010.txt', 5, (line: string) => line.slice(0, -12), /signature does not/],
])('%s, line %i changed: found', (name, at, change, message) => {
  const file = path.join(folder, name);
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  lines[at] = change(lines[at] ?? '');
  writeFileSync(file, lines.join('\n'));
  const { status, err } = verify();
  writeFileSync(file, text);
  expect(status).toBe(1);
  expect(err).toMatch(message);
});

test('a log that was rewritten, hashes and all, does not have the signed root', () => {
  const changed = ['leaves.txt', 'hashes.txt'].map((name) => {
    const file = path.join(folder, name);
    const text = readFileSync(file, 'utf8');
    const [first = '', second = '', ...rest] = text.split('\n');
    writeFileSync(file, [second, first, ...rest].join('\n'));
    return { file, text };
  });
  const { status, err } = verify();
  for (const { file, text } of changed) writeFileSync(file, text);
  expect(status).toBe(1);
  expect(err).toMatch(/its root is not that of the first 1026 leaves/);
  expect(verify().status).toBe(0);
});
