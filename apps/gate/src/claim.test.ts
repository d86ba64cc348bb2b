import { expect, test } from 'vitest';
import { clockAt, makeServer } from '../test/city.ts';
import { city, standAt } from '../test/stand.ts';
import type { Reservation, Station, StationKey } from './index.ts';

const NOON = '2026-11-25T12:00:00+08:00';

/** The other gates of a station, as one book of who has taken what. */
function makeBook() {
  const taken = new Map<string, string>();
  const released: StationKey[] = [];
  const state = { silentPeers: 0, delay: Promise.resolve() };
  const stationOf = (gate: string): Station => ({
    async reserve(keys): Promise<Reservation> {
      const { silentPeers } = state;
      // Each writes its own down first and asks then, as gates do that ask each other.
      const found = keys.find(({ text }) => (taken.get(text) ?? gate) !== gate);
      for (const { text } of keys) if (!taken.has(text)) taken.set(text, gate);
      await state.delay;
      return { taken: found?.kind ?? null, silentPeers };
    },
    release(keys) {
      released.push(...keys);
      for (const { text } of keys) if (taken.get(text) === gate) taken.delete(text);
    },
  });
  return { taken, released, state, stationOf };
}

async function twoGates(venue = 'metro-demo') {
  const book = makeBook();
  const clock = clockAt(NOON);
  const server = makeServer(city, { now: () => clock.time });
  const facts = { clock, server, venue };
  const first = await standAt(NOON, { ...facts, station: book.stationOf('first') });
  const second = await standAt(NOON, { ...facts, station: book.stationOf('second') });
  return { book, clock, first, second };
}

test('a code that opened one gate of a station opens no other', async () => {
  const { first, second, clock } = await twoGates();
  const card = await city.makeCard();
  const code = await first.show(card);
  expect((await first.gate.scan(code)).open).toBe(true);
  expect(await second.gate.scan(code)).toMatchObject({ open: false, code: 'replayed' });
  clock.pass(30);
  expect(await second.scan(card)).toBe('passback');
  expect(await second.scan(card, 'out')).toBe('granted');
});

test('the same code at two gates in one moment opens one at most', async () => {
  const { first, second } = await twoGates();
  for (let turn = 0; turn < 20; turn += 1) {
    const code = await first.show(await city.makeCard());
    const answers = await Promise.all([first.gate.scan(code), second.gate.scan(code)]);
    expect(answers.filter(({ open }) => open).length).toBeLessThanOrEqual(1);
  }
});

test('the same code twice at one gate in one moment opens once, station or not', async () => {
  const { first } = await twoGates();
  const alone = await standAt(NOON);
  for (const stand of [first, alone]) {
    const code = await stand.show(await city.makeCard());
    const answers = await Promise.all([1, 2, 3].map(() => stand.gate.scan(code)));
    expect(answers.map(({ code: answer }) => answer).sort()).toEqual([
      'granted',
      'replayed',
      'replayed',
    ]);
  }
});

test('a gate that does not answer keeps nobody out, and the record says so', async () => {
  const { first, book } = await twoGates();
  book.state.silentPeers = 1;
  const answer = await first.gate.scan(await first.show(await city.makeCard()));
  expect(answer).toMatchObject({ open: true, marks: ['peer_silent'] });
});

test('what did not open after all is given back: the other gate may open', async () => {
  const { first, second, book } = await twoGates();
  const code = await first.show(await city.makeCard());
  first.disk.failWhen(() => 'EIO');
  expect((await first.gate.scan(code)).code).toBe('cannot_record');
  expect(book.released.map(({ kind }) => kind)).toEqual(['replayed', 'passback']);
  expect((await second.gate.scan(code)).open).toBe(true);
});

test('a site has several gates and one entry a day', async () => {
  const { first, second, clock } = await twoGates('jinci-museum');
  const card = await city.makeCard();
  expect(await first.scan(card)).toBe('granted');
  clock.pass(3600);
  expect(await second.scan(card)).toBe('already_today');
});

test('after a restart a gate still answers for what it has opened', async () => {
  const { first, book } = await twoGates();
  const code = await first.show(await city.makeCard());
  await first.gate.scan(code);
  const gate = await first.restart();
  const texts = gate.remembered().map(({ text }) => text);
  expect(texts.sort()).toEqual([...book.taken.keys()].sort());
});
