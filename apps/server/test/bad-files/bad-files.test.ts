/** Bad and odd files on the real database: each with its outcome, nothing half-done, no crash. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BadFile } from '../../src/donation/bad-file.ts';
import { FILE_ERRORS } from '../../src/donation/file-errors.ts';
import { importDonations } from '../../src/donation/import.ts';
import { openTestCore, type TestCore } from '../test-core.ts';
import { CSV_FILES } from './csv-files.ts';
import { ENCODING_FILES } from './encoding-files.ts';
import type { OddFile, Outcome } from './odd-file.ts';
import { VALUE_FILES } from './value-files.ts';
import { WORKBOOK_FILES } from './workbook-files.ts';

const FILES: readonly (OddFile & { readonly at: number })[] = [
  ...ENCODING_FILES,
  ...CSV_FILES,
  ...VALUE_FILES,
  ...WORKBOOK_FILES,
].map((file, at) => ({ ...file, at }));

let city: TestCore;
beforeAll(async () => {
  city = await openTestCore('2026-11-24T08:00:00+08:00');
});
afterAll(() => city.close());

async function countRows(): Promise<number[]> {
  const { database } = city.core;
  const tables = ['donation', 'donation_number', 'donor', 'donation_import'] as const;
  const counts: number[] = [];
  for (const table of tables) {
    counts.push((await database.selectFrom(table).selectAll().execute()).length);
  }
  return counts;
}

function importFile(bytes: Buffer, { at, asked }: (typeof FILES)[number]) {
  const file = path.join(city.home, `odd-${at}.bin`);
  writeFileSync(file, bytes);
  const options = { dryRun: false, allOrNothing: false, errorFile: `${file}.errors.csv` };
  const how = asked === undefined ? options : { ...options, encoding: asked };
  return importDonations(city.core, file, how);
}

test('there are at least 60', () => {
  expect(FILES.length).toBeGreaterThanOrEqual(60);
  expect(new Set(FILES.map(({ name }) => name)).size).toBe(FILES.length);
});

test.each(FILES)('$name', async (file) => {
  const bytes = await file.make((ordinal) => `F${file.at}-${ordinal}`);
  const before = await countRows();
  const { expected } = file;
  if ('refused' in expected) {
    const refusal = await importFile(bytes, file).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(refusal).toBeInstanceOf(BadFile);
    expect((refusal as BadFile).message).toMatch(expected.refused);
    for (const { code, message } of (refusal as BadFile).errors) {
      expect(FILE_ERRORS).toHaveProperty(code);
      expect(message.zh).toMatch(/\p{Script=Han}.*。$/u);
      expect(message.zh + message.en).not.toMatch(/[{}]|\d{17}/);
    }
    expect(await countRows()).toEqual(before);
    return;
  }
  const report = await importFile(bytes, file);
  const found: Outcome = {
    imported: report.imported,
    unchanged: report.unchanged,
    encoding: report.encoding,
    rejected: report.rejected.map(({ row, column, code }) => [row, column, code]),
    conflicts: report.conflicting.map(({ row }) => row),
    unknownHeadings: report.unknownHeadings,
  };
  const nothing = { unchanged: 0, encoding: report.encoding, rejected: [], conflicts: [] };
  expect(found).toEqual({ ...nothing, unknownHeadings: [], ...expected });
  for (const { message } of report.rejected) {
    expect(message.zh + message.en).not.toMatch(/[{}]|\d{17}/);
  }
  expect((await countRows())[0]).toBe((before[0] ?? 0) + expected.imported);
});
