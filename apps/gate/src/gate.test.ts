import { expect, test } from 'vitest';
import { city, standAt } from '../test/stand.ts';

const NOON = '2026-11-25T12:00:00+08:00';

test('a good code opens once, and what was answered is at the server afterwards', async () => {
  const stand = await standAt(NOON);
  const code = await stand.show(await city.makeCard());
  const answer = await stand.gate.scan(code);
  expect(answer).toMatchObject({ open: true, code: 'granted', mark: { seq: 1 } });
  expect(await stand.gate.scan(code)).toMatchObject({ open: false, code: 'replayed' });
  expect(await stand.gate.syncOnce()).toMatchObject({ sent: 3, acknowledged: 3, waiting: 0 });
  const [boot, granted, replayed] = stand.records();
  expect(boot).toMatchObject({ v: 1, kind: 'boot', previous: null, cutBytes: 0 });
  expect(granted).toMatchObject({ kind: 'scan', opened: true, reason: 'granted', code });
  expect(replayed).toMatchObject({ kind: 'scan', opened: false, reason: 'replayed' });
});

test('an answer is in the programme’s words, with the way on', async () => {
  const stand = await standAt(NOON);
  const code = await (await city.makeCard()).show(Math.floor(stand.clock.time / 1000) - 73);
  expect(await stand.gate.scan(code)).toMatchObject({
    open: false,
    code: 'stale',
    detail: 'phone is 73 s slow',
    message: { en: expect.stringContaining('73') },
    skewSeconds: -73,
    staffedLane: true,
  });
});

test('a gate without lists opens nothing, and says where to go', async () => {
  const stand = await standAt(NOON);
  for (const name of [...stand.disk.files.keys()]) await stand.disk.remove(name);
  const gate = await stand.restart();
  const answer = await gate.scan(await stand.show(await city.makeCard()));
  expect(answer).toMatchObject({ open: false, code: 'list_too_old', staffedLane: true });
  expect(answer.message.zh).not.toBe('');
});

test('what cannot be written down does not open; a healed disk opens again', async () => {
  for (const code of ['ENOSPC', 'EIO']) {
    for (const operation of ['append', 'sync']) {
      const stand = await standAt(NOON);
      const card = await city.makeCard();
      stand.disk.failWhen((asked) => (asked === operation ? code : undefined));
      const shown = await stand.show(card);
      expect(await stand.gate.scan(shown)).toMatchObject({
        open: false,
        code: 'cannot_record',
        staffedLane: true,
        mark: null,
      });
      expect(stand.gate.status().diskFault).toBe(code);
      stand.disk.failWhen(() => undefined);
      // Nothing opened, so nothing was used up: the same code is still good.
      expect(await stand.gate.scan(shown)).toMatchObject({ open: true, mark: { seq: 1 } });
      expect(stand.gate.status().diskFault).toBeNull();
      await stand.gate.syncOnce();
      expect(stand.records().filter(({ opened }) => opened)).toHaveLength(1);
    }
  }
});

test('a gate whose disk fails at its start is opened all the same, and starts when it heals', async () => {
  const stand = await standAt(NOON);
  const card = await city.makeCard();
  for (const operation of ['list', 'read', 'replace', 'append', 'sync']) {
    stand.disk.failWhen((asked) => (asked === operation ? 'EIO' : undefined));
    const gate = await stand.restart();
    const shown = await stand.show(card);
    expect(await gate.scan(shown)).toMatchObject({ open: false, code: 'cannot_record' });
    expect(gate.status().bootEpoch).toBeNull();
    expect(await gate.syncOnce()).toMatchObject({ fault: expect.stringContaining('EIO') });
    stand.disk.failWhen(() => undefined);
    expect((await gate.scan(shown)).open).toBe(true);
    stand.clock.pass(700);
  }
});

test('a boot epoch never comes again: not after a power cut, a lost file or a clock gone back', async () => {
  const stand = await standAt(NOON);
  const epochs = [stand.gate.status().bootEpoch ?? 0];
  const note = async () => epochs.push((await stand.restart()).status().bootEpoch ?? 0);
  await note();
  await note();
  stand.clock.time -= 3 * 86_400_000;
  await note();
  await stand.disk.remove('boot');
  await note();
  stand.clock.time += 4 * 86_400_000;
  for (const name of [...stand.disk.files.keys()]) await stand.disk.remove(name);
  await note();
  // The power goes at each operation of a start.
  for (let at = 1; at < 25; at += 1) {
    const from = stand.disk.asked;
    stand.disk.failWhen((_, number) => (number >= from + at ? 'EIO' : undefined));
    await stand.restart();
    stand.disk.failWhen(() => undefined);
    await note();
  }
  expect([...new Set(epochs)].sort((a, b) => a - b)).toEqual(epochs);
});

test('after a restart the first record says what the one before was', async () => {
  const stand = await standAt(NOON);
  const card = await city.makeCard();
  const first = (await stand.gate.scan(await stand.show(card))).mark;
  await stand.restart();
  await stand.gate.syncOnce();
  const boots = stand.records().filter(({ kind }) => kind === 'boot');
  expect(boots[1]).toMatchObject({
    previous: { bootEpoch: first?.bootEpoch, lastSeq: first?.seq },
    clock: 'synced',
  });
});

test('the memory survives a restart: code, way, and across 00:00', async () => {
  const stand = await standAt('2026-11-25T23:59:50+08:00');
  const card = await city.makeCard();
  const code = await stand.show(card);
  expect((await stand.gate.scan(code)).open).toBe(true);
  await stand.restart();
  expect((await stand.gate.scan(code)).code).toBe('replayed');
  stand.clock.pass(15);
  await stand.restart();
  expect((await stand.gate.scan(code)).code).toBe('replayed');
  expect(await stand.scan(card)).toBe('passback');
  stand.clock.pass(600);
  expect(await stand.scan(card)).toBe('granted');
});

test.each([
  ['nobody came meanwhile', false],
  ['somebody was let in meanwhile', true],
])('a clock that ran ahead and is put right opens nothing again: %s', async (_, comes) => {
  const stand = await standAt(NOON);
  const code = await stand.show(await city.makeCard());
  expect((await stand.gate.scan(code)).open).toBe(true);
  stand.clock.pass(3600);
  expect((await stand.gate.scan(code)).code).toBe('stale');
  if (comes) expect(await stand.scan(await city.makeCard())).toBe('granted');
  stand.clock.time -= 3600_000;
  await stand.gate.refreshOnce();
  const again = comes ? 'stale' : 'replayed';
  expect((await stand.gate.scan(code)).code).toBe(again);
  await stand.restart();
  expect((await stand.gate.scan(code)).code).toBe(again);
});

test('a machine that wakes up in the past goes on from what its disk knows', async () => {
  const stand = await standAt(NOON);
  await stand.scan(await city.makeCard());
  const noon = stand.clock.time;
  stand.clock.time = 0;
  await stand.disk.remove('contact');
  const gate = await stand.restart();
  stand.server.isDown = true;
  stand.clock.pass(86_400 + 1);
  const code = await (await city.makeCard()).show(Math.floor(noon / 1000) + 86_401);
  expect((await gate.scan(code)).code).toBe('list_too_old');
});

test('staff let somebody in: written down like a scan, with who and why', async () => {
  const stand = await standAt(NOON, { staffed: true });
  const admission = { clerk: 'clerk-1', reason: 'no phone', person: 'a.sealed.person' };
  expect(await stand.gate.admit(admission)).toMatchObject({ open: true, marks: ['staffed'] });
  await stand.gate.syncOnce();
  expect(stand.records()[1]).toMatchObject({ opened: true, code: '', admission });
  stand.disk.failWhen(() => 'EIO');
  expect(await stand.gate.admit(admission)).toMatchObject({ open: false, code: 'cannot_record' });
});

test('what is no code of ours is not written down: it may be somebody’s identity card', async () => {
  const stand = await standAt(NOON);
  const document = '140199199408080120';
  expect((await stand.gate.scan(document)).code).toBe('malformed');
  expect((await stand.gate.scan('LY1:NONSENSE')).code).toBe('malformed');
  await stand.gate.syncOnce();
  expect(stand.records().map(({ code }) => code)).toEqual([undefined, '', 'LY1:NONSENSE']);
  for (const bytes of stand.disk.files.values()) {
    expect(new TextDecoder().decode(bytes)).not.toContain(document);
  }
});

test('a second word is asked after the yes and before the record', async () => {
  const stand = await standAt(NOON, { staffed: true });
  const code = await stand.show(await city.makeCard());
  const no = async () => ({ open: false, code: 'revoked' });
  expect(await stand.gate.scan(code, { confirm: no })).toMatchObject({ code: 'revoked' });
  const nobody = async () => undefined;
  expect(await stand.gate.scan(code, { confirm: nobody })).toMatchObject({ open: true });
});

test('the status names no person and is bounded', async () => {
  const stand = await standAt(NOON);
  const card = await city.makeCard();
  await stand.scan(card);
  stand.clock.pass(90);
  const status = stand.gate.status();
  expect(status).toMatchObject({
    spool: { waiting: 2, records: 2 },
    oldestWaitingSeconds: 90,
    diskFault: null,
    trust: { ageSeconds: 90 },
    programme: 'v1',
    contactAgeSeconds: 90,
    cachedPasses: 1,
  });
  expect(status.statusLists.map(({ ageSeconds }) => ageSeconds)).toEqual([90, 90]);
  expect(JSON.stringify(status)).not.toContain(card.cti);
});
