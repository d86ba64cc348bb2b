import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { statementsOf } from '../database/migrate.ts';
import type { Schema } from '../database/schema.ts';
import { logKeyOf } from './checkpoint.ts';
import { leafOf } from './leaf.ts';
import { openRecordedLog } from './recorded-store.ts';
import { insertCheckpoint, insertEntries, insertLeaf, insertPlaces } from './store.ts';
import { recordSampleLog } from './test/sample-log.ts';
import { verifyLog } from './verify.ts';

const GRANTS = path.resolve(import.meta.dirname, '../../audit-verify/grants.sql');
let city: TestCore;

beforeAll(async () => {
  city = await openTestCore('2026-10-05T08:00:00+08:00');
  await recordSampleLog(city);
});
afterAll(() => city.close());

class RollBack extends Error {}

/** Works in a transaction as a role that is not the owner, and takes everything back. */
async function asServerRole(work: (transaction: Kysely<Schema>) => Promise<void>): Promise<void> {
  const text = readFileSync(GRANTS, 'utf8').replace(/^--.*\n/gm, '');
  const turn = city.core.database.transaction().execute(async (transaction) => {
    await sql.raw('create role liyu_app_of_test').execute(transaction);
    for (const statement of statementsOf(text.replaceAll(':"role"', 'liyu_app_of_test'))) {
      await sql.raw(statement).execute(transaction);
    }
    await sql.raw('set local role liyu_app_of_test').execute(transaction);
    await work(transaction);
    throw new RollBack();
  });
  await expect(turn).rejects.toThrow(RollBack);
}

test('a few tables hold a state; of all others the role can change nothing', async () => {
  await asServerRole(async (transaction) => {
    const { rows } = await sql<{ name: string; rights: string }>`
      select c.relname as name, p.may as rights from pg_class c
      cross join (values ('UPDATE'), ('DELETE'), ('TRUNCATE')) as p(may)
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
        and has_table_privilege(c.oid, p.may) order by 1, 2`.execute(transaction);
    expect(rows.map(({ name, rights }) => `${rights} ${name}`)).toEqual([
      'DELETE allowance',
      'UPDATE allowance',
      'DELETE daily_entry',
      'DELETE document_lookup',
      'DELETE donation_number',
      'DELETE donor_session',
      'UPDATE donor_session',
      'UPDATE gate_contact',
      'UPDATE gate_epoch',
      'DELETE machine_assertion',
      'DELETE machine_token',
      'DELETE notice',
      'UPDATE notice',
      'UPDATE notice_choice',
      'DELETE one_time_code',
      'UPDATE one_time_code',
      'UPDATE pass_status',
      'UPDATE passage',
      'UPDATE person_lookup',
      'DELETE phone_lookup',
      'UPDATE session',
      'UPDATE sighting',
      'DELETE sign_in_try',
      'UPDATE sign_in_try',
      'UPDATE trip_turn',
    ]);
  });
});

test.each([
  'audit_leaf',
  'audit_entry',
  'audit_entry_lookup',
  'audit_checkpoint',
  'redemption',
  'refusal',
  'posting',
  'settlement',
])('%s: the database refuses to delete and to truncate', async (table) => {
  for (const change of [`delete from ${table}`, `truncate ${table}`]) {
    await asServerRole(async (transaction) => {
      await sql.raw('savepoint before').execute(transaction);
      await expect(sql.raw(change).execute(transaction)).rejects.toMatchObject({ code: '42501' });
      await sql.raw('rollback to savepoint before').execute(transaction);
    });
  }
});

test('the role can append to the log, and verify it', async () => {
  const { core } = city;
  const leaf = leafOf(core, 'refusal', core.newId(), {});
  const leafHash = Buffer.from(leaf.leafHash, 'hex');
  await asServerRole(async (transaction) => {
    const before = await verifyLog(openRecordedLog(transaction), logKeyOf(core));
    expect(before.ok).toBe(true);
    const entry = { treeIndex: before.sequenced, leafId: leaf.leafId, leafHash };
    await insertLeaf(transaction, leaf);
    expect(await insertEntries(transaction, [entry])).toBe(1);
    expect(await insertPlaces(transaction, [entry])).toBe(1);
    const checkpoint = {
      number: 99,
      size: 1,
      note: '',
      frontier: leafHash,
      madeAt: leaf.recordedAt,
    };
    expect(await insertCheckpoint(transaction, checkpoint)).toBe(true);
  });
});
