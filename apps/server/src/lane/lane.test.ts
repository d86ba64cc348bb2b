/** What a clerk sees at a lane, and what is sealed there: over HTTP, as in production. */
import { CompactEncrypt, importJWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANNUAL, at, ENDING, HONOUR, openTestGate, type TestGate } from '../../test/gate.ts';
import { openStaffServer, type Signed, type StaffServer } from '../../test/staff.ts';
import { instant, residentNumber } from '../../test/test-core.ts';
import { WHOLE_CITY } from '../access/caller.ts';
import { findCardNumber } from '../card/workflow.ts';
import { printCard } from '../pass/development-phone.ts';
import { scan } from '../redemption/workflow.ts';
import type { PublicLaneKey } from './keys.ts';
import { openPerson } from './sealed-person.ts';

const NOBODY = residentNumber(9);
let gate: TestGate;
let server: StaffServer;
let clerk: Signed;

beforeAll(async () => {
  gate = await openTestGate();
  server = await openStaffServer(gate.city);
  clerk = await server.signIn('clerk-1', 'clerk', 'metro-2');
});
afterAll(async () => {
  await server.close();
  await gate.city.close();
});
beforeEach(() => gate.city.setNow(at('12:00:00')));

const lookUp = (question: object, by = clerk) =>
  by.post('/lane-look-ups', { venue: 'metro-demo', ...question });
const byDocument = (number: string) => lookUp({ document: { number } });

async function looksAt(document: string) {
  const donorId = await gate.city.donorOf(document);
  const looks = gate.city.core.database.selectFrom('access_look').where('donor_id', '=', donorId);
  return looks.select(['looked_by', 'role', 'partner_id', 'what']).execute();
}

describe('who stands there', () => {
  test('a document is answered with yes, the masked name and the card, and the look is recorded', async () => {
    const { status, body } = await byDocument(ANNUAL);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      open: true,
      code: 'granted',
      name: '测**',
      card: { kind: 'annual', validThrough: '2027-03-10', state: 'valid' },
    });
    expect(JSON.stringify(body)).not.toContain(ANNUAL);
    expect(Object.keys(body).sort()).toEqual(
      ['card', 'code', 'message', 'name', 'open', 'skewSeconds', 'wayOn'].sort(),
    );
    expect(await looksAt(ANNUAL)).toContainEqual({
      looked_by: 'clerk-1',
      role: 'clerk',
      partner_id: 'metro-2',
      what: 'lane',
    });
  });

  test('an unknown document is a no without a name', async () => {
    expect((await byDocument(NOBODY)).body).toMatchObject({
      open: false,
      code: 'no_card',
      name: null,
      card: null,
    });
  });

  test('an ended card is a no that says whose it is and since when', async () => {
    gate.city.setNow(at('08:00:00', '2026-12-02'));
    const later = await server.signIn('clerk-3', 'clerk', 'metro-2');
    expect((await lookUp({ document: { number: ENDING } }, later)).body).toMatchObject({
      open: false,
      code: 'card_ended',
      name: '测**',
      card: { validThrough: '2026-12-01', state: 'ended' },
    });
  });

  test('a card number finds its donor, with or without spaces; another one nobody', async () => {
    const { core } = gate.city;
    const number = (await findCardNumber(core.database, await gate.city.donorOf(HONOUR))) ?? '';
    const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ');
    for (const cardNumber of [number, spaced]) {
      expect((await lookUp({ cardNumber })).body).toMatchObject({
        open: true,
        card: { kind: 'honour', validThrough: null },
      });
    }
    const other = number.replace(/.$/, (last) => String((Number(last) + 1) % 10));
    expect((await lookUp({ cardNumber: other })).body).toMatchObject({ open: false, name: null });
    expect((await lookUp({ cardNumber: '12345' })).status).toBe(400);
  });

  test('nothing is used up by looking', async () => {
    const code = await gate.codeOf(ANNUAL, at('12:00:00'));
    for (let time = 0; time < 2; time += 1) {
      expect((await lookUp({ code })).body).toMatchObject({ open: true, name: '测**' });
    }
    const used = await gate.city.core.database.selectFrom('redemption').selectAll().execute();
    expect(used).toEqual([]);
  });
});

describe('codes in the wide window of a staffed lane', () => {
  test.each([
    ['180 s slow', '12:03:00', true, 'granted'],
    ['181 s slow', '12:03:01', false, 'stale'],
    ['180 s fast', '11:57:00', true, 'granted'],
    ['181 s fast', '11:56:59', false, 'ahead'],
  ])('%s', async (_, now, open, code) => {
    const shown = await gate.codeOf(HONOUR, at('12:00:00'));
    gate.city.setNow(at(now));
    expect((await lookUp({ code: shown })).body).toMatchObject({ open, code });
  });

  test('a printed card, which no gate takes', async () => {
    const { core } = gate.city;
    const donorId = await gate.city.donorOf(HONOUR);
    const code = await printCard(core, donorId, instant(at('12:00:00')));
    const venue = 'metro-demo';
    expect(await scan(core, WHOLE_CITY, { code, venue })).toMatchObject({
      open: false,
      code: 'kind_not_accepted',
    });
    expect((await lookUp({ code })).body).toMatchObject({ open: true, name: '测**' });
  });

  test('a code that opened a gate already is a no', async () => {
    const code = await gate.codeOf(HONOUR, at('12:00:00'));
    const used = await scan(gate.city.core, WHOLE_CITY, { code, venue: 'metro-demo' });
    expect(used.open).toBe(true);
    expect((await lookUp({ code })).body).toMatchObject({ open: false, code: 'replayed' });
  });

  test('a code that nobody signed names nobody, and no look is recorded', async () => {
    const code = await gate.codeOf(ENDING, at('12:00:00'));
    const before = await looksAt(ENDING);
    // Three characters are two bytes: this one lies in the blood centre's signature.
    const at184 = code[184] === 'A' ? 'B' : 'A';
    const forged = code.slice(0, 184) + at184 + code.slice(185);
    const { body } = await lookUp({ code: forged });
    expect(body).toMatchObject({
      open: false,
      code: 'issuer_signature',
      name: null,
      card: null,
    });
    expect(await looksAt(ENDING)).toEqual(before);
  });
});

describe('limits', () => {
  test('a hospital has desks', async () => {
    const hospital = await server.signIn('clerk-h', 'clerk', 'H01');
    expect(await lookUp({ venue: 'H01', document: { number: ANNUAL } }, hospital)).toMatchObject({
      status: 409,
      body: { code: 'needs_desk' },
    });
  });

  test('one thing is shown, and a code is not looked up with a document', async () => {
    expect((await lookUp({})).status).toBe(400);
    const both = { code: 'LY1:ABC', document: { number: ANNUAL } };
    expect((await lookUp(both)).status).toBe(400);
  });

  test('who tries numbers is stopped, and told until when', async () => {
    const other = await server.signIn('clerk-2', 'clerk', 'metro-2');
    const first = await lookUp({ document: { number: NOBODY } }, other);
    expect(first.status).toBe(200);
    await gate.city.core.database
      .updateTable('allowance')
      .set({ used: 900 })
      .where('used', '=', 1)
      .execute();
    expect(await lookUp({ document: { number: NOBODY } }, other)).toMatchObject({
      status: 429,
      body: { code: 'too_many_look_ups' },
    });
    // Half an hour at a time keeps the session.
    for (const [now, status] of [
      ['12:25:00', 429],
      ['12:50:00', 429],
      ['13:00:00', 200],
    ] as const) {
      gate.city.setNow(at(now));
      expect((await lookUp({ document: { number: NOBODY } }, other)).status).toBe(status);
    }
  });
});

describe('who was let in without a network', () => {
  const key = async (): Promise<PublicLaneKey> => (await clerk.get('/lane-keys/current')).body;

  async function seal(person: unknown, to: PublicLaneKey, alg = 'ECDH-ES'): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(person)))
      .setProtectedHeader({ alg, enc: 'A256GCM', kid: to.kid })
      .encrypt(await importJWK({ ...to }, alg));
  }

  test('what a lane has sealed to the public key is opened here, and is nowhere to be read', async () => {
    const to = await key();
    expect(Object.keys(to).sort()).toEqual(['crv', 'kid', 'kty', 'x', 'y']);
    const { core, donorOf } = gate.city;
    const sealed = await seal({ document: { number: ANNUAL, type: 'resident_id' } }, to);
    expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString()).not.toContain(ANNUAL);
    expect(await openPerson(core, sealed)).toBe(await donorOf(ANNUAL));
    const cardNumber = await findCardNumber(core.database, await donorOf(HONOUR));
    expect(await openPerson(core, await seal({ cardNumber }, to))).toBe(await donorOf(HONOUR));
    expect(
      await openPerson(core, await seal({ document: { number: NOBODY } }, to)),
    ).toBeUndefined();
  });

  test('the key turns: the new one seals, the old one still opens', async () => {
    const { core, donorOf } = gate.city;
    const old = await key();
    const sealed = await seal({ document: { number: ANNUAL } }, old);
    core.laneKeys.turn();
    expect((await key()).kid).not.toBe(old.kid);
    expect(await openPerson(core, sealed)).toBe(await donorOf(ANNUAL));
    const fresh = await seal({ document: { number: ANNUAL } }, await key());
    expect(await openPerson(core, fresh)).toBe(await donorOf(ANNUAL));
  });

  test('anything else is opened as nobody', async () => {
    const { core } = gate.city;
    const to = await key();
    const good = await seal({ document: { number: ANNUAL } }, to);
    const unknown = await seal({ document: { number: ANNUAL } }, { ...to, kid: '0'.repeat(16) });
    const wrapped = await seal({ document: { number: ANNUAL } }, to, 'ECDH-ES+A256KW');
    const more = await seal({ document: { number: ANNUAL }, more: 1 }, to);
    const flipped = good.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
    for (const bad of [
      '',
      'a.b.c',
      `${good}A`,
      flipped,
      unknown,
      wrapped,
      more,
      'A'.repeat(3000),
    ]) {
      expect(await openPerson(core, bad)).toBeUndefined();
    }
  });
});
