import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const MEGABYTE = 1024 * 1024;
/** The embedded database is in the process, with its shared buffers (PostgreSQL's default). */
const ownPages = process.env.LIYU_TEST_POSTGRES === undefined ? 128 : 0;

test('50 MB of CSV are imported while the heap grows by less than 16 MB', () => {
  const child = path.join(import.meta.dirname, 'memory-child.ts');
  const said = execFileSync(process.execPath, ['--expose-gc', child, '50', '2000'], {
    encoding: 'utf8',
  });
  const { size, rows, imported, grown } = JSON.parse(said) as Record<string, number>;
  expect(size).toBeGreaterThan(50_000_000);
  expect(imported).toBe(rows);
  expect(grown).toBeLessThan(16 * MEGABYTE);
});

test('a workbook of 200,000 rows is imported while the process grows by less than 256 MB', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-workbook-'));
  const file = path.join(folder, 'large.xlsx');
  // Where memory is plenty the collector waits: with a limit it shows what is needed.
  const run = (script: string, ...argv: string[]): string =>
    execFileSync(
      process.execPath,
      ['--max-old-space-size=128', path.join(import.meta.dirname, script), file, ...argv],
      { encoding: 'utf8' },
    );
  try {
    run('write-workbook.ts', '200000');
    const measured = JSON.parse(run('workbook-memory-child.ts')) as Record<string, number>;
    expect(measured).toMatchObject({ rows: 200_001, imported: 200_000 });
    expect(measured.reading).toBeLessThan(256 * MEGABYTE);
    expect(measured.importing).toBeLessThan((256 + ownPages) * MEGABYTE);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 300_000);
