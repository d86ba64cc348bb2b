import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

test('50 MB of CSV are imported while the heap grows by less than 16 MB', () => {
  const child = path.join(import.meta.dirname, 'memory-child.ts');
  const said = execFileSync(process.execPath, ['--expose-gc', child, '50', '2000'], {
    encoding: 'utf8',
  });
  const { size, rows, imported, grown } = JSON.parse(said) as Record<string, number>;
  expect(size).toBeGreaterThan(50_000_000);
  expect(imported).toBe(rows);
  expect(grown).toBeLessThan(16 * 1024 * 1024);
});
