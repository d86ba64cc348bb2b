/** The error file: corrected and sent again it brings in what was missing, and only that. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guardCell, unguardCell } from '../../src/donation/cell-text.ts';
import { type ImportReport, importDonations } from '../../src/donation/import.ts';
import { openTestCore, residentNumber, type TestCore } from '../test-core.ts';
import { encodeGb18030 } from './gb18030.ts';
import { csv, HEADING_LINE, line } from './odd-file.ts';

let city: TestCore;
beforeAll(async () => {
  city = await openTestCore('2026-11-24T08:00:00+08:00');
});
afterAll(() => city.close());

const place = (name: string): string => path.join(city.home, name);

function send(
  name: string,
  bytes: string | Buffer,
  errors: string,
  flags: { dryRun?: boolean } = {},
): Promise<ImportReport> {
  writeFileSync(place(name), bytes);
  const options = { dryRun: flags.dryRun === true, allOrNothing: false };
  return importDonations(city.core, place(name), { ...options, errorFile: place(errors) });
}

const readErrors = (name: string): string[][] =>
  parse(readFileSync(place(name)), { bom: true, relax_column_count: true });

test('rejected and conflicting rows stand in it as they stood, with the reasons in front', async () => {
  const lines = [
    line('E1'),
    line('E2', { amount: '９９９', site: '"东门, ""一"""', name: '=1+1' }),
    line('E1', { amount: '400' }),
    `${line('E3', { on: '昨天', name: '' })},更多`,
    line('E4'),
  ];
  const bytes = encodeGb18030(csv(`${HEADING_LINE},备注`, ...lines));
  const report = await send('first.csv', bytes, 'errors.csv');
  expect(report).toMatchObject({ imported: 2, conflicts: 1, encoding: 'gb18030' });
  const bare = readFileSync(place('errors.csv'));
  expect(bare.subarray(0, 3).toString('hex')).toBe('efbbbf');
  expect(statSync(place('errors.csv')).mode & 0o777).toBe(0o600);
  const [headings = [], ...rows] = readErrors('errors.csv');
  expect(headings).toEqual(['错误', 'error', ...HEADING_LINE.split(','), '备注']);
  expect(rows.map((cells) => cells[2])).toEqual(['E2', 'E1', 'E3']);
  expect(rows[0]?.slice(0, 4)).toEqual([
    expect.stringMatching(/^献血量：献血量“999”不在允许的数值之内：200、[^,]*。$/),
    expect.stringMatching(/^amount: The amount "999" is not one of those allowed: 200, /),
    'E2',
    "'=1+1",
  ]);
  expect(rows[0]?.[10]).toBe('９９９');
  expect(rows[0]?.[13]).toBe('东门, "一"');
  expect(rows[1]?.[1]).toMatch(/^donation_number: .*not changed/);
  expect(rows[2]?.[1]).toMatch(/^name: .* donated_on: /);
  expect(rows[2]?.at(-1)).toBe('更多');
});

test('corrected and sent again, the rows come in; sent uncorrected, they fail the same way', async () => {
  const again = readFileSync(place('errors.csv'));
  const same = await send('again.csv', again, 'errors-2.csv');
  expect(same).toMatchObject({ rows: 3, imported: 0, conflicts: 1, unknownHeadings: ['备注'] });
  expect(readFileSync(place('errors-2.csv'), 'utf8')).toBe(again.toString());
  const corrected = again
    .toString()
    .replace('９９９', '200')
    .replace(',昨天,', ',2026-06-09,')
    .replace('E3,,', 'E3,测试甲,')
    .replaceAll(residentNumber(1), residentNumber(9))
    .replace(',400,', ',200,')
    .replace(
      `E3,测试甲,居民身份证,${residentNumber(9)}`,
      `E3,测试甲,居民身份证,${residentNumber(1)}`,
    );
  const report = await send('corrected.csv', corrected, 'errors-3.csv');
  expect(report).toMatchObject({ rows: 3, imported: 2, conflicts: 1 });
});

test('a file without errors gives the headings alone', async () => {
  await send('good.csv', csv(HEADING_LINE, line('E9')), 'none.csv');
  expect(readErrors('none.csv')).toEqual([['错误', 'error', ...HEADING_LINE.split(',')]]);
});

test('thousands of wrong rows are all there, in their order', async () => {
  const lines = Array.from({ length: 3500 }, (_, at) => line(`E-${at}`, { amount: '1' }));
  await send('many.csv', csv(HEADING_LINE, ...lines), 'many-errors.csv', { dryRun: true });
  const rows = readErrors('many-errors.csv').slice(1);
  expect(rows.map((cells) => cells[2])).toEqual(lines.map((text) => text.split(',')[0]));
});

test('whole or not at all: a refused file leaves nothing, and what stood there stays', async () => {
  writeFileSync(place('kept.csv'), 'earlier');
  const broken = csv(HEADING_LINE, line('E10', { amount: '1' }), line('E11', { name: '"' }));
  await expect(send('broken.csv', broken, 'kept.csv')).rejects.toThrow(/not CSV/);
  await expect(send('broken.csv', broken, 'new.csv')).rejects.toThrow(/not CSV/);
  expect(readFileSync(place('kept.csv'), 'utf8')).toBe('earlier');
  expect(existsSync(place('new.csv'))).toBe(false);
  expect(readdirSync(city.home).filter((name) => name.endsWith('.part'))).toEqual([]);
  await expect(send('good.csv', csv(HEADING_LINE), 'no/such/place.csv')).rejects.toThrow(
    /--errors: cannot write/,
  );
});

test('no cell becomes a formula, and every cell comes back', () => {
  const starts = fc.constantFrom('=', '+', '-', '@', '\t', '\r', "'", '', "'=", "''+");
  const cell = fc.tuple(starts, fc.string()).map((parts) => parts.join(''));
  fc.assert(
    fc.property(cell, (text) => {
      const guarded = guardCell(text);
      expect(guarded).not.toMatch(/^[=+\-@\t\r]/);
      expect(unguardCell(guarded)).toBe(text);
    }),
  );
});
