/**
 * The yardstick of recording: the same rows into the same tables by one multi-row insert a table, in
 * one transaction, through the same driver. No function, no check, no answer.
 */
import type pg from 'pg';
import { rowsOf, type ScanRecord } from '../../apps/server/src/redemption/scan-record.ts';

type Row = Readonly<Record<string, unknown>>;

const JSON_COLUMNS = new Set(['answer', 'evidence']);

/** The rows by table, as the driver takes them. Making them is not part of the measurement. */
export function rawRowsOf(records: readonly ScanRecord[]): readonly [string, readonly Row[]][] {
  // Turns are counted, not inserted.
  const { passage, trip_turn: _turns, ...rows } = rowsOf(records);
  const all: Record<string, readonly Row[]> = {
    ...rows,
    passage: passage.map(({ seconds: _seconds, ...row }) => row),
    redemption_lookup: rows.redemption.map(({ redemption_id, donor_id }) => ({
      redemption_id,
      donor_id,
    })),
  };
  return Object.entries(all).filter(([, own]) => own.length > 0);
}

function parameterOf(column: string, value: unknown): unknown {
  if (JSON_COLUMNS.has(column)) return JSON.stringify(value);
  const isBytes = typeof value === 'string' && value.startsWith('\\x');
  return isBytes ? Buffer.from(value.slice(2), 'hex') : value;
}

/** Inserts them in one transaction; a statement of the same table and length is prepared once. */
export async function insertRaw(
  client: pg.Client,
  tables: readonly [string, readonly Row[]][],
): Promise<void> {
  await client.query('BEGIN');
  for (const [table, rows] of tables) {
    const columns = Object.keys(rows[0] ?? {});
    const values = rows.flatMap((row) => columns.map((column) => parameterOf(column, row[column])));
    const places = rows.map((_, at) => {
      const numbers = columns.map((_column, within) => `$${at * columns.length + within + 1}`);
      return `(${numbers.join(',')})`;
    });
    const text = `INSERT INTO ${table} (${columns.join(',')}) VALUES ${places.join(',')}`;
    await client.query({ name: `${table}-${rows.length}`, text, values });
  }
  await client.query('COMMIT');
}
