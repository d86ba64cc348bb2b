/** The yardstick of draining: the rows that came of it, inserted again into tables like theirs. */
import { performance } from 'node:perf_hooks';
import pg from 'pg';

const TABLES = [
  'receipt',
  'showing',
  'passage',
  'trip_end',
  'trip_turn',
  'redemption',
  'redemption_lookup',
  'posting',
  'offline_use',
  'trip_change',
  'sighting',
  'gate_boot',
  'audit_leaf',
] as const;

/** Seconds for all rows of the tables, so many transactions one after another. */
export async function copyRaw(url: string, transactions: number): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const all = new Map<string, Record<string, unknown>[]>();
  for (const table of TABLES) {
    const { rows } = await client.query(`SELECT * FROM ${table}`);
    await client.query(`CREATE TABLE raw_${table} (LIKE ${table} INCLUDING ALL)`);
    all.set(table, rows);
  }
  const start = performance.now();
  for (let turn = 0; turn < transactions; turn += 1) {
    await client.query('BEGIN');
    for (const [table, rows] of all) {
      const share = Math.ceil(rows.length / transactions);
      await insert(client, `raw_${table}`, rows.slice(turn * share, (turn + 1) * share));
    }
    await client.query('COMMIT');
  }
  const seconds = (performance.now() - start) / 1000;
  await client.end();
  return seconds;
}

async function insert(client: pg.Client, table: string, rows: Record<string, unknown>[]) {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.flatMap((row) => columns.map((column) => parameterOf(row[column])));
  const places = rows.map((_, at) => {
    const numbers = columns.map((_column, within) => `$${at * columns.length + within + 1}`);
    return `(${numbers.join(',')})`;
  });
  const text = `INSERT INTO ${table} (${columns.join(',')}) VALUES ${places.join(',')}`;
  await client.query(text, values);
}

function parameterOf(value: unknown): unknown {
  const isJson = typeof value === 'object' && value !== null && !(value instanceof Date);
  return isJson && !Buffer.isBuffer(value) ? JSON.stringify(value) : value;
}
