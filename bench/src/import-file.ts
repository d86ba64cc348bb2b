/** A donation file of any size, made up from a fixed seed: what the benchmark of imports takes in. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { addDays, type CivilDate } from '@liyu/domain/kernel';
import { HEADINGS, KINDS, UNITS } from '../../apps/server/src/donation/file-fields.ts';
import { residentCheckDigit } from '../../apps/server/src/donor/document.ts';

const FIRST_DAY = '2006-01-01' as CivilDate;
const DAYS = 7600;
const FIRST_BIRTH = '1970-01-01' as CivilDate;
const FAMILY_NAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
const GIVEN_NAMES = [...'安宁康健平和清明晨曦志远思源嘉乐文博雨桐子涵'];
const ROWS_AT_ONCE = 1000;
const IMPORT_ID = '01a205b3-e388-7000-a496-3529da07342d';
const RECORDED_AT = '2026-11-24T00:00:00.000Z';

/** What is made: so many donations of so many donors. */
export interface FileSize {
  readonly rows: number;
  readonly donors: number;
}

/** A row as the donation file has it, and as the table of donations takes it by COPY. */
interface Line {
  readonly csv: string;
  readonly copy: string;
}

/**
 * Writes a donation file, in the order of the days, donors mixed, and beside it the same rows as the
 * table of donations takes them by COPY.
 */
export async function writeDonationFile(
  csvFile: string,
  copyFile: string,
  size: FileSize,
): Promise<void> {
  const headings = `${Object.values(HEADINGS).join(',')}\n`;
  const write = (file: string, head: string, of: (line: Line) => string): Promise<void> =>
    pipeline(Readable.from(texts(head, of, size)), createWriteStream(file));
  await write(csvFile, headings, ({ csv }) => csv);
  await write(copyFile, '', ({ copy }) => copy);
}

function* texts(head: string, of: (line: Line) => string, size: FileSize): Generator<string> {
  if (head !== '') yield head;
  const random = seeded(size.rows);
  for (let first = 0; first < size.rows; first += ROWS_AT_ONCE) {
    let text = '';
    const last = Math.min(first + ROWS_AT_ONCE, size.rows);
    for (let row = first; row < last; row += 1) text += of(lineOf(row, size, random));
    yield text;
  }
}

function lineOf(row: number, { rows, donors }: FileSize, random: () => number): Line {
  // Everyone gives once, the rest falls where it falls.
  const donor = row < donors ? row : Math.floor(random() * donors);
  const number = `BENCH${String(row).padStart(8, '0')}`;
  const on = addDays(FIRST_DAY, Math.floor((row / rows) * DAYS));
  const isPlatelets = random() < 0.2;
  const kind = isPlatelets ? 'apheresis_platelets' : 'whole_blood';
  const amount = isPlatelets ? 1 + Math.floor(random() * 2) : 200 + 100 * Math.floor(random() * 3);
  const unit = isPlatelets ? 'treatment_unit' : 'ml';
  const site = `采血点${1 + Math.floor(random() * 12)}`;
  const document = `${nameOf(donor)},居民身份证,${documentOf(donor)}`;
  const phone = `154${String(donor).padStart(8, '0')}`;
  const gift = `${KINDS[kind]},${amount},${UNITS[unit]}`;
  const stored = [
    idOf(donor),
    number,
    on,
    kind,
    amount,
    unit,
    '',
    't',
    site,
    IMPORT_ID,
    RECORDED_AT,
  ];
  return {
    csv: `${number},${document},,${phone},${on},${gift},,${site}\n`,
    copy: `${stored.join('\t')}\n`,
  };
}

/** An id as donors have them: they come in the order of their ids. */
function idOf(donor: number): string {
  const text = String(donor).padStart(8, '0');
  return `01a205b3-${text.slice(0, 4)}-7000-a496-3529${text}`;
}

function nameOf(donor: number): string {
  const family = FAMILY_NAMES[donor % FAMILY_NAMES.length] ?? '';
  const first = GIVEN_NAMES[Math.floor(donor / 20) % GIVEN_NAMES.length] ?? '';
  return family + first + (GIVEN_NAMES[Math.floor(donor / 480) % GIVEN_NAMES.length] ?? '');
}

/** A resident number that is well-formed and nobody's: the county code is no county's. */
function documentOf(donor: number): string {
  const born = addDays(FIRST_BIRTH, Math.floor(donor / 1000)).replaceAll('-', '');
  const first17 = `140199${born}${String(donor % 1000).padStart(3, '0')}`;
  return first17 + residentCheckDigit(first17);
}

/** A small generator of numbers in [0, 1) from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
