/** Who was where is forgotten on the real database, and everything else stays as it was. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { ANNUAL, at, HONOUR, openTestGate, type TestGate } from '../../test/gate.ts';
import { bootText, deviceAt, scanText, send } from '../../test/gate-records.ts';
import { instant } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { sealLog } from '../audit/test/sample-log.ts';
import { exportLog, verifyAudit } from '../audit/workflow.ts';
import { printCard } from '../pass/development-phone.ts';
import { AnswerForgotten, admit, endNights, reverse, scan } from '../redemption/workflow.ts';
import { listUses } from '../settlement/uses.ts';
import { settlePeriod } from '../settlement/workflow.ts';
import { forgetWhereabouts } from './workflow.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../../audit-verify/verify.sh');
const PARTNERS = ['metro-1', 'metro-2', 'bus', 'H07', 'jinci-museum'];
const VENUES = ['metro-demo', 'metro-1-20', 'metro-2-02', 'bus-regular', 'H07', 'jinci-museum'];
const VISIT = { level: 'general', feeFen: 1000, insuredFen: 250 } as const;
/** Ninety days before it are the third of November. */
const LATER = '2027-02-01T09:00:00+08:00';
/** The log's table, which nothing but the functions on schedule changes. */
const LEAVES = 'audit_leaf';
const DELETIONS = 'whereabouts_deletion';
const BY = { by: 'owner', dryRun: false };
const DEVICE = { id: 'gate-7', bootEpoch: 1, seq: 4 };

let gate: TestGate;
let code: string;

beforeAll(async () => {
  gate = await openTestGate();
  const { city, use } = gate;
  const day = '2026-10-05';
  for (const who of [ANNUAL, HONOUR]) {
    await use(who, at('08:00:00', day), { venue: 'metro-demo' });
    const exit = await use(who, at('08:30:00', day), { venue: 'metro-1-20', direction: 'out' });
    await use(who, at('09:00:00', day), { venue: 'bus-regular' });
    await use(who, at('09:10:00', day), { venue: 'bus-tourist' });
    await use(who, at('10:00:00', day), { venue: 'H07', visit: VISIT });
    await use(who, at('22:00:00', day), { venue: 'metro-2-02' });
    if (who === HONOUR)
      await reverse(city.core, exit.redemptionId ?? '', 'wrong', city.core.clock.now());
  }
  code = await gate.codeOf(ANNUAL, at('12:00:00', day));
  const moment = instant(at('12:00:00', day));
  const shown = { code, venue: 'jinci-museum', at: moment, device: DEVICE };
  await scan(city.core, WHOLE_CITY, shown);
  await scan(city.core, WHOLE_CITY, { ...shown, device: { ...DEVICE, seq: 5 } });
  const donorId = await city.donorOf(HONOUR);
  const card = await printCard(city.core, donorId, moment);
  await scan(city.core, WHOLE_CITY, { code: card, venue: 'jinci-museum', at: moment });
  const hand = { clerk: 'Li', reason: 'no phone', donorId, at: moment };
  await admit(city.core, WHOLE_CITY, { ...hand, venue: 'H07', visit: VISIT });
  const offline = at('18:00:00', '2026-10-06');
  const held = { venue: 'bus-regular', code: await gate.codeOf(HONOUR, offline), at: offline };
  const texts = [bootText(offline), scanText(held)];
  const [boot, ride] = await send(city.core, deviceAt(city.core, 'bus-regular'), texts, 0);
  expect([boot?.outcome, ride?.outcome]).toEqual(['recorded', 'recorded']);
  city.setNow('2026-11-02T08:00:00+08:00');
  await endNights(city.core, city.core.clock.now());
  for (const partner of PARTNERS) await settle(partner, '2026-10');
  await use(ANNUAL, '2026-11-02T10:00:00+08:00', { venue: 'bus-regular' });
  await sealLog(city);
}, 60_000);
afterAll(() => gate.city.close());

const settle = (partner: string, month: string) =>
  settlePeriod(gate.city.core, WHOLE_CITY, partner, month);
const statements = async () =>
  JSON.stringify(await Promise.all(PARTNERS.map((p) => settle(p, '2026-10'))));

/** Uses and refusals by day, place and kind, whoever they were: those that are left, and the counts. */
async function countsOf(): Promise<unknown> {
  const { rows } = await sql`
    select on_day::text, venue_id, benefit, direction, code, admitted_by, reversed,
      sum(uses)::integer as uses, sum(waived_fen)::integer as waived, sum(to_pay_fen)::integer as pays
    from (
      select redeemed_on as on_day, venue_id, benefit, coalesce(direction, '') as direction, code,
        admitted_by, reversal_of is not null as reversed, 1 as uses, waived_fen, to_pay_fen
      from redemption
      union all
      select (refused_at at time zone 'Asia/Shanghai')::date, venue_id, '', coalesce(direction, ''),
        code, '', false, 1, 0, 0 from refusal
      union all
      select counted_on, venue_id, benefit, direction, code, admitted_by, reversed, uses, waived_fen,
        to_pay_fen from use_count
    ) as one
    group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7`.execute(gate.city.core.database);
  return rows;
}

/** Every row of every table, as text. */
async function allRows(): Promise<{ table: string; text: string }[]> {
  const { database } = gate.city.core;
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`.execute(database);
  const found: { table: string; text: string }[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ text: string }>`
      select to_jsonb(one)::text as text from ${sql.table(name)} as one`.execute(database);
    found.push(...rows.map(({ text }) => ({ table: name, text })));
  }
  return found;
}

test('what is due goes, once; what waits for its month stays', async () => {
  const { city } = gate;
  const donors = [await city.donorOf(ANNUAL), await city.donorOf(HONOUR)];
  const passes = await city.core.database.selectFrom('pass').select('pseudonym').execute();
  const names = [
    ...donors,
    ...passes.map(({ pseudonym }) => Buffer.from(pseudonym).toString('hex')),
    ...['A1', 'H0', 'H9'].map((number) => `"${number}"`),
    code,
  ];
  const saysWho = (text: string) => names.some((name) => text.includes(name));
  const saysWhere = (text: string) => VENUES.some((venue) => text.includes(`"${venue}"`));
  const october = async () =>
    (await allRows()).filter(
      ({ text }) => saysWho(text) && saysWhere(text) && !text.includes('2026-11-02'),
    );
  expect((await october()).length).toBeGreaterThan(20);
  const ids = await city.core.database
    .selectFrom('redemption')
    .select('redemption_id')
    .where('redeemed_on', '<', '2026-11-01')
    .execute();
  const [before, counts] = [await statements(), await countsOf()];
  city.setNow(LATER);
  const dry = await runLiyu(city, ['purge-journeys', '--dry-run']);
  expect(dry.answer).toMatchObject({ dryRun: true, uses: ids.length, refusals: 3, waiting: 1 });
  expect((await october()).length).toBeGreaterThan(20);

  const done = await runLiyu(city, ['purge-journeys']);
  expect(done.answer).toEqual({ ...dry.answer, dryRun: false, showings: 10 });
  expect(await october()).toEqual([]);
  const joined = (await allRows()).filter(
    ({ text }) =>
      donors.some((id) => text.includes(id)) && ids.some((one) => text.includes(one.redemption_id)),
  );
  expect(joined).toEqual([]);
  expect(await statements()).toBe(before);
  expect(await countsOf()).toEqual(counts);
  const uses = await listUses(city.core, WHOLE_CITY, 'bus', '2026-10');
  expect(uses?.map(({ rider }) => rider)).toEqual([null, null, null]);
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });

  const again = await forgetWhereabouts(city.core, BY);
  expect(again).toMatchObject({ uses: 0, refusals: 0, leaves: 0, receipts: 0, waiting: 1 });
  for (const partner of PARTNERS) await settle(partner, '2026-11');
  city.setNow('2027-02-03T09:00:00+08:00');
  const both = await Promise.all([
    forgetWhereabouts(city.core, BY),
    forgetWhereabouts(city.core, BY),
  ]);
  expect(both.reduce((sum, { uses: gone }) => sum + gone, 0)).toBe(1);
  expect((await verifyAudit(city.core)).problems).toEqual([]);
});

test('a scan that is sent again is known still, and not recorded anew', async () => {
  const { core } = gate.city;
  const shown = { code, venue: 'jinci-museum', at: instant(at('12:00:00', '2026-10-05')) };
  await expect(scan(core, WHOLE_CITY, { ...shown, device: DEVICE })).rejects.toThrow(
    AnswerForgotten,
  );
  const left = core.database.selectFrom('redemption').select('venue_id');
  expect(await left.execute()).toEqual([]);
});

test('in production showings and passages go after eight days; in development they never do', async () => {
  const { core } = gate.city;
  const count = async () =>
    (await core.database.selectFrom('showing').selectAll().execute()).length;
  expect(await count()).toBeGreaterThan(10);
  const production = { ...core, config: { ...core.config, mode: 'production' } as const };
  expect((await forgetWhereabouts(production, BY)).showings).toBeGreaterThan(10);
  expect(await count()).toBe(0);
});

test('an auditor sees that bodies went by recorded deletions, and finds one that did not', async () => {
  const { city } = gate;
  const folder = path.join(city.home, 'log');
  await exportLog(city.core, folder);
  const verify = () => spawnSync('bash', [SCRIPT, folder], { encoding: 'utf8' });
  const good = verify();
  expect([good.status, good.stderr]).toEqual([0, '']);
  expect(good.stdout).toMatch(
    /holds: \d+ bodies were deleted by schedule, in 2 recorded deletions/,
  );
  const file = path.join(folder, 'leaves.txt');
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('deleted '));
  const kept = lines.findIndex((line) => line.startsWith('{'));
  const swap = (index: number, line: string) => {
    writeFileSync(file, lines.map((one, place) => (place === index ? line : one)).join('\n'));
    const { status, stderr } = verify();
    return `${status} ${stderr}`;
  };
  expect(swap(kept, lines[first] ?? '')).toMatch(/^1 WRONG: .*is not of the leaves that name it/);
  expect(swap(kept, `deleted ${city.core.newId()}`)).toMatch(/^1 .*no deletion .* is recorded/);
  expect(swap(first, '{}')).toMatch(/^1 .*the hash is not of the body/);
});

test('in the database: a body that somebody took, and a deletion that somebody changed', async () => {
  const { core } = gate.city;
  const { database } = core;
  class RollBack extends Error {}
  const told = async (statement: string): Promise<string> => {
    let said = '';
    await database
      .transaction()
      .execute(async (transaction) => {
        await sql.raw(statement).execute(transaction);
        const { problems } = await verifyAudit({ ...core, database: transaction });
        said = problems.map(({ where, what }) => `${where}: ${what}`).join('\n');
        throw new RollBack();
      })
      .catch((cause: unknown) => {
        if (!(cause instanceof RollBack)) throw cause;
      });
    return said;
  };
  const any = "(select leaf_id from audit_leaf where subject = 'settlement' limit 1)";
  const last = '(select max(deletion_id::text)::uuid from whereabouts_deletion)';
  expect(await told(`update ${LEAVES} set body = null where leaf_id = ${any}`)).toMatch(
    /no deletion is recorded/,
  );
  expect(
    await told(`update ${LEAVES} set body = null, deletion_id = ${last} where leaf_id = ${any}`),
  ).toMatch(/the body is gone, which is kept of settlement[\s\S]*leaves that name it/);
  expect(await told(`update ${LEAVES} set deletion_id = null where deletion_id = ${last}`)).toMatch(
    /no deletion is recorded[\s\S]*not of the 0 leaves/,
  );
  expect(await told(`delete from ${DELETIONS} where deletion_id = ${last}`)).toMatch(
    /no deletion is recorded/,
  );
  expect(await told(`update ${DELETIONS} set leaves = leaves + 1`)).toMatch(/differs.*leaves/);
  expect(
    await told(`update ${LEAVES} set leaf_hash = sha256(leaf_hash) where body is null`),
  ).toMatch(/the hash is not of leaf/);
});
