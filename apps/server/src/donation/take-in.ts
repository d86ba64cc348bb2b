/** One batch of rows into the database: compared with what is known, appended when it is new. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { documentHash, findDocuments, insertDonors, personHash } from '../donor/workflow.ts';
import type { DonationRow } from './parse-row.ts';
import { type RowError, rowError } from './row-errors.ts';
import { findNumbers, insertDonations, insertNumbers } from './store.ts';

/** What has become of the rows so far. */
export interface Tally {
  rows: number;
  imported: number;
  unchanged: number;
  readonly rejected: RowError[];
  readonly rejectedRows: Set<number>;
  readonly conflicting: RowError[];
  /** What was found wrong since `takeFresh` was last called. */
  fresh: RowError[];
  readonly donors: Set<string>;
  unknownHeadings: readonly string[];
  readonly otherCities: Set<string>;
}

/** A tally of nothing. */
export function startTally(): Tally {
  return {
    rows: 0,
    imported: 0,
    unchanged: 0,
    rejected: [],
    rejectedRows: new Set(),
    conflicting: [],
    fresh: [],
    donors: new Set(),
    unknownHeadings: [],
    otherCities: new Set(),
  };
}

/** Counts a row as rejected, with everything that is wrong with it. */
export function reject(tally: Tally, errors: readonly RowError[]): void {
  tally.rejected.push(...errors);
  tally.fresh.push(...errors);
  for (const { row } of errors) tally.rejectedRows.add(row);
}

function conflict(tally: Tally, row: DonationRow): void {
  const error = rowError(row.row, 'donation_number', 'conflict', { value: row.number });
  tally.conflicting.push(error);
  tally.fresh.push(error);
}

/** What was found wrong since the last call. */
export function takeFresh(tally: Tally): readonly RowError[] {
  const { fresh } = tally;
  tally.fresh = [];
  return fresh;
}

/** One batch: what is known is compared, what is new is appended. */
export async function takeIn(
  core: Core,
  transaction: Kysely<Schema>,
  batch: readonly DonationRow[],
  importId: string,
  now: Instant,
  tally: Tally,
): Promise<void> {
  if (batch.length === 0) return;
  const known = await findNumbers(
    transaction,
    batch.map((row) => row.number),
  );
  const rows = batch.map((row) => keyed(core, row));
  const documents = await findDocuments(
    transaction,
    rows.map(({ documentHash: hash }) => hash),
  );
  let outcome = judge(rows, known, documents);
  // What another import has taken since we looked is known by then, and judged again.
  while (outcome.newPeople.length > 0) {
    await recordPeople(core, transaction, outcome.newPeople, now, documents);
    outcome = judge(rows, known, documents);
  }
  const taken = await takeNumbers(transaction, outcome.accepted);
  const lost = outcome.accepted.map(({ row }) => row.number).filter((number) => !taken.has(number));
  if (lost.length > 0) {
    for (const [number, found] of await findNumbers(transaction, lost)) known.set(number, found);
    outcome = judge(rows, known, documents);
  }
  tally.unchanged += outcome.unchanged;
  for (const row of outcome.conflicting) conflict(tally, row);
  for (const { row } of outcome.differing) {
    reject(tally, [rowError(row, 'document_number', 'person_differs')]);
  }
  const mine = outcome.accepted;
  if (mine.length === 0) return;
  await insertDonations(
    transaction,
    mine.map(({ row, donorId }) => ({
      donor_id: donorId,
      donation_number: row.number,
      donated_on: row.donatedOn,
      kind: row.kind,
      amount: row.amount,
      unit: row.unit,
      city: row.city,
      in_city: row.inCity,
      site: row.site,
      import_id: importId,
      recorded_at: now,
    })),
  );
  tally.imported += mine.length;
  for (const { donorId } of mine) tally.donors.add(donorId);
}

/** A row with the hashes by which it is found and compared, in hexadecimal but for the index. */
interface KeyedRow {
  readonly row: DonationRow;
  readonly facts: Buffer;
  readonly documentHash: Uint8Array;
  readonly document: string;
  readonly person: string;
}

function keyed(core: Core, row: DonationRow): KeyedRow {
  const hash = documentHash(core.cipher, row.documentType, row.documentNumber);
  return {
    row,
    facts: factsOf(core, row),
    documentHash: hash,
    document: hex(hash),
    person: hex(personHash(core.cipher, row)),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A row that is taken, and whose it is. */
interface Owned extends KeyedRow {
  readonly donorId: string;
}

/** What is to become of the rows of a batch, by what is known. */
interface Outcome {
  readonly accepted: readonly Owned[];
  /** Rows that name a document first; until they are recorded the outcome is not the last. */
  readonly newPeople: readonly KeyedRow[];
  readonly unchanged: number;
  readonly conflicting: readonly DonationRow[];
  readonly differing: readonly DonationRow[];
}

/** Judges the rows in their order. A number counts as seen once its owner is accepted. */
function judge(
  rows: readonly KeyedRow[],
  known: ReadonlyMap<string, { readonly factsHash: string }>,
  documents: ReadonlyMap<string, { readonly donorId: string; readonly personHash: string }>,
): Outcome {
  const accepted: Owned[] = [];
  const newPeople = new Map<string, KeyedRow>();
  const conflicting: DonationRow[] = [];
  const differing: DonationRow[] = [];
  const inFile = new Map<string, string>();
  let unchanged = 0;
  for (const keyedRow of rows) {
    const { row, document, person } = keyedRow;
    const facts = hex(keyedRow.facts);
    const before = known.get(row.number)?.factsHash ?? inFile.get(row.number);
    const owner = documents.get(document);
    const recordedPerson = owner?.personHash ?? newPeople.get(document)?.person ?? person;
    if (before === facts) unchanged += 1;
    else if (before !== undefined) conflicting.push(row);
    else if (recordedPerson !== person) differing.push(row);
    else {
      inFile.set(row.number, facts);
      if (owner !== undefined) accepted.push({ ...keyedRow, donorId: owner.donorId });
      else if (!newPeople.has(document)) newPeople.set(document, keyedRow);
    }
  }
  return { accepted, newPeople: [...newPeople.values()], unchanged, conflicting, differing };
}

/** Records the people, and adds to the documents who has them now: we or another import. */
async function recordPeople(
  core: Core,
  transaction: Kysely<Schema>,
  newPeople: readonly KeyedRow[],
  now: Instant,
  documents: Map<string, { readonly donorId: string; readonly personHash: string }>,
): Promise<void> {
  const people = newPeople.map(({ row }) => ({
    donorId: core.newId(),
    documentId: core.newId(),
    person: row,
  }));
  await insertDonors(transaction, core.cipher, people, now);
  const hashes = newPeople.map(({ documentHash: hash }) => hash);
  for (const [key, found] of await findDocuments(transaction, hashes)) documents.set(key, found);
  if (newPeople.some(({ document }) => !documents.has(document))) {
    throw new Error('invariant broken: a recorded document is found');
  }
}

async function takeNumbers(
  transaction: Kysely<Schema>,
  rows: readonly Owned[],
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set();
  return await insertNumbers(
    transaction,
    rows.map(({ row, donorId, facts }) => ({
      donation_number: row.number,
      donor_id: donorId,
      facts_hash: facts,
    })),
  );
}

/** A keyed hash of everything that makes a donation the same; the telephone is not part of it. */
function factsOf(core: Core, row: DonationRow): Buffer {
  const facts = [
    row.documentType,
    row.documentNumber,
    row.name,
    row.bornOn,
    row.donatedOn,
    row.kind,
    row.amount,
    row.inCity ? '' : row.city,
    row.site ?? '',
  ];
  return Buffer.from(core.cipher.blindIndex('donation', JSON.stringify(facts)));
}
