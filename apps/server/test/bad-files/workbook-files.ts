/** Workbooks: what spreadsheets make, and what attackers make. */
import writeXlsxFile from 'write-excel-file/node';
import { residentNumber } from '../test-core.ts';
import { sheetRows, workbook, workbookParts, zip } from './make-workbook.ts';
import { AT, cells, HEADINGS, type OddFile } from './odd-file.ts';
import { WORKBOOK_FORMS } from './workbook-forms.ts';
import { good, one, row, SHEET, swap, taken, xml } from './workbook-row.ts';

async function written(number: string): Promise<Buffer> {
  const row = cells(number).map((value) => ({ value }));
  const day = { value: new Date('2026-06-09T00:00:00Z'), format: 'yyyy/mm/dd' };
  const made = [HEADINGS.map((value) => ({ value })), row.with(AT.on, day as never)];
  return writeXlsxFile(made).toBuffer();
}

/** Workbooks that are taken, or whose rows are named. */
const READ: readonly OddFile[] = [
  {
    name: 'a workbook by write-excel-file, with a day',
    make: (n) => written(n(1)),
    expected: taken,
  },
  { name: 'all cells as text', make: one({}), expected: taken },
  {
    name: 'a day of the epoch 1900',
    make: one({ on: xml('<c @ s="1"><v>46182</v></c>') }),
    expected: taken,
  },
  {
    name: 'a day of the epoch 1904',
    make: one({ on: xml('<c @ s="1"><v>44720</v></c>') }, { epoch1904: true }),
    expected: taken,
  },
  {
    name: 'the same day number under the epoch 1900 is another day, of which there is another file',
    make: (n) =>
      workbook([
        HEADINGS,
        row(n(1), { on: '2022-06-08' }),
        row(n(1), { on: xml('<c @ s="1"><v>44720</v></c>') }),
      ]),
    expected: { imported: 1, unchanged: 1 },
  },
  {
    name: 'a day in the built-in Chinese form',
    make: one({ on: xml('<c @ s="2"><v>46182</v></c>') }),
    expected: taken,
  },
  {
    name: 'a day in a form of its own',
    make: one({ on: xml('<c @ s="3"><v>46182.6</v></c>') }),
    expected: taken,
  },
  { name: 'days as text', make: one({ on: '2026年6月9日', born: '1985/1/1' }), expected: taken },
  {
    name: 'a day in a column without a date format',
    make: one({ on: xml('<c @><v>46182</v></c>') }),
    expected: { imported: 0, rejected: [[2, 'donated_on', 'date_is_serial']] },
  },
  {
    name: 'amount, telephone and day as numbers, one of them as a power of ten',
    make: one({
      amount: xml('<c @><v>2E2</v></c>'),
      phone: xml('<c @><v>1.5400000001E10</v></c>'),
      on: xml('<c @><v>20260609</v></c>'),
    }),
    expected: taken,
  },
  {
    name: 'an identity number that was entered as a quantity',
    make: one({ document: xml('<c @><v>1.4019919850101E+17</v></c>') }),
    expected: { imported: 0, rejected: [[2, 'document_number', 'number_ruined']] },
  },
  {
    name: 'an identity number as a quantity, its digits written out',
    make: one({ document: xml(`<c @><v>${residentNumber(1)}</v></c>`) }),
    expected: { imported: 0, rejected: [[2, 'document_number', 'number_ruined']] },
  },
  {
    name: 'a name in rich text, with a reading above it',
    make: one(
      { name: xml('<c @ t="s"><v>0</v></c>') },
      {
        sharedStrings:
          '<si><r><t>测试</t></r><r><rPr><b/></rPr><t>甲</t></r><rPh sb="0" eb="1"><t>ce</t></rPh></si>',
      },
    ),
    expected: taken,
  },
  {
    name: 'a formula whose result is the name',
    make: one({ name: xml('<c @ t="str"><f>CONCATENATE("测试","甲")</f><v>测试甲</v></c>') }),
    expected: taken,
  },
  {
    name: 'a formula without its result',
    make: one({ name: xml('<c @ t="str"><f>A1</f></c>') }),
    expected: { imported: 0, rejected: [[2, 'name', 'missing']] },
  },
  {
    name: 'a text that looks like a formula stays text',
    make: one({ name: '=HYPERLINK("http://x")', document: residentNumber(5) }),
    expected: taken,
  },
  {
    name: 'a formula that came to an error',
    make: one({ name: xml('<c @ t="e"><f>1/0</f><v>#DIV/0!</v></c>') }),
    expected: { imported: 0, rejected: [[2, 'name', 'missing']] },
  },
  {
    name: 'merged cells: the second row has no name',
    make: (n) =>
      workbook([HEADINGS, row(n(1)), row(n(2), { name: '' })], {
        afterCells: '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>',
      }),
    expected: { imported: 1, rejected: [[3, 'name', 'missing']] },
  },
  {
    name: 'a second sheet, which is not read',
    make: one({}, { secondSheet: sheetRows([['说明', '一'], ['不是数据']]) }),
    expected: taken,
  },
  {
    name: 'a workbook with only headings',
    make: () => workbook([HEADINGS]),
    expected: { imported: 0, encoding: 'xlsx' },
  },
];

/** Workbooks that are refused whole. */
const REFUSED: readonly (readonly [name: string, make: OddFile['make'], refused: RegExp])[] = [
  ['a sheet without cells', () => workbook([]), /empty/],
  [
    'an encrypted workbook (OLE)',
    () => Buffer.from(`d0cf11e0a1b11ae1${'00'.repeat(504)}`, 'hex'),
    /old or encrypted workbook/,
  ],
  [
    'a zip archive with a CSV in it',
    () => zip([{ name: 'a.csv', content: 'x' }]),
    /zip archive and no \.xlsx/,
  ],
  [
    'an .xlsb or .ods, which are zip archives too',
    () => zip([{ name: 'content.xml', content: '<x/>' }]),
    /zip archive and no \.xlsx/,
  ],
  [
    'a part that is encrypted',
    (n) => zip(swap(workbookParts(good(n)), SHEET, { encrypted: true })),
    /encrypted/,
  ],
  ['a zip bomb: 600 MB of zeros', () => bomb(), /unpacks to 601 MB; at most 500 MB/],
  ['a zip bomb that claims to be small', () => lyingBomb(), /damaged/],
  [
    'a part that another header hides',
    (n) => zip(swap(workbookParts(good(n)), SHEET, { localName: 'xl/worksheets/sheet2.xml' })),
    /damaged/,
  ],
  [
    'two parts of one name',
    (n) => zip([...workbookParts(good(n)), { name: SHEET, content: '' }]),
    /damaged/,
  ],
  ['a workbook cut at its end', (n) => zip(workbookParts(good(n))).subarray(0, -100), /damaged/],
  ['a workbook with a byte changed', (n) => flipped(zip(workbookParts(good(n)))), /damaged/],
  [
    'XML that is none',
    (n) => zip(swap(workbookParts(good(n)), SHEET, { content: '<worksheet><sheetData><row' })),
    /cannot be read/,
  ],
  [
    'a million columns',
    () => workbook([[...HEADINGS, xml('<c r="BDWGN1"><v>1</v></c>')]]),
    /at most 500 columns/,
  ],
  [
    'an address that hides in a character reference',
    () => workbook([[...HEADINGS, xml('<c r="&#66;DWGN1"><v>1</v></c>')]]),
    /cell without a proper address/,
  ],
  [
    'an address behind a bracket in another attribute',
    () => workbook([[...HEADINGS, xml('<c s=">" x:r = \'ZZZ1\'><v>1</v></c>')]]),
    /at most 500 columns/,
  ],
  [
    'a cell in the last row of a spreadsheet',
    () => workbook([[...HEADINGS, xml('<c r="A1048576"><v>1</v></c>')]]),
    /cell in row 1048576; at most 200000 rows/,
  ],
  [
    '200,001 rows',
    () => zip(workbookParts('<row><c><v>1</v></c></row>'.repeat(200_002))),
    /at most 200000 rows/,
  ],
  [
    'an entity that reads a file (XXE)',
    one(
      { name: xml('<c @ t="s"><v>0</v></c>') },
      {
        declaration: '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>',
        sharedStrings: '<si><t>&y;</t></si>',
      },
    ),
    /DOCTYPE/,
  ],
  [
    'a column that hides behind the text of another attribute',
    () => workbook([[...HEADINGS, xml('<c q=\' r="A1"\' r="ZZZ1"><v>1</v></c>')]]),
    /at most 500 columns/,
  ],
  [
    'a cell that names a shared text that is not there',
    one({ name: xml('<c @ t="s"><v>7</v></c>') }),
    /cannot be read/,
  ],
  [
    'shared texts of 70 MB',
    one({}, { sharedStrings: `<si><t>${'文'.repeat(10_000)}</t></si>`.repeat(2400) }),
    /too much text/,
  ],
  [
    'one text of 20 MB',
    one({ name: xml(`<c @ t="inlineStr"><is><t>${'文'.repeat(7_000_000)}</t></is></c>`) }),
    /cannot be read/,
  ],
  [
    'a sheet in UTF-16, which the limits cannot be read in',
    (n) => {
      const sheet = workbookParts(good(n)).find(({ name }) => name === SHEET);
      const content = Buffer.from(`\uFEFF${sheet?.content}`, 'utf16le');
      return zip(swap(workbookParts(good(n)), SHEET, { content }));
    },
    /cannot be read/,
  ],
  [
    'entities that multiply',
    one({}, { declaration: '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' }),
    /DOCTYPE/,
  ],
];

function bomb(): Buffer {
  const content = Buffer.alloc(100 * 1024 * 1024);
  const [packed] = [zip(workbookParts('', { more: [{ name: 'a', content }] }))];
  return repeatLast(packed, 6);
}

/** The last part of the archive six times, without packing its zeros again. */
function repeatLast(archive: Buffer, times: number): Buffer {
  const end = archive.length - 22;
  const directoryAt = archive.readUInt32LE(end + 16);
  const listed = archive.subarray(directoryAt, end);
  const last = listed.subarray(listed.length - 47);
  const at = last.readUInt32LE(42);
  const local = archive.subarray(at, directoryAt);
  const locals = [archive.subarray(0, directoryAt)];
  const entries = [listed];
  for (let copy = 1; copy < times; copy += 1) {
    const entry = Buffer.from(last);
    entry.writeUInt32LE(at + local.length * copy, 42);
    entry[46] = 97 + copy;
    const part = Buffer.from(local);
    part[30] = 97 + copy;
    locals.push(part);
    entries.push(entry);
  }
  const directory = Buffer.concat(entries);
  const tail = Buffer.from(archive.subarray(end));
  const count = tail.readUInt16LE(10) + times - 1;
  tail.writeUInt16LE(count, 8);
  tail.writeUInt16LE(count, 10);
  tail.writeUInt32LE(directory.length, 12);
  tail.writeUInt32LE(at + local.length * times, 16);
  return Buffer.concat([...locals, directory, tail]);
}

function lyingBomb(): Buffer {
  const content = Buffer.alloc(50 * 1024 * 1024);
  return zip(workbookParts('', { more: [{ name: 'xl/media/a.xml', content, claimedSize: 1000 }] }));
}

/** One byte of the packed sheet is another one. */
function flipped(archive: Buffer): Buffer {
  const at = archive.indexOf(SHEET) + SHEET.length + 8;
  archive[at] = (archive[at] ?? 0) ^ 0xff;
  return archive;
}

/** The files. */
export const WORKBOOK_FILES: readonly OddFile[] = [
  ...READ,
  ...WORKBOOK_FORMS,
  ...REFUSED.map(([name, make, refused]): OddFile => ({ name, make, expected: { refused } })),
];
