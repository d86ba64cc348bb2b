/** What the XML of a workbook may be, beyond what most programs write. */
import { sheetRows, workbook, workbookParts, type ZipPart, zip } from './make-workbook.ts';
import { HEADINGS, type OddFile } from './odd-file.ts';
import { good, one, row, SHEET, swap, taken, xml } from './workbook-row.ts';

/** The workbook's parts with a text in all of them replaced. */
const rewritten = (parts: readonly ZipPart[], from: string | RegExp, to: string): Buffer =>
  zip(parts.map((part) => ({ ...part, content: String(part.content).replaceAll(from, to) })));
const STRICT = 'http://purl.oclc.org/ooxml';
const strict = (parts: readonly ZipPart[]): Buffer =>
  rewritten(
    parts,
    /http:\/\/schemas\.openxmlformats\.org\/(spreadsheetml|officeDocument)\/2006/g,
    `${STRICT}/$1`,
  );

/** The files. */
export const WORKBOOK_FORMS: readonly OddFile[] = [
  {
    name: 'all sizes in 64 bits, as programs that stream a workbook write them',
    make: (n) => zip(workbookParts(good(n)), { zip64: true }),
    expected: taken,
  },
  {
    name: 'the strict form of the standard',
    make: (n) => strict(workbookParts(good(n))),
    expected: taken,
  },
  {
    name: 'every element with a prefix',
    make: (n) => {
      const prefixed = good(n).replaceAll(/<(\/?)(\w+)/g, '<$1x:$2');
      const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
      const content = `<x:worksheet xmlns:x="${main}"><x:sheetData>${prefixed}</x:sheetData></x:worksheet>`;
      return zip(swap(workbookParts(''), SHEET, { content }));
    },
    expected: taken,
  },
  {
    name: 'rows and cells without addresses',
    make: (n) => {
      const full = {
        born: '1985-01-01',
        phone: '15400000001',
        unit: 'ml',
        city: '太原市',
        site: '站',
      };
      const rows = sheetRows([HEADINGS, row(n(1), full)]);
      return zip(workbookParts(rows.replaceAll(/ r="\w+"/g, '')));
    },
    expected: taken,
  },
  {
    name: 'rows far apart, and columns that nobody filled',
    make: (n) =>
      zip(
        workbookParts(
          good(n)
            .replaceAll(/([A-Z])2"/g, '$140"')
            .replace('<row r="2">', '<row r="40">'),
        ),
      ),
    expected: taken,
  },
  {
    name: 'formatted rows without a cell at the very end of the sheet',
    make: (n) =>
      zip(
        workbookParts(
          `${good(n)}<row r="1048575" ht="12.8" hidden="false"/><row r="1048576" ht="12.8"/>`,
        ),
      ),
    expected: taken,
  },
  {
    name: 'the first sheet in order is another part, behind a chart',
    make: (n) =>
      rewritten(
        workbookParts(sheetRows([['说明']]), { secondSheet: good(n) }),
        /<sheets>.*<\/sheets>/g,
        '<sheets><sheet name="图" sheetId="9" r:id="rId2"/><sheet name="二" sheetId="2" r:id="rId4"/><sheet name="一" sheetId="1" r:id="rId1"/></sheets>',
      ),
    expected: taken,
  },
  {
    name: 'a boolean is no amount',
    make: one({ amount: xml('<c @ t="b"><v>1</v></c>') }),
    expected: { imported: 0, rejected: [[2, 'amount', 'amount_malformed']] },
  },
  {
    name: 'an amount and a day with the noise of binary fractions',
    make: one({
      amount: xml('<c @><v>200.00000000000003</v></c>'),
      on: xml('<c @ s="1"><v>46181.999999999993</v></c>'),
    }),
    expected: taken,
  },
  {
    name: 'a day in the ISO form of the strict standard',
    make: one({ on: xml('<c @ t="d"><v>2026-06-09T00:00:00.000</v></c>') }),
    expected: taken,
  },
  {
    name: 'a format with letters in quotes and brackets shows no days',
    make: (n) =>
      rewritten(
        workbookParts(
          sheetRows([HEADINGS, row(n(1), { amount: xml('<c @ s="3"><v>200</v></c>') })]),
        ),
        /formatCode="[^"]*"/g,
        'formatCode="[Red][$-804]0&quot;ml每日&quot;\\d"',
      ),
    expected: taken,
  },
  {
    name: 'a language in brackets before a format of days',
    make: (n) =>
      rewritten(
        workbookParts(sheetRows([HEADINGS, row(n(1), { on: xml('<c @ s="3"><v>46182</v></c>') })])),
        /formatCode="[^"]*"/g,
        'formatCode="[$-804]yyyy/m/d;@"',
      ),
    expected: taken,
  },
  {
    name: 'rich text in the cell itself, with a reading and an escaped line end',
    make: one({
      name: xml(
        '<c @ t="inlineStr"><is><r><t>测</t></r><r><t><![CDATA[试甲]]>_x000D_</t></r><rPh sb="0" eb="1"><t>ce</t></rPh></is></c>',
      ),
    }),
    expected: taken,
  },
  {
    name: 'an amount by a formula whose result is stored, and one that is true',
    make: (n) =>
      workbook([
        HEADINGS,
        row(n(1), { amount: xml('<c @><f>100*2</f><v>200</v></c>') }),
        row(n(2), { amount: xml('<c @ t="b"><f>1=1</f><v>1</v></c>') }),
      ]),
    expected: { imported: 1, rejected: [[3, 'amount', 'amount_malformed']] },
  },
];
