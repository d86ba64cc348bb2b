/** SQL of the rows that leaves speak of: each as the body of its leaf would say it. */
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { loadPlainRows, PLAIN_TABLES } from './plain-tables.ts';
import { type RecordedRow, type Subject, subjectName } from './recorded-log.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Database = Kysely<Schema>;

/** The rows of the subjects, as far as they are there. */
export async function loadRows(
  database: Database,
  subjects: readonly Subject[],
): Promise<RecordedRow[]> {
  const idsOf = (...kinds: string[]): string[] =>
    subjects.filter(({ subject }) => kinds.includes(subject)).map(({ subjectId }) => subjectId);
  const uuidsOf = (...kinds: string[]) => idsOf(...kinds).filter((id) => UUID.test(id));
  const asked = new Set(subjects.map(subjectName));
  const rows = [
    ...(await loadUses(database, uuidsOf('redemption', 'reversal'))),
    ...(await loadRefusals(database, uuidsOf('refusal'))),
    ...(await loadNightEnds(database, uuidsOf('night_end'))),
    ...(await loadSettlements(database, idsOf('settlement'))),
  ];
  for (const table of PLAIN_TABLES) {
    rows.push(...(await loadPlainRows(database, table, uuidsOf(table.subject))));
  }
  return rows.filter((row) => asked.has(subjectName(row)));
}

async function loadUses(database: Database, ids: readonly string[]): Promise<RecordedRow[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .selectFrom('redemption_lookup as lookup')
    .innerJoin('redemption as use', (join) =>
      join
        .onRef('use.donor_id', '=', 'lookup.donor_id')
        .onRef('use.redemption_id', '=', 'lookup.redemption_id'),
    )
    .leftJoin('reversal', (join) =>
      join
        .onRef('reversal.donor_id', '=', 'use.donor_id')
        .onRef('reversal.redemption_id', '=', 'use.reversal_of')
        .onRef('reversal.reversal_id', '=', 'use.redemption_id'),
    )
    .selectAll('use')
    .select('reversal.reversal_id')
    .where('lookup.redemption_id', 'in', ids)
    .execute();
  return rows
    .filter((row) => row.reversal_of === null || row.reversal_id !== null)
    .map((row) => ({
      subject: row.reversal_of === null ? 'redemption' : 'reversal',
      subjectId: row.redemption_id,
      record: useOf(row),
    }));
}

function useOf(row: Selectable<Schema['redemption']>): RecordedRow['record'] {
  return {
    donorId: row.donor_id,
    redemptionId: row.redemption_id,
    benefit: row.benefit,
    venueId: row.venue_id,
    direction: row.direction,
    redeemedAt: row.redeemed_at,
    redeemedOn: row.redeemed_on,
    pseudonym: row.pseudonym && Buffer.from(row.pseudonym).toString('hex'),
    entryId: row.entry_id,
    mark: row.mark,
    admittedBy: row.admitted_by,
    clerk: row.clerk,
    reason: row.reason,
    code: row.code,
    rule: row.rule,
    version: row.version,
    waivedFen: row.waived_fen,
    toPayFen: row.to_pay_fen,
    evidence: row.evidence,
    reversalOf: row.reversal_of,
    recordedAt: row.recorded_at,
  };
}

async function loadRefusals(database: Database, ids: readonly string[]): Promise<RecordedRow[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .selectFrom('refusal')
    .selectAll()
    .where('refusal_id', 'in', ids)
    .execute();
  return rows.map((row) => ({
    subject: 'refusal',
    subjectId: row.refusal_id,
    record: {
      refusalId: row.refusal_id,
      donorId: row.donor_id,
      venueId: row.venue_id,
      direction: row.direction,
      refusedAt: row.refused_at,
      code: row.code,
      rule: row.rule,
      version: row.version,
      skewSeconds: row.skew_seconds,
      evidence: row.evidence,
      recordedAt: row.recorded_at,
    },
  }));
}

/** An entry that the night ended: its end, and the posting of the lowest fare. */
async function loadNightEnds(database: Database, ids: readonly string[]): Promise<RecordedRow[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .selectFrom('redemption_lookup as lookup')
    .innerJoin('trip_end', (join) =>
      join
        .onRef('trip_end.donor_id', '=', 'lookup.donor_id')
        .onRef('trip_end.entry_id', '=', 'lookup.redemption_id')
        .onRef('trip_end.ended_by', '=', 'lookup.redemption_id'),
    )
    .innerJoin('posting', (join) =>
      join
        .onRef('posting.donor_id', '=', 'trip_end.donor_id')
        .onRef('posting.redemption_id', '=', 'trip_end.entry_id'),
    )
    .select(['trip_end.donor_id', 'trip_end.entry_id', 'posting.amount_fen'])
    .distinct()
    // A late exit may have taken it back since.
    .where('posting.reversal_of', 'is', null)
    .where('lookup.redemption_id', 'in', ids)
    .execute();
  return rows.map((row) => ({
    subject: 'night_end',
    subjectId: row.entry_id,
    record: { donorId: row.donor_id, entryId: row.entry_id, fareFen: row.amount_fen },
  }));
}

async function loadSettlements(database: Database, ids: readonly string[]): Promise<RecordedRow[]> {
  if (ids.length === 0) return [];
  const partners = ids.map((id) => id.slice(0, id.lastIndexOf('/')));
  const rows = await database
    .selectFrom('settlement')
    .selectAll()
    .where('partner_id', 'in', partners)
    .execute();
  return rows.map((row) => ({
    subject: 'settlement',
    subjectId: `${row.partner_id}/${row.month}`,
    record: {
      partner: row.partner_id,
      month: row.month,
      closedAt: row.closed_at,
      totalFen: row.total_fen,
      ledgerCheckpoint: row.ledger_checkpoint,
    },
  }));
}

/** Names two columns of a key and the subject of a row, for one table after another. */
interface KeyedTable {
  readonly table: string;
  readonly key: readonly [first: string, second: string];
  /** SQL of the subject's kind and id, and which rows have a leaf. */
  readonly subject: string;
  readonly id: string;
  readonly where: string;
}

const TABLES: readonly KeyedTable[] = [
  {
    table: 'redemption',
    key: ['donor_id', 'redemption_id'],
    subject: "case when reversal_of is null then 'redemption' else 'reversal' end",
    id: 'redemption_id::text',
    where: 'true',
  },
  {
    table: 'reversal',
    key: ['donor_id', 'redemption_id'],
    subject: "'reversal'",
    id: 'reversal_id::text',
    where: 'true',
  },
  {
    table: 'refusal',
    key: ['refusal_id', 'refusal_id'],
    subject: "'refusal'",
    id: 'refusal_id::text',
    where: 'true',
  },
  {
    table: 'trip_end',
    key: ['donor_id', 'entry_id'],
    subject: "'night_end'",
    id: 'entry_id::text',
    where: 'ended_by = entry_id',
  },
  {
    table: 'settlement',
    key: ['partner_id', 'month'],
    subject: "'settlement'",
    id: "partner_id || '/' || month",
    where: 'true',
  },
  ...PLAIN_TABLES.map(({ subject, table, key, id }) => ({
    table,
    key,
    subject: `'${subject}'`,
    id: `${id}::text`,
    where: 'true',
  })),
];

/** Everything that must have a leaf, page by page in the order of the keys. */
export async function* loadSubjects(
  database: Database,
  limit: number,
): AsyncIterable<readonly Subject[]> {
  for (const table of TABLES) {
    let after: readonly [string, string] | undefined;
    do {
      const rows: SubjectRow[] = await loadSubjectPage(database, table, after, limit);
      if (rows.length > 0) {
        yield rows.map((row) => ({ subject: row.subject, subjectId: row.subject_id }));
      }
      const last = rows.at(-1);
      after = last && [last.first_key, last.second_key];
    } while (after !== undefined);
  }
}

interface SubjectRow {
  readonly first_key: string;
  readonly second_key: string;
  readonly subject: string;
  readonly subject_id: string;
}

async function loadSubjectPage(
  database: Database,
  { table, key, subject, id, where }: KeyedTable,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<SubjectRow[]> {
  const [first, second] = [sql.ref(key[0]), sql.ref(key[1])];
  const beyond = after ? sql`and (${first}, ${second}) > (${after[0]}, ${after[1]})` : sql``;
  const { rows } = await sql<SubjectRow>`
    select ${first}::text as first_key, ${second}::text as second_key,
      ${sql.raw(subject)} as subject, ${sql.raw(id)} as subject_id
    from ${sql.table(table)} where ${sql.raw(where)} ${beyond}
    order by ${first}, ${second} limit ${limit}`.execute(database);
  return rows;
}
