/**
 * Sample donors: the counts and times of 748 real donors (see `sample/README.md`) as a donation
 * file. Names, documents, telephone numbers and days are made up from a fixed seed.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { addDays, addMonths, type CivilDate, daysBetween } from '@liyu/domain/kernel';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify';
import { HEADINGS, KINDS, UNITS } from '../donation/file-fields.ts';
import { DOCUMENT_TYPES, residentCheckDigit } from '../donor/document.ts';

const SOURCE = path.resolve(import.meta.dirname, '../../sample/transfusion.csv');
const SEED = 20_250_201;
/** A county code of Taiyuan's prefecture that no county has. */
const COUNTY = '140199';
/** A range of mobile numbers that is not assigned. */
const PHONE_RANGE = '154';
const FAMILY_NAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
const GIVEN_NAMES = [...'安宁康健平和清明晨曦志远思源嘉乐文博雨桐子涵'];

/** What was written. */
export interface SampleReport {
  readonly donors: number;
  readonly donations: number;
}

/** One donor of the source: months before the census, and how often in between. */
interface SourceDonor {
  readonly recencyMonths: number;
  readonly times: number;
  readonly millilitres: number;
  readonly firstMonths: number;
}

/** Writes the donation file of the census day; rejects when it cannot be written. */
export async function writeSampleDonors(census: CivilDate, out: string): Promise<SampleReport> {
  const report = { donors: 0, donations: 0 };
  const columns = Object.values(HEADINGS);
  await pipeline(
    sampleRows(census, report),
    stringify({ header: true, columns }),
    createWriteStream(out),
  );
  return report;
}

/** The rows of the file, donor by donor; counts them in the report. */
async function* sampleRows(
  census: CivilDate,
  report: { donors: number; donations: number },
): AsyncGenerator<Record<string, string>> {
  const random = seeded(SEED);
  const source = createReadStream(SOURCE).pipe(parse({ from_line: 2, trim: true }));
  for await (const cells of source as AsyncIterable<string[]>) {
    const donor = readDonor(cells);
    report.donors += 1;
    const person = makePerson(report.donors, random);
    for (const donatedOn of donationDays(donor, census)) {
      report.donations += 1;
      const number = `TY${String(report.donations).padStart(7, '0')}`;
      yield rowOf(number, person, donatedOn, donor);
    }
  }
}

/** First and last as many months before the census; the i-th of n evenly between, rounded down. */
export function donationDays(donor: SourceDonor, census: CivilDate): CivilDate[] {
  const first = addMonths(census, -donor.firstMonths);
  const last = addMonths(census, -donor.recencyMonths);
  const days = daysBetween(first, last);
  return Array.from({ length: donor.times }, (_, index) =>
    donor.times === 1 ? last : addDays(first, Math.floor((index * days) / (donor.times - 1))),
  );
}

function readDonor(cells: readonly string[]): SourceDonor {
  const [recencyMonths, times, millilitres, firstMonths] = cells.map(Number);
  if (recencyMonths === undefined || times === undefined || millilitres === undefined) {
    throw new Error('invariant broken: the sample file has five columns');
  }
  return { recencyMonths, times, millilitres, firstMonths: firstMonths ?? recencyMonths };
}

interface SamplePerson {
  readonly name: string;
  readonly document: string;
  readonly phone: string;
}

/** The document of the first sample donor, the same in every sample file. */
export function firstSampleDocument(): string {
  return makePerson(1, seeded(SEED)).document;
}

let documents: ReadonlySet<string> | undefined;

/** Whether the document is a sample donor's, in whatever sample file. */
export function isSampleDocument(number: string): boolean {
  if (!number.startsWith(COUNTY)) return false;
  if (documents === undefined) {
    const random = seeded(SEED);
    const people = Array.from({ length: 999 }, (_, index) => makePerson(index + 1, random));
    documents = new Set(people.map(({ document }) => document));
  }
  return documents.has(number);
}

/** A person whose document and telephone number are valid in form only, and nobody's. */
function makePerson(ordinal: number, random: () => number): SamplePerson {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const name = pick(FAMILY_NAMES) + pick(GIVEN_NAMES) + (random() < 0.5 ? pick(GIVEN_NAMES) : '');
  const year = 1970 + Math.floor(random() * 30);
  const month = String(1 + Math.floor(random() * 12)).padStart(2, '0');
  const day = String(1 + Math.floor(random() * 28)).padStart(2, '0');
  const first17 = `${COUNTY}${year}${month}${day}${String(ordinal).padStart(3, '0')}`;
  return {
    name,
    document: first17 + residentCheckDigit(first17),
    phone: PHONE_RANGE + String(ordinal).padStart(8, '0'),
  };
}

function rowOf(
  number: string,
  person: SamplePerson,
  donatedOn: CivilDate,
  donor: SourceDonor,
): Record<string, string> {
  return {
    [HEADINGS.donation_number]: number,
    [HEADINGS.name]: person.name,
    [HEADINGS.document_type]: DOCUMENT_TYPES.resident_id,
    [HEADINGS.document_number]: person.document,
    [HEADINGS.born_on]: '',
    [HEADINGS.phone]: person.phone,
    [HEADINGS.donated_on]: donatedOn,
    [HEADINGS.kind]: KINDS.whole_blood,
    [HEADINGS.amount]: String(donor.millilitres / donor.times),
    [HEADINGS.unit]: UNITS.ml,
    [HEADINGS.city]: '',
    [HEADINGS.site]: '样例采血点',
  };
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
