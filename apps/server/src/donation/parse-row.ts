/** One row of the donation file: well-formed or not, with everything that is wrong named. */
import type { CivilDate } from '@liyu/domain/kernel';
import { type DonationKind, type Programme, parameterOn } from '@liyu/domain/programme';
import {
  bornOnOf,
  DOCUMENT_TYPES,
  type DocumentType,
  isWellFormed,
  maskName,
  maskNumber,
  normaliseNumber,
} from '../donor/document.ts';
import {
  isRuined,
  isUnreadable,
  LONGEST_CELL,
  maskRuined,
  plainCell,
  trimCell,
} from './cell-text.ts';
import { isInCity } from './city-text.ts';
import { parseDonationNumber } from './donation-number.ts';
import {
  type Columns,
  type Field,
  fieldOf,
  KINDS,
  keyByName,
  UNITS,
  type Unit,
} from './file-fields.ts';
import { codeOfDate, FIRST_DAY, parseDay } from './parse-day.ts';
import type { FileRow } from './read-csv.ts';
import { type RowError, type RowErrorCode, rowError } from './row-errors.ts';

/** A well-formed row. */
export interface DonationRow {
  readonly row: number;
  readonly number: string;
  readonly name: string;
  readonly documentType: DocumentType;
  readonly documentNumber: string;
  readonly bornOn: CivilDate;
  readonly phone: string | null;
  readonly donatedOn: CivilDate;
  readonly kind: DonationKind;
  readonly amount: number;
  readonly unit: Unit | null;
  readonly city: string;
  readonly inCity: boolean;
  readonly site: string | null;
}

/** The row's city where it is not the programme's own, as a warning repeats it. */
export function otherCityOf(row: DonationRow): string | undefined {
  return row.inCity ? undefined : shown('city', row.city);
}

/** The cells of one row, and what is wrong with them so far. */
class RowReader {
  readonly errors: RowError[] = [];
  readonly file: FileRow;
  readonly columns: Columns;

  constructor(file: FileRow, columns: Columns) {
    this.file = file;
    this.columns = columns;
  }

  cell(field: Field): string {
    const text = this.file.cells[this.columns.at.get(field) ?? -1] ?? '';
    if (this.file.plain === true) return text;
    return VERBATIM.includes(field) ? trimCell(text) : plainCell(text);
  }

  required(field: Field): string | undefined {
    const text = this.cell(field);
    if (text === '') this.wrong(field, 'missing');
    return text || undefined;
  }

  wrong(field: Field, code: RowErrorCode, values: Record<string, string> = {}): void {
    const value = shown(field, this.cell(field));
    this.errors.push(rowError(this.file.row, field, code, { value, ...values }));
  }
}

/** Reads one row; `today` is the city's day. */
export function parseRow(
  file: FileRow,
  columns: Columns,
  programme: Programme,
  today: CivilDate,
): DonationRow | RowError[] {
  const unfit = judgeCells(file, columns);
  if (unfit.length > 0) return unfit;
  const reader = new RowReader(file, columns);
  const number = readNumber(reader);
  const name = reader.required('name');
  const person = readPerson(reader);
  const donatedOn = readDonatedOn(reader, person?.bornOn, today);
  const gift = readGift(reader, programme, donatedOn ?? today);
  const phone = readPhone(reader);
  const wellFormed = number && name && person && donatedOn && gift;
  if (reader.errors.length > 0 || !wellFormed) return reader.errors;
  const city = reader.cell('city');
  return {
    row: file.row,
    number,
    name,
    documentType: person.documentType,
    documentNumber: person.documentNumber,
    bornOn: person.bornOn,
    phone,
    donatedOn,
    kind: gift.kind,
    amount: gift.amount,
    unit: gift.unit,
    city,
    inCity: isInCity(programme.city, city),
    site: reader.cell('site') || null,
  };
}

function readNumber(reader: RowReader): string | undefined {
  const text = reader.required('donation_number');
  if (text === undefined) return undefined;
  const number = parseDonationNumber(text);
  if (number === undefined) {
    reader.wrong('donation_number', isRuined(text) ? 'number_ruined' : 'number_malformed');
  }
  return number;
}

function readPhone(reader: RowReader): string | null {
  const phone = reader.cell('phone').replace(/[\s-]/g, '');
  if (phone !== '' && !/^\+?\d{7,15}$/.test(phone)) {
    if (isRuined(phone)) reader.wrong('phone', 'number_ruined', { value: maskRuined(phone) });
    else reader.wrong('phone', 'phone_malformed', { value: maskNumber(phone) });
  }
  return phone || null;
}

/**
 * What a message repeats: in a row that has slipped, anything of a person may stand in any column.
 * Numbers are shown as far as they can be an amount, a day since donations are counted or a
 * donation number; of words the first character.
 */
function shown(field: Field, text: string): string {
  if (field === 'donation_number') return /^[\w=-]{1,16}$/.test(text) ? text : masked(text);
  // Told once for a row that is well-formed otherwise, so that a misspelt city is seen.
  if (field === 'city') return maskLong(text);
  const isDayBefore = (parseDay(text) ?? FIRST_DAY) < FIRST_DAY;
  return /^[\d\s./年月日:-]{1,19}$/.test(text) && !isDayBefore ? maskLong(text) : masked(text);
}

const masked = (text: string): string => (/\d{4}/.test(text) ? maskNumber(text) : maskName(text));
const maskLong = (text: string): string => text.replace(/\d{10,}/g, maskNumber);

/** Fields that are kept as they are written. */
const VERBATIM: readonly Field[] = ['name', 'site'];

/** What is wrong with cells whatever they mean: then the row is not read any further. */
function judgeCells({ cells, row, plain }: FileRow, columns: Columns): RowError[] {
  const errors: RowError[] = [];
  let judged = 0;
  let headings = 0;
  for (const { field, at } of columns.inOrder) {
    const written = cells[at] ?? '';
    const text = plain === true ? written : trimCell(written);
    if (plain !== true && isUnreadable(text))
      errors.push(rowError(row, field, 'characters_unreadable'));
    else if (text.length > LONGEST_CELL) {
      errors.push(rowError(row, field, 'too_long', { most: String(LONGEST_CELL) }));
    } else if (headings === judged && !/\d/.test(text) && fieldOf(text) === field) {
      // No heading holds a digit: most rows are done with at their number.
      headings += 1;
    }
    judged += 1;
  }
  if (headings < columns.at.size) return errors;
  return [rowError(row, 'donation_number', 'heading_again')];
}

function readPerson(
  reader: RowReader,
): Pick<DonationRow, 'documentType' | 'documentNumber' | 'bornOn'> | undefined {
  const typeText = reader.required('document_type');
  const numberText = reader.required('document_number');
  if (typeText === undefined || numberText === undefined) return undefined;
  const documentType = keyByName(DOCUMENT_TYPES, typeText);
  if (documentType === undefined) {
    reader.wrong('document_type', 'document_type_unknown');
    return undefined;
  }
  const documentNumber = normaliseNumber(numberText);
  const held = bornOnOf(documentNumber);
  if (!isWellFormed(documentType, documentNumber, held)) {
    if (isRuined(documentNumber)) {
      reader.wrong('document_number', 'number_ruined', { value: maskRuined(documentNumber) });
      return undefined;
    }
    reader.wrong('document_number', 'document_malformed', { value: maskNumber(numberText) });
    return undefined;
  }
  const bornText = reader.cell('born_on');
  const born = bornText === '' ? held : parseDay(bornText);
  if (born === undefined) {
    const code = bornText === '' ? 'born_on_missing' : codeOfDate(bornText);
    reader.wrong('born_on', code, { value: maskNumber(bornText) });
    return undefined;
  }
  if (held !== undefined && born !== held) {
    reader.wrong('born_on', 'born_on_differs');
    return undefined;
  }
  return { documentType, documentNumber, bornOn: born };
}

function readDonatedOn(
  reader: RowReader,
  bornOn: CivilDate | undefined,
  today: CivilDate,
): CivilDate | undefined {
  const text = reader.required('donated_on');
  if (text === undefined) return undefined;
  const day = parseDay(text);
  if (day === undefined) reader.wrong('donated_on', codeOfDate(text));
  else if (day > today) reader.wrong('donated_on', 'in_the_future');
  else if (day < FIRST_DAY) reader.wrong('donated_on', 'before_1980');
  else if (bornOn !== undefined && day < bornOn) reader.wrong('donated_on', 'before_birth');
  return day;
}

function readGift(
  reader: RowReader,
  programme: Programme,
  on: CivilDate,
): Pick<DonationRow, 'kind' | 'amount' | 'unit'> | undefined {
  const kindText = reader.required('kind');
  if (kindText === undefined) return undefined;
  const kind = keyByName(KINDS, kindText);
  if (kind === undefined) {
    reader.wrong('kind', 'kind_unknown');
    return undefined;
  }
  const unit = unitOf(kind);
  const unitText = reader.cell('unit');
  if (unitText !== '' && keyByName(UNITS, unitText) !== unit) reader.wrong('unit', 'unit_differs');
  const amountText = reader.cell('amount');
  if (unit === null) return { kind, amount: 0, unit };
  if (amountText === '') {
    reader.wrong('amount', 'missing');
    return undefined;
  }
  const allowed = parameterOn(programme, 'donation.amounts', on < FIRST_DAY ? FIRST_DAY : on).value[
    kind === 'whole_blood' ? 'wholeBloodMl' : 'treatmentUnits'
  ];
  const amount = /^\d{1,5}$/.test(amountText) ? Number(amountText) : Number.NaN;
  if (!allowed.includes(amount)) {
    reader.wrong('amount', 'amount_malformed', {
      allowed: allowed.join(', '),
      allowed_zh: allowed.join('、'),
    });
    return undefined;
  }
  return { kind, amount, unit };
}

function unitOf(kind: DonationKind): Unit | null {
  if (kind === 'whole_blood') return 'ml';
  return kind === 'apheresis_platelets' ? 'treatment_unit' : null;
}
