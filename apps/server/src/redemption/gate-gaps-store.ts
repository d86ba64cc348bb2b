/** SQL of gaps in the running numbers of devices. */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';

type Database = Kysely<Schema>;

/** How far a start's numbers have come without a gap. */
export interface EpochState {
  readonly bootEpoch: number;
  /** -1 for none. */
  readonly through: number;
  readonly isOver: boolean;
}

/** The starts of the device that are known. */
export async function loadEpochs(database: Database, deviceId: string): Promise<EpochState[]> {
  const rows = await database
    .selectFrom('gate_epoch')
    .selectAll()
    .where('device_id', '=', deviceId)
    .execute();
  return rows.map((row) => ({
    bootEpoch: row.boot_epoch,
    through: row.complete_through,
    isOver: row.is_over,
  }));
}

/** The last number of starts, as the start after each has said it. */
export async function loadPrevious(
  database: Database,
  deviceId: string,
): Promise<Map<number, number>> {
  const rows = await database
    .selectFrom('gate_boot')
    .select(['previous_epoch', 'previous_seq'])
    .where('device_id', '=', deviceId)
    .where('previous_epoch', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.previous_epoch ?? 0, row.previous_seq ?? 0]));
}

/** What is missing between the numbers that have come, and the highest of these. */
export interface Holes {
  readonly missing: { readonly from: number; readonly to: number }[];
  readonly highest: number;
}

/** The holes of the starts above what is complete, by the start. */
export async function loadHoles(
  database: Database,
  deviceId: string,
  starts: readonly EpochState[],
): Promise<Map<number, Holes>> {
  if (starts.length === 0) return new Map();
  const above = sql.join(
    starts.map(({ bootEpoch, through }) => sql`(boot_epoch = ${bootEpoch} and seq > ${through})`),
    sql` or `,
  );
  const { rows } = await sql<{
    boot_epoch: number;
    seq: number;
    before: number | null;
    last: number;
  }>`
    select boot_epoch, seq, before, last from (
      select boot_epoch, seq, lag(seq) over one as before,
        max(seq) over (partition by boot_epoch) as last
      from receipt where device_id = ${deviceId} and (${above})
      window one as (partition by boot_epoch order by seq)) as numbered
    where before is null or seq <> before + 1
    order by boot_epoch, seq`.execute(database);
  const through = new Map(starts.map((start) => [start.bootEpoch, start.through]));
  const holes = new Map<number, Holes>();
  for (const { boot_epoch: bootEpoch, seq, before, last } of rows) {
    const found = holes.get(bootEpoch) ?? { missing: [], highest: last };
    holes.set(bootEpoch, found);
    const from = (before ?? through.get(bootEpoch) ?? -1) + 1;
    if (from < seq) found.missing.push({ from, to: seq - 1 });
  }
  return holes;
}

/** Keeps how far the starts have come; never less than what is kept. */
export async function saveEpochs(
  database: Database,
  deviceId: string,
  moved: readonly EpochState[],
): Promise<void> {
  if (moved.length === 0) return;
  await database
    .insertInto('gate_epoch')
    .values(
      moved.map(({ bootEpoch, through, isOver }) => ({
        device_id: deviceId,
        boot_epoch: bootEpoch,
        complete_through: through,
        is_over: isOver,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['device_id', 'boot_epoch']).doUpdateSet((eb) => ({
        complete_through: sql<number>`greatest(gate_epoch.complete_through, ${eb.ref('excluded.complete_through')})`,
        is_over: sql<boolean>`gate_epoch.is_over or ${eb.ref('excluded.is_over')}`,
      })),
    )
    .execute();
}
