import { secondsOf } from '@liyu/domain/kernel';
import { afterAll, describe, expect, test } from 'vitest';
import { ANNUAL, at, ENDING, HONOUR, openTestGate } from '../../test/gate.ts';
import { deviceAt, scanText, send } from '../../test/gate-records.ts';
import { instant } from '../../test/test-core.ts';
import { revokeAll, suspendPasses } from '../pass/workflow.ts';

const gate = await openTestGate();
const { city, codeOf } = gate;
const { core } = city;
afterAll(() => city.close());

async function useOf(redemptionId: string | null) {
  const use = await core.database
    .selectFrom('redemption')
    .selectAll()
    .where('redemption_id', '=', redemptionId ?? '')
    .executeTakeFirstOrThrow();
  const postings = await core.database
    .selectFrom('posting')
    .selectAll()
    .where('donor_id', '=', use.donor_id)
    .where('redemption_id', '=', use.redemption_id)
    .execute();
  const beside = await core.database
    .selectFrom('offline_use')
    .selectAll()
    .where('donor_id', '=', use.donor_id)
    .where('redemption_id', '=', use.redemption_id)
    .executeTakeFirst();
  const sign = (posting: (typeof postings)[number]) =>
    posting.credit.startsWith('partner:') ? posting.amount_fen : -posting.amount_fen;
  return { use, beside, owed: postings.reduce((sum, posting) => sum + sign(posting), 0) };
}

async function quarantined(deviceId: string) {
  return core.database
    .selectFrom('gate_quarantine')
    .select(['because', 'opened'])
    .where('device_id', '=', deviceId)
    .orderBy('seq')
    .execute();
}

describe('a gate has opened', () => {
  test('the use is recorded once, whatever is sent again', async () => {
    const device = deviceAt(core, 'bus-regular');
    const text = scanText({
      at: at('08:00:00'),
      venue: 'bus-regular',
      code: await codeOf(ANNUAL, at('08:00:00')),
    });
    const [first] = await send(core, device, [text]);
    expect(first).toMatchObject({ outcome: 'recorded', redemptionId: expect.any(String) });
    expect(await send(core, device, [text])).toEqual([{ ...first, outcome: 'known' }]);
    const { use, beside, owed } = await useOf(first?.redemptionId ?? null);
    expect(use).toMatchObject({ venue_id: 'bus-regular', redeemed_at: instant(at('08:00:00')) });
    expect(beside).toMatchObject({ judged: 'granted', device_id: device.deviceId });
    expect(owed).toBe(use.waived_fen);
    expect(owed).toBeGreaterThan(0);
  });

  test('the same batch twice at once: each record once', async () => {
    const device = deviceAt(core, 'metro-demo');
    const texts = [];
    for (const minute of ['10', '25', '40']) {
      const moment = at(`09:${minute}:00`);
      texts.push(scanText({ at: moment, code: await codeOf(HONOUR, moment) }));
    }
    const both = await Promise.all([send(core, device, texts), send(core, device, texts)]);
    const outcomes = both.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === 'recorded')).toHaveLength(3);
    expect(outcomes.filter((one) => one === 'known')).toHaveLength(3);
    const rows = await core.database
      .selectFrom('offline_use')
      .select('seq')
      .where('device_id', '=', device.deviceId)
      .execute();
    expect(rows).toHaveLength(3);
  });

  test.each([
    [
      'revoked since',
      async (donorId: string) => revokeAll(core.database, donorId, instant(at('10:05:00'))),
      'granted',
    ],
    [
      'suspended before',
      async (donorId: string) =>
        suspendPasses(core.database, donorId, instant(at('09:55:00', '2026-11-23'))),
      'suspended',
    ],
  ])('a pass that was %s is judged by the status of its moment', async (_, change, judged) => {
    const moment = at('10:00:00', judged === 'granted' ? '2026-11-24' : '2026-11-23');
    const code = await codeOf(judged === 'granted' ? ANNUAL : HONOUR, moment);
    await change(await city.donorOf(judged === 'granted' ? ANNUAL : HONOUR));
    const device = deviceAt(core, 'bus-regular');
    const [receipt] = await send(core, device, [
      scanText({ at: moment, venue: 'bus-regular', code }),
    ]);
    expect(receipt?.outcome).toBe('recorded');
    expect(await useOf(receipt?.redemptionId ?? null)).toMatchObject({ beside: { judged } });
  });

  test('the same code at two stations is recorded twice, the second judged as replayed', async () => {
    const code = await codeOf(ENDING, at('11:00:00'));
    const text = scanText({ at: at('11:00:00'), code });
    const [one] = await send(core, deviceAt(core, 'metro-demo'), [text]);
    const [other] = await send(core, deviceAt(core, 'metro-1-05'), [
      scanText({ at: at('11:00:05'), venue: 'metro-1-05', code }),
    ]);
    expect((await useOf(one?.redemptionId ?? null)).beside?.judged).toBe('granted');
    expect((await useOf(other?.redemptionId ?? null)).beside?.judged).toBe('replayed');
  });

  test('a site entered twice on a day is recorded twice, and owes the partner for both', async () => {
    const device = deviceAt(core, 'jinci-museum');
    const texts = [];
    for (const hour of ['13', '15']) {
      const moment = at(`${hour}:00:00`);
      texts.push(
        scanText({ at: moment, venue: 'jinci-museum', code: await codeOf(ANNUAL, moment) }),
      );
    }
    const receipts = await send(core, device, texts);
    const uses = await Promise.all(receipts.map(({ redemptionId }) => useOf(redemptionId)));
    expect(uses.map(({ beside }) => beside?.judged)).toEqual(['granted', 'already_today']);
    expect(uses[1]?.owed).toBe(uses[0]?.owed);
  });

  test('a gate that took an old code, by its clock of today: put at the signed moment, in good faith', async () => {
    const code = await codeOf(ENDING, at('12:00:00', '2026-12-01'));
    const moment = at('12:00:00', '2026-12-03');
    city.setNow(moment);
    const [receipt] = await send(core, deviceAt(core, 'bus-regular'), [
      scanText({ at: moment, venue: 'bus-regular', code }),
    ]);
    const { beside, owed, use } = await useOf(receipt?.redemptionId ?? null);
    expect(beside?.marks).toContain('clock_wrong');
    expect(use.redeemed_at).toBe(instant(at('12:00:00', '2026-12-01')));
    expect(owed).toBeGreaterThan(0);
  });

  test('a gate whose clock is in the future: kept, marked, and put at the phone’s signed moment', async () => {
    city.setNow(at('14:00:00'));
    const code = await codeOf(ANNUAL, at('14:00:00'));
    const [receipt] = await send(core, deviceAt(core, 'bus-regular'), [
      scanText({ at: at('14:00:00', '2099-01-01'), venue: 'bus-regular', code }),
    ]);
    const { use, beside } = await useOf(receipt?.redemptionId ?? null);
    expect(use.redeemed_at).toBe(instant(at('14:00:00')));
    expect(beside).toMatchObject({ judged: 'granted', marks: ['clock_wrong'] });
  });
});

test('a key that has ended since is judged by the moment of the scan', async () => {
  city.setNow(at('14:30:00'));
  const code = await codeOf(ANNUAL, at('14:30:00'));
  const { list } = await core.keyring.trustList(secondsOf(instant(at('14:30:00'))));
  const exp = secondsOf(instant(at('00:00:00', '2026-11-30')));
  const entries = list.entries.map((entry) => ({ ...entry, notAfter: exp }));
  const keyring = {
    ...core.keyring,
    trustList: async (now: number) => ({
      cose: new Uint8Array(),
      list: { ...list, entries, iat: now, exp: now + 86_400 },
    }),
  };
  city.setNow(at('09:00:00', '2026-12-20'));
  const late = { ...core, keyring };
  const [receipt] = await send(late, deviceAt(core, 'bus-regular'), [
    scanText({ at: at('14:30:00'), venue: 'bus-regular', code }),
  ]);
  expect(await useOf(receipt?.redemptionId ?? null)).toMatchObject({
    beside: { judged: 'granted', marks: [] },
  });
});

describe('kept aside, and never in the way', () => {
  test('what nobody signed, cannot read, or stands elsewhere; good records beside it go on', async () => {
    city.setNow(at('16:00:00'));
    const device = deviceAt(core, 'bus-regular');
    const code = await codeOf(HONOUR, at('16:00:00'));
    const forged = `${code.slice(0, -6)}${code.endsWith('000000') ? '111111' : '000000'}`;
    const good = { at: at('16:00:00'), venue: 'bus-regular', code };
    const receipts = await send(core, device, [
      scanText({ ...good, code: forged }),
      scanText({ ...good, code: 'LY1:ABC' }),
      '{"v":1,"kind":"scan"',
      scanText({ ...good, venue: 'metro-demo' }),
      scanText(good),
    ]);
    expect(receipts.map(({ outcome }) => outcome)).toEqual([
      'quarantined',
      'quarantined',
      'quarantined',
      'quarantined',
      'recorded',
    ]);
    expect(await quarantined(device.deviceId)).toEqual([
      { because: 'unverified', opened: true },
      { because: 'unverified', opened: true },
      { because: 'unreadable', opened: null },
      { because: 'other_venue', opened: true },
    ]);
  });

  test('another body under a known name, once however often it comes; the first one stays', async () => {
    const device = deviceAt(core, 'bus-regular');
    const code = await codeOf(ANNUAL, at('17:00:00'));
    const text = scanText({ at: at('17:00:00'), venue: 'bus-regular', code });
    const [first] = await send(core, device, [text]);
    for (let times = 0; times < 2; times += 1) {
      const [other] = await send(core, device, [`${text} `]);
      expect(other).toMatchObject({ outcome: 'quarantined', because: 'other_body' });
    }
    expect(await quarantined(device.deviceId)).toHaveLength(1);
    expect(await send(core, device, [text])).toEqual([{ ...first, outcome: 'known' }]);
  });

  test('a lost device: everything, and nothing of it is used', async () => {
    const device = deviceAt(core, 'bus-regular', true);
    const code = await codeOf(ANNUAL, at('18:00:00'));
    const [receipt] = await send(core, device, [
      scanText({ at: at('18:00:00'), venue: 'bus-regular', code }),
    ]);
    expect(receipt).toMatchObject({ outcome: 'quarantined', because: 'lost_device' });
  });

  test('one that makes the database fail is found, and the others are recorded', async () => {
    const device = deviceAt(core, 'bus-regular');
    const good = (time: string, code: string) =>
      scanText({ at: at(time), venue: 'bus-regular', code });
    const no = { at: at('19:00:00'), opened: false, reason: 'stale', code: 'LY1:' };
    const texts = [
      // More seconds than the column holds.
      scanText({ ...no, venue: 'bus-regular', skewSeconds: Number.MAX_SAFE_INTEGER }),
      good('19:00:00', await codeOf(ANNUAL, at('19:00:00'))),
      good('19:10:00', await codeOf(HONOUR, at('19:10:00'))),
    ];
    const receipts = await send(core, device, texts);
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['quarantined', 'recorded', 'recorded']);
    expect(receipts[0]?.because).toBe('unrecordable');
  });

  test('a no is a refusal with its code', async () => {
    const device = deviceAt(core, 'metro-demo');
    const code = await codeOf(ANNUAL, at('20:00:00'));
    const no = { at: at('20:00:00'), opened: false, reason: 'passback', code };
    const [receipt] = await send(core, device, [scanText(no)]);
    expect(receipt).toEqual({ bootEpoch: 1, seq: 1, outcome: 'recorded', redemptionId: null });
    const refusals = await core.database
      .selectFrom('refusal')
      .select(['code', 'donor_id'])
      .where('refused_at', '=', instant(at('20:00:00')))
      .execute();
    expect(refusals).toEqual([{ code: 'passback', donor_id: await city.donorOf(ANNUAL) }]);
  });
});
