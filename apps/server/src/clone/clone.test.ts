/** Clones on the real database: found whenever their uses arrive, suspended, told, and lifted. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openStaffServer, type Signed, type StaffServer } from '../../test/staff.ts';
import { instant, openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { deliverDue } from '../notice/deliver.ts';
import { printCard, showCodes } from '../pass/development-phone.ts';
import { findPersonByPass } from '../pass/workflow.ts';
import { scan } from '../redemption/workflow.ts';
import { detectClones } from './workflow.ts';

let city: TestCore;
let staff: StaffServer;
let li: Signed;
let people = 0;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
  staff = await openStaffServer(city);
  li = await staff.signIn('li', 'operator');
});
afterAll(async () => {
  await staff.close();
  await city.close();
});

async function newDonor(): Promise<string> {
  people += 1;
  const document = residentNumber(people);
  const phone = `1390000${String(people).padStart(4, '0')}`;
  await city.importRows([{ number: `C${people}`, document, donatedOn: '2026-05-05', phone }]);
  return city.donorOf(document);
}

const at = (time: string) => instant(`2026-11-24T${time}+08:00`);
const use = async (code: string, venue: string, time: string) =>
  (await scan(city.core, WHOLE_CITY, { code, venue, at: at(time) })).code;
const codeAt = async (id: string, time: string) => (await showCodes(city.core, id, at(time), 1))[0];
/** Shows the code of the moment and uses it there; answers the gate's code. */
const ride = async (id: string, venue: string, time: string) =>
  use((await codeAt(id, time)) ?? '', venue, time);
/** Two phones with the same keys: each goes on counting from here for itself. */
function cloneOf(id: string): { swap(): void } {
  const file = path.join(city.home, 'development-phones', `${id}.json`);
  let other = readFileSync(file, 'utf8');
  return {
    swap() {
      const mine = readFileSync(file, 'utf8');
      writeFileSync(file, other);
      other = mine;
    },
  };
}
const alarmsOf = async (id: string) => {
  const { body } = await li.get('/clone-alarms');
  return body.filter((one: { donorId: string }) => one.donorId === id);
};

test('an honest day raises nothing', async () => {
  const id = await newDonor();
  expect(await ride(id, 'bus-regular', '07:00:00')).toBe('granted');
  expect(await ride(id, 'H01', '07:40:00').catch(() => 'clinic')).toBe('clinic');
  expect(await ride(id, 'jinci-museum', '09:00:00')).toBe('granted');
  expect(await ride(id, 'bus-regular', '10:00:00')).toBe('granted');
  expect(await detectClones(city.core)).toBe(0);
  const left = city.core.database
    .selectFrom('sighting')
    .select('judged')
    .where('judged', '=', false);
  expect(await left.execute()).toEqual([]);
});

test('a copied phone: suspended with its other passes, the donor and staff told, then lifted', async () => {
  const id = await newDonor();
  await ride(id, 'bus-regular', '07:00:00');
  const clone = cloneOf(id);
  await showCodes(city.core, id, at('07:10:00'), 40);
  expect(await ride(id, 'jinci-museum', '08:00:00')).toBe('granted');
  expect(await detectClones(city.core)).toBe(0);
  clone.swap();
  expect(await ride(id, 'bus-regular', '09:00:00')).toBe('granted');
  const watched = {
    ...city.core,
    config: { ...city.core.config, staffEmail: 'staff@liyu.example' },
  };
  expect(await detectClones(watched)).toBe(1);
  expect(await detectClones(watched)).toBe(0);
  expect(await ride(id, 'bus-regular', '11:00:00')).toBe('suspended');
  const [alarm] = await alarmsOf(id);
  expect(alarm).toMatchObject({ finding: 'seq_disordered', suspended: true, status: 'suspended' });
  expect(alarm.sightings.map((one: { venue: string }) => one.venue)).toEqual([
    'jinci-museum',
    'bus-regular',
  ]);
  const { body: passes } = await li.get(`/donors/${id}/passes`);
  expect(passes.length).toBeGreaterThan(1);
  expect(new Set(passes.map((one: { status: string }) => one.status))).toEqual(
    new Set(['suspended']),
  );
  expect(passes[0].freezes[0]).toMatchObject({ because: 'cloned', recordedBy: 'clone-detection' });
  const told: string[] = [];
  const channel = {
    send: async ({ to, kind, text }: { to: string; kind: string; text: string }) => {
      told.push(`${to} ${kind}`);
      expect(text).not.toMatch(/献血|晋祠/);
      return { kind: 'sent' } as const;
    },
    close: () => {},
  };
  await deliverDue(city.core, { sms: channel, email: channel });
  expect(told).toContain('13900000002 pass_suspended');
  expect(told).toContain('staff@liyu.example clone_alarm');

  const lift = `/donors/${id}/passes/${alarm.passId}/reinstatements`;
  expect((await li.post(lift, { whole: true, reason: 'two pages, one phone' })).status).toBe(200);
  city.setNow('2026-11-24T12:10:00+08:00');
  expect(await ride(id, 'bus-regular', '12:10:00')).toBe('granted');
  expect(await detectClones(city.core)).toBe(0);
  expect(await alarmsOf(id)).toHaveLength(1);
});

test('uses that arrive late and in disorder; two servers raise one alarm', async () => {
  const id = await newDonor();
  const first = await codeAt(id, '07:00:00');
  const clone = cloneOf(id);
  await showCodes(city.core, id, at('07:10:00'), 60);
  const ahead = await codeAt(id, '08:00:00');
  clone.swap();
  const behind = await codeAt(id, '09:00:00');
  await use(behind ?? '', 'jinci-museum', '09:00:00');
  await use(first ?? '', 'bus-regular', '07:00:00');
  expect(await detectClones(city.core)).toBe(0);
  await use(ahead ?? '', 'bus-regular', '08:00:00');
  const raised = await Promise.all([detectClones(city.core), detectClones(city.core)]);
  expect(raised.reduce((sum, one) => sum + one)).toBe(1);
  expect(await alarmsOf(id)).toHaveLength(1);
});

test('two stations at once, by phone and by printed card', async () => {
  const id = await newDonor();
  const clone = await ride(id, 'metro-1-01', '09:00:00');
  expect([clone, await ride(id, 'metro-1-20', '09:02:00')]).toEqual(['granted', 'granted']);
  expect(await detectClones(city.core)).toBe(1);
  expect((await alarmsOf(id))[0]).toMatchObject({ finding: 'too_fast', seconds: 120 });
  expect((await alarmsOf(id))[0].metres).toBeGreaterThan(10_000);

  const printed = await newDonor();
  const card = await printCard(city.core, printed, at('09:00:00'));
  await use(card, 'jinci-museum', '09:00:00');
  await use(card, 'botanical-garden', '09:00:01');
  expect(await detectClones(city.core), 'no distance is known').toBe(0);
});

test('what is frozen already raises an alarm and stays as it is', async () => {
  const id = await newDonor();
  await ride(id, 'metro-1-01', '10:00:00');
  await ride(id, 'metro-1-20', '10:02:00');
  const { body } = await li.get(`/donors/${id}/passes`);
  for (const { passId } of body) {
    await li.post(`/donors/${id}/passes/${passId}/freezes`, { because: 'lost', reason: 'told' });
  }
  expect(await detectClones(city.core)).toBe(1);
  expect((await alarmsOf(id))[0]).toMatchObject({ suspended: false, status: 'suspended' });
});

test('on the command line, and in the audit log', async () => {
  const { status, answer } = await runLiyu(city, ['clone-alarms']);
  expect([status, answer.length]).toEqual([0, 4]);
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
  const nobody = await findPersonByPass(city.core.database, Buffer.alloc(8));
  expect(nobody).toBeUndefined();
});
