import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGb18030 } from '../../test/bad-files/gb18030.ts';
import { countOddities, type Encoding, judgeText, parseEncoding } from './encoding.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'liyu-encoding-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function judge(bytes: Uint8Array, asked?: Encoding): ReturnType<typeof judgeText> {
  const file = path.join(folder, 'file.csv');
  writeFileSync(file, bytes);
  return judgeText(file, asked);
}

const utf8 = (text: string): Buffer => Buffer.from(text);
const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => utf16le(text).swap16();
const ENGLISH = 'name,city,kind\n';

test('the trap: 太原 in GBK is valid UTF-8, and GB18030 reads four bytes too', () => {
  expect(encodeGb18030('太原').toString('hex')).toBe('ccabd4ad');
  const fatal = new TextDecoder('utf-8', { fatal: true });
  expect(fatal.decode(encodeGb18030('太原'))).toBe('\u032b\u052d');
  expect(new TextDecoder('gb18030').decode(encodeGb18030('𠮷野'))).toBe('𠮷野');
});

describe('the rule', () => {
  test.each<[string, Buffer, Encoding]>([
    ['UTF-8', utf8('姓名,采血城市\n张三,太原\n'), 'utf-8'],
    ['UTF-8 with its mark', utf8('\uFEFF姓名,采血城市\n'), 'utf-8'],
    ['GBK, Chinese headings', encodeGb18030('姓名,采血城市\n张三,太原\n'), 'gb18030'],
    ['GB18030 with four bytes', encodeGb18030('姓名,采血城市\n𠮷,太原\n'), 'gb18030'],
    ['GB18030 with its mark', Buffer.from('84319533616263', 'hex'), 'gb18030'],
    ['UTF-16LE with its mark', utf16le('\uFEFF姓名\n张三\n'), 'utf-16le'],
    ['UTF-16BE with its mark', utf16be('\uFEFF姓名\n张三\n'), 'utf-16be'],
    ['UTF-16LE without', utf16le('姓名,采血城市\n张三,太原\n'), 'utf-16le'],
    ['UTF-16BE without', utf16be('姓名,采血城市\n张三,太原\n'), 'utf-16be'],
    ['plain ASCII', utf8(`${ENGLISH}A,B,C\n`), 'utf-8'],
    ['GBK where all that is not ASCII is 太原', encodeGb18030(`${ENGLISH}Li,太原,\n`), 'gb18030'],
    ['GBK where all that is not ASCII is 茅', encodeGb18030(`${ENGLISH}茅,,\n`), 'gb18030'],
    ['UTF-8 where all that is not ASCII is é', utf8(`${ENGLISH}José,,\n`), 'utf-8'],
    ['UTF-8 with a name in Cyrillic', utf8(`${ENGLISH}Иван,,\n`), 'utf-8'],
    ['UTF-8 with a dot in a name', utf8(`${ENGLISH}买买提·艾力,,\n`), 'utf-8'],
    ['empty', utf8(''), 'utf-8'],
  ])('%s', async (_what, bytes, encoding) => {
    expect((await judge(bytes)).encoding).toBe(encoding);
  });

  test('headings are the stronger evidence: 姓名 in GBK amid oddities is known', async () => {
    const bytes = encodeGb18030('献血码,姓名\nИван茅a茅a茅a,太原\n');
    expect((await judge(bytes)).encoding).toBe('gb18030');
  });

  test('a choice overrules it, when the whole file can be read so', async () => {
    const bytes = encodeGb18030(`${ENGLISH}Li,太原,\n`);
    expect((await judge(bytes, 'utf-8')).encoding).toBe('utf-8');
    const long = Buffer.concat([utf8(`${ENGLISH}${'a,b,c\n'.repeat(30_000)}`), bytes.subarray(-6)]);
    const broken = Buffer.concat([long, encodeGb18030('张\n')]);
    await expect(judge(broken, 'utf-8')).rejects.toThrow(/not UTF-8 \(after row 30002\)/);
    await expect(judge(utf8('abc'), 'utf-16le')).rejects.toThrow(/not UTF-16LE/);
  });

  test('a file that is nothing is named by the reading that knows its headings', async () => {
    const mixed = Buffer.concat([utf8('姓名,采血城市\n张三,太原\n'), encodeGb18030('张三,太原\n')]);
    await expect(judge(mixed)).rejects.toThrow(/not UTF-8 \(after row 2\)/);
    const other = Buffer.concat([encodeGb18030('姓名,采血城市\n张三,太原\n'), utf8('献血码\n')]);
    await expect(judge(other)).rejects.toThrow(/not GB18030 \(after row 2\)/);
    const cut = utf8('姓名,采血城市\n张三,太原').subarray(0, -1);
    await expect(judge(cut)).rejects.toThrow(/not UTF-8 \(after row 1\)/);
  });
});

test.each([
  ['姓名\t采血城市\n', '\t'],
  ['姓名;采血城市\n', ';'],
  ['姓名\n', ','],
])('the delimiter is the one that makes headings: %j', async (text, delimiter) => {
  expect((await judge(utf8(text))).delimiter).toBe(delimiter);
});

test.each([
  ['张三，太原。2026年 A型 400ml', 0],
  ['José Ñ', 1],
  ['Иван', 0],
  ['\u032b\u052d', 2],
  ['Jos茅', 1],
  ['\ue000\u0000', 2],
])('%j has %i oddities', (text, count) => {
  expect(countOddities(text)).toBe(count);
});

test.each([
  ['UTF8', 'utf-8'],
  ['gbk', 'gb18030'],
  ['GB_2312', 'gb18030'],
  ['utf-16be', 'utf-16be'],
  ['latin1', undefined],
])('--encoding %s', (text, encoding) => {
  expect(parseEncoding(text)).toBe(encoding);
});
