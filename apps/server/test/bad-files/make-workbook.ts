/** Workbooks made by hand, so that each can be wrong in exactly one way. */
import { crc32, deflateRawSync } from 'node:zlib';

/** A part of a zip archive; what is left out is as it should be. */
export interface ZipPart {
  readonly name: string;
  readonly content: string | Buffer;
  /** What the headers claim instead of the true size. */
  readonly claimedSize?: number;
  readonly encrypted?: boolean;
  /** The name in the local header, when it is another one. */
  readonly localName?: string;
}

/** A zip archive of the parts; `zip64` writes all sizes in 64 bits, as some programs do always. */
export function zip(parts: readonly ZipPart[], { zip64 = false } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    const content = Buffer.from(part.content);
    const packed = deflateRawSync(content);
    const middle = Buffer.alloc(26);
    middle.writeUInt16LE(20, 0);
    middle.writeUInt16LE(part.encrypted ? 1 : 0, 2);
    middle.writeUInt16LE(8, 4);
    middle.writeUInt32LE(crc32(content), 10);
    middle.writeUInt32LE(packed.length, 14);
    middle.writeUInt32LE(part.claimedSize ?? content.length, 18);
    const name = Buffer.from(part.name);
    middle.writeUInt16LE(name.length, 22);
    const localName = Buffer.from(part.localName ?? part.name);
    const extra = zip64 ? movedToExtra(middle) : Buffer.alloc(0);
    const head = Buffer.from('504b0304', 'hex');
    const local = Buffer.concat([head, middle, localName, extra, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), middle, rest, name, extra);
    locals.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const tail = zip64 ? zip64Tail(at, listed.length, parts.length) : Buffer.alloc(0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, listed, tail, end]);
}

/** Moves the sizes of a header into an extra field (APPNOTE, 4.5.3), and answers the field. */
function movedToExtra(middle: Buffer): Buffer {
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  extra.writeBigUInt64LE(BigInt(middle.readUInt32LE(18)), 4);
  extra.writeBigUInt64LE(BigInt(middle.readUInt32LE(14)), 12);
  middle.fill(0xff, 14, 22);
  middle.writeUInt16LE(extra.length, 24);
  return extra;
}

/** The end of the directory in 64 bits, and where it stands (APPNOTE, 4.3.14 and 4.3.15). */
function zip64Tail(directoryAt: number, length: number, count: number): Buffer {
  const tail = Buffer.alloc(76);
  tail.writeUInt32LE(0x06064b50, 0);
  tail.writeBigUInt64LE(44n, 4);
  for (const at of [24, 32]) tail.writeBigUInt64LE(BigInt(count), at);
  tail.writeBigUInt64LE(BigInt(length), 40);
  tail.writeBigUInt64LE(BigInt(directoryAt), 48);
  tail.writeUInt32LE(0x07064b50, 56);
  tail.writeBigUInt64LE(BigInt(directoryAt + length), 64);
  tail.writeUInt32LE(1, 72);
  return tail;
}

/** How a workbook differs from the plainest one. */
export interface WorkbookForm {
  readonly epoch1904?: boolean;
  readonly sharedStrings?: string;
  /** Before the root element of the shared strings. */
  readonly declaration?: string;
  readonly secondSheet?: string;
  readonly more?: readonly ZipPart[];
  /** Behind the cells. */
  readonly afterCells?: string;
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';

/** Styles: 0 general, 1 a date, 2 a date in the Chinese built-in form, 3 one of a custom form. */
const STYLES = `<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="31" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>`;

/** The parts of a workbook whose first sheet holds the rows in `sheetRows` (XML). */
export function workbookParts(sheetRows: string, form: WorkbookForm = {}): ZipPart[] {
  const sheet = (rows: string, after = ''): string =>
    `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData>${after}</worksheet>`;
  const relation = (id: number, kind: string, target: string): string =>
    `<Relationship Id="rId${id}" Type="${RELATION}/${kind}" Target="${target}"/>`;
  const second = form.secondSheet;
  return [
    {
      name: '[Content_Types].xml',
      content: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns="${MAIN}" xmlns:r="${RELATION}"><workbookPr${form.epoch1904 ? ' date1904="1"' : ''}/><sheets><sheet name="一" sheetId="1" r:id="rId1"/>${second === undefined ? '' : '<sheet name="二" sheetId="2" r:id="rId4"/>'}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `<Relationships xmlns="${PACKAGE}">${relation(1, 'worksheet', 'worksheets/sheet1.xml')}${relation(2, 'styles', 'styles.xml')}${relation(3, 'sharedStrings', 'sharedStrings.xml')}${second === undefined ? '' : relation(4, 'worksheet', 'worksheets/sheet2.xml')}</Relationships>`,
    },
    { name: 'xl/styles.xml', content: STYLES },
    {
      name: 'xl/sharedStrings.xml',
      content: `<?xml version="1.0"?>${form.declaration ?? ''}<sst xmlns="${MAIN}">${form.sharedStrings ?? ''}</sst>`,
    },
    { name: 'xl/worksheets/sheet1.xml', content: sheet(sheetRows, form.afterCells) },
    ...(second === undefined ? [] : [{ name: 'xl/worksheets/sheet2.xml', content: sheet(second) }]),
    ...(form.more ?? []),
  ];
}

/** A cell: text as it is, or the XML of an odd one. */
export type WorkbookCell = string | { readonly xml: string };

/** The XML of rows, from the first row down; `xml` of a cell may say `@` for its own address. */
export function sheetRows(rows: readonly (readonly WorkbookCell[])[]): string {
  return rows
    .map((cells, row) => {
      const made = cells.map((cell, column) => {
        const address = `${String.fromCharCode(65 + column)}${row + 1}`;
        if (typeof cell !== 'string') return cell.xml.replaceAll('@', `r="${address}"`);
        return cell === ''
          ? ''
          : `<c r="${address}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`;
      });
      return `<row r="${row + 1}">${made.join('')}</row>`;
    })
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** A workbook of the rows. */
export function workbook(
  rows: readonly (readonly WorkbookCell[])[],
  form: WorkbookForm = {},
): Buffer {
  return zip(workbookParts(sheetRows(rows), form));
}
