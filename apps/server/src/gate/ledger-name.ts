/**
 * The name of the ledger, which changes when the database was restored: from a backup of ours, which
 * does not hold it, or to a moment of PostgreSQL's own log, which begins another timeline. Gates
 * that hear of another name send again what they have kept, so that no use is lost with the restore.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Core } from '../core.ts';

/** The name, as gates keep it. */
export async function ledgerName(core: Core): Promise<string> {
  const found = await findName(core);
  if (found !== undefined) return found;
  await core.database
    .insertInto('ledger_epoch')
    .values({ epoch_id: core.newId(), recorded_at: core.clock.now() })
    .execute();
  const made = await findName(core);
  if (made === undefined) throw new Error('invariant broken: the ledger has a name');
  return made;
}

/** Of several rows, made by two at once, the first counts. */
async function findName({ database }: Core): Promise<string | undefined> {
  const { rows } = await sql<{ epoch_id: string; timeline: string; oid: string }>`
    select epoch_id, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline,
      (select oid::text from pg_database where datname = current_database()) as oid
    from ledger_epoch order by epoch_id limit 1`.execute(database);
  const [row] = rows;
  if (row === undefined) return undefined;
  const parts = [row.epoch_id, row.timeline, row.oid].join('/');
  return createHash('sha256').update(parts).digest('base64url').slice(0, 22);
}
