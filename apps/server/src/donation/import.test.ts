/** Imports on the real database: everything wrong is named, nothing is lost or half-done. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CivilDate } from '@liyu/domain/kernel';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { describeStanding, summariseStandings } from '../standing/workflow.ts';
import { BadFile } from './bad-file.ts';
import { importDonations } from './import.ts';

let city: TestCore;
const HEADING = '献血码,姓名,证件类型,证件号码,手机号,献血日期,献血类型,献血量,采血城市';
const GOOD = `B1,张三,居民身份证,${residentNumber(1)},15400000001,2026-06-09,全血,200,`;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T08:00:00+08:00');
});
afterAll(() => city.close());

const countDonations = async (): Promise<number> =>
  (await city.core.database.selectFrom('donation').select('donation_number').execute()).length;

describe('rows that are wrong are named by row, column and reason', () => {
  const row = (change: Record<number, string>): string =>
    GOOD.split(',')
      .map((cell, at) => change[at] ?? cell)
      .join(',');
  test.each([
    [row({ 0: '' }), 'donation_number', 'missing'],
    [row({ 0: 'G123498654321Y' }), 'donation_number', 'number_malformed'],
    [row({ 1: ' ' }), 'name', 'missing'],
    [row({ 2: '驾驶证' }), 'document_type', 'document_type_unknown'],
    [row({ 3: '235407195106112742' }), 'document_number', 'document_malformed'],
    [row({ 3: '1.40105E+17' }), 'document_number', 'number_ruined'],
    [row({ 2: '护照', 3: 'E12345678' }), 'born_on', 'born_on_missing'],
    [row({ 4: '电话' }), 'phone', 'phone_malformed'],
    [row({ 5: '2026-02-30' }), 'donated_on', 'date_malformed'],
    [row({ 5: '2026-11-25' }), 'donated_on', 'in_the_future'],
    [row({ 5: '1979-12-31' }), 'donated_on', 'before_1980'],
    [row({ 5: '1984-12-31' }), 'donated_on', 'before_birth'],
    [row({ 6: '血浆' }), 'kind', 'kind_unknown'],
    [row({ 7: '' }), 'amount', 'missing'],
    [row({ 7: '4000' }), 'amount', 'amount_malformed'],
    [row({ 7: '200.5' }), 'amount', 'amount_malformed'],
    [row({ 6: '单采血小板', 7: '3' }), 'amount', 'amount_malformed'],
  ])('%s', async (line, column, code) => {
    const report = await city.importText(`${HEADING}\n\n${line}\n`);
    expect(report).toMatchObject({ rows: 1, imported: 0, rejected: [{ row: 3, column, code }] });
    const [error] = report.rejected;
    expect(error?.message.zh).not.toContain('{');
    expect(JSON.stringify(report)).not.toContain('235407195106112742');
  });

  test('every mistake of a row is told at once, and the good rows are taken', async () => {
    const bad = 'B9,,居民身份证,1,,昨天,全血,,';
    const report = await city.importText(`${HEADING}\n${bad}\n${GOOD}\n`);
    expect(report.rejected.map(({ column }) => column).sort()).toEqual([
      'amount',
      'document_number',
      'donated_on',
      'name',
    ]);
    expect(report).toMatchObject({ rows: 2, imported: 1 });
  });
});

describe('the same file again', () => {
  test('changes nothing; other facts under a known number are a conflict and not applied', async () => {
    const before = await countDonations();
    const same = await city.importText(`${HEADING}\n${GOOD}\n${GOOD}\n`);
    expect(same).toMatchObject({ rows: 2, imported: 0, unchanged: 2, conflicts: 0 });
    const other = GOOD.replace('200', '400');
    const report = await city.importText(`${HEADING}\n${GOOD}\n${other}\n`);
    expect(report).toMatchObject({ imported: 0, unchanged: 1, conflicts: 1 });
    expect(report.conflicting).toMatchObject([{ row: 3, code: 'conflict' }]);
    expect(await countDonations()).toBe(before);
    const donorId = await city.donorOf(residentNumber(1));
    const standing = await describeStanding(city.core, donorId, '2026-11-24' as CivilDate);
    expect(standing.counts.city).toBe('1');
  });

  test('a document under another name is reported, not attached to the wrong person', async () => {
    const other = GOOD.replace('B1', 'B2').replace('张三', '李四');
    const report = await city.importText(`${HEADING}\n${other}\n`);
    expect(report).toMatchObject({ imported: 0, rejected: [{ row: 2, code: 'person_differs' }] });
  });
});

describe('a number counts as seen once its owner is accepted', () => {
  const wrong = GOOD.replace('B1', 'N1').replace('张三', '李四');
  const right = GOOD.replace('B1', 'N1');

  test('the wrong name first: its row is rejected, and the right one is taken', async () => {
    const report = await city.importText(`${HEADING}\n${wrong}\n${right}\n${right}\n`);
    expect(report).toMatchObject({ imported: 1, unchanged: 1, conflicts: 0 });
    expect(report.rejected).toMatchObject([{ row: 2, code: 'person_differs' }]);
  });

  test('two names of a new person: the first holds, and the number is free for another', async () => {
    const first = right.replace('N1', 'N2').replace(residentNumber(1), residentNumber(8));
    const second = first.replace('N2', 'N3').replace('张三', '李四');
    const another = second.replace(residentNumber(8), residentNumber(9));
    const report = await city.importText(`${HEADING}\n${first}\n${second}\n${another}\n`);
    expect(report).toMatchObject({ imported: 2, conflicts: 0 });
    expect(report.rejected).toMatchObject([{ row: 3, code: 'person_differs' }]);
  });

  test('the number in conflict makes no donor of the person it names', async () => {
    const other = right.replace(residentNumber(1), residentNumber(10));
    const report = await city.importText(`${HEADING}\n${right}\n${other}\n`);
    expect(report).toMatchObject({ imported: 0, unchanged: 1, conflicts: 1 });
    await expect(city.donorOf(residentNumber(10))).rejects.toThrow('not imported');
  });
});

test('the city in its usual writings is the city; any other is told once', async () => {
  const cities = ['山西省太原市', '太原市小店区', '140105', '大同市', '大同市', '北京'];
  const lines = cities.map((text, at) => `${GOOD.replace('B1', `C${at}`)}${text}`);
  const report = await city.importText(`${HEADING}\n${lines.join('\n')}\n`);
  expect(report).toMatchObject({ imported: 6, otherCities: ['大同市', '北京'] });
  const rows = await city.core.database
    .selectFrom('donation')
    .select(['city', 'in_city'])
    .where('city', 'in', cities)
    .execute();
  expect(rows.filter((row) => row.in_city).length).toBe(3);
});

test('a city that has got more names: what was recorded under its old ones is unchanged', async () => {
  const { core, home } = city;
  const lines = (text: string): string =>
    [HEADING, `${GOOD.replace('B1', 'W1')}太原市小店区`, `${GOOD.replace('B1', 'W2')}${text}`].join(
      '\n',
    );
  const file = path.join(home, 'names.csv');
  writeFileSync(file, lines('大同市'));
  const own = { ...core.programme.city, names: ['并州'] };
  const before = { ...core, programme: { ...core.programme, city: own } };
  const options = { dryRun: false, allOrNothing: false };
  expect(await importDonations(before, file, options)).toMatchObject({
    imported: 2,
    otherCities: ['太原市小店区', '大同市'],
  });
  expect(await importDonations(core, file, options)).toMatchObject({ unchanged: 2, conflicts: 0 });
  // Another city is another fact, also where it is the own one now.
  writeFileSync(file, lines('太原'));
  expect(await importDonations(core, file, options)).toMatchObject({ unchanged: 1, conflicts: 1 });
});

describe('nothing half-done', () => {
  const fresh = (number: string): string => GOOD.replace('B1', number);

  test('a dry run judges everything and keeps nothing', async () => {
    const before = await countDonations();
    const report = await city.importText(`${HEADING}\n${fresh('D1')}\n`, { dryRun: true });
    expect(report).toMatchObject({ imported: 1, kept: false });
    expect(await countDonations()).toBe(before);
  });

  test('all or nothing keeps nothing when one row is wrong', async () => {
    const before = await countDonations();
    const text = `${HEADING}\n${fresh('D2')}\n${fresh('')}\n`;
    const report = await city.importText(text, { allOrNothing: true });
    expect(report).toMatchObject({ imported: 0, kept: false });
    expect(await countDonations()).toBe(before);
  });

  test.each([
    ['an empty file', '', /empty/],
    ['a missing heading', `${HEADING.replace('献血日期,', '')}\n`, /献血日期 donated_on/],
    ['a duplicate heading', `${HEADING},name\n`, /duplicate headings: 姓名 name/],
    ['an open quote', `${HEADING}\n${fresh('D3')}\n"${fresh('D4')}\n`, /not CSV after row/],
  ])('%s refuses the file', async (_what, text, message) => {
    const before = await countDonations();
    await expect(city.importText(text)).rejects.toThrow(message);
    await expect(city.importText(text)).rejects.toBeInstanceOf(BadFile);
    expect(await countDonations()).toBe(before);
  });

  test('bytes that are no UTF-8 after thousands of good rows: nothing of the file is kept', async () => {
    const before = await countDonations();
    const rows = Array.from({ length: 3000 }, (_, at) => fresh(`U${at}`)).join('\n');
    const gbk = Buffer.from([0xd5, 0xc5]);
    const text = Buffer.concat([Buffer.from(`${HEADING}\n${rows}\nX1,`), gbk, Buffer.from(',,\n')]);
    await expect(city.importText(text)).rejects.toThrow(/not UTF-8/);
    expect(await countDonations()).toBe(before);
  });

  test('a byte-order mark, English headings and unknown ones are taken', async () => {
    const heading =
      'Donation_Number,name,document_type,document_number,donated_on,kind,amount,note';
    const line = `D5,=张三,resident_id,${residentNumber(5)},2026年6月9日,whole_blood,300,x`;
    const report = await city.importText(`\uFEFF${heading}\n${line}\n`);
    expect(report).toMatchObject({ imported: 1, unknownHeadings: ['note'] });
  });
});

test('records in any order and twice give the same standings', async () => {
  const other = await openTestCore('2026-11-24T08:00:00+08:00');
  const lines = Array.from({ length: 60 }, (_, at) =>
    [
      `R${at}`,
      '王五',
      '居民身份证',
      residentNumber(at % 7),
      '',
      `20${20 + (at % 6)}-0${1 + (at % 9)}-1${at % 10}`,
      at % 5 === 0 ? '单采血小板' : '全血',
      at % 5 === 0 ? '2' : '400',
      at % 11 === 0 ? '上海' : '',
    ].join(','),
  );
  const first = await openTestCore('2026-11-24T08:00:00+08:00');
  await first.importText([HEADING, ...lines].join('\n'));
  await other.importText([HEADING, ...lines.toReversed(), ...lines].join('\n'));
  const on = '2026-11-24' as CivilDate;
  expect(await summariseStandings(other.core, on)).toEqual(
    await summariseStandings(first.core, on),
  );
  for (let at = 0; at < 7; at += 1) {
    const [a, b] = await Promise.all(
      [first, other].map(async (one) =>
        describeStanding(one.core, await one.donorOf(residentNumber(at)), on),
      ),
    );
    expect(a).toEqual(b);
  }
  await first.close();
  await other.close();
});

test('a file of more donors than are remembered at a time gives everyone one card', async () => {
  const headings = '献血码,姓名,证件类型,证件号码,出生日期,献血日期,献血类型,献血量';
  const rowsOf = (year: number): string[][] =>
    Array.from({ length: 1100 }, (_, at) => [
      ...[`M${year}-${at}`, '赵六', 'passport', `E${10_000 + at}`, '1980-01-01'],
      ...[`${year}-06-09`, 'whole_blood', '400'],
    ]);
  // Of rows that stand in no file nobody knows how many there are, and fewest are remembered.
  const rows = [headings.split(','), ...[2020, 2023, 2025].flatMap(rowsOf)];
  const whole = await openTestCore('2026-11-24T08:00:00+08:00');
  const report = await importDonations(whole.core, rows, { dryRun: false, allOrNothing: true });
  expect(report).toMatchObject({ imported: 3300, unchanged: 0, kept: true });
  const again = await importDonations(whole.core, rows, { dryRun: false, allOrNothing: true });
  expect(again).toMatchObject({ imported: 0, unchanged: 3300 });
  const { core } = whole;
  expect(await summariseStandings(core, '2026-11-24' as CivilDate)).toMatchObject({ donors: 1100 });
  const count = async (table: 'donor' | 'card' | 'card_event'): Promise<number> => {
    const rows = await core.database.selectFrom(table).select('donor_id').execute();
    expect(new Set(rows.map((row) => row.donor_id)).size).toBe(rows.length);
    return rows.length;
  };
  expect([await count('donor'), await count('card'), await count('card_event')]).toEqual(
    Array(3).fill(1100),
  );
  await whole.close();
});

test('names, documents and phones stand in no table and no file, in no usual encoding', async () => {
  const canary = await openTestCore('2026-11-24T08:00:00+08:00');
  const { core, home } = canary;
  const phone = '15412345678';
  const name = '欧阳金丝雀';
  await canary.importRows([
    { number: 'CANARY1', document: residentNumber(42), donatedOn: '2026-06-09', name, phone },
  ]);
  const tables = await core.database.introspection.getTables();
  let rows = '';
  for (const table of tables) {
    const all = await sql<{ row: string }>`
      select t::text as row from ${sql.table(table.name)} as t`.execute(core.database);
    rows += all.rows.map(({ row }) => row).join('\n');
  }
  await core.database.destroy();
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(home, file))
    .filter((file) => statSync(file).isFile() && !file.endsWith('.csv'))
    .map((file) => readFileSync(file));
  const places = [Buffer.from(rows), ...files];
  const holds = (text: string): boolean =>
    [
      Buffer.from(text),
      Buffer.from(text, 'utf16le'),
      Buffer.from(Buffer.from(text).toString('hex')),
      Buffer.from(Buffer.from(text).toString('base64').replace(/=+$/, '')),
    ].some((needle) => places.some((bytes) => bytes.includes(needle)));
  expect(holds('CANARY1')).toBe(true);
  expect([name, residentNumber(42), phone].filter(holds)).toEqual([]);
});
