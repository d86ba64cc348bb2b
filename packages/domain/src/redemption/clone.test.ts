import fc from 'fast-check';
import { expect, test } from 'vitest';
import { civil } from '../../test/donations.ts';
import { programme } from '../../test/programme.ts';
import { parameterOn } from '../programme/index.ts';
import { type CloneFinding, findClone, type Sighting } from './clone.ts';
import { findMetres } from './trip.ts';

const LIMITS = parameterOn(programme, 'clone.limits', civil('2026-11-24')).value;
const NOON = 1_795_500_000;

/** A sighting so many seconds after noon; the phone's clock is right unless an iat is given. */
function seen(
  at: number,
  seq: number | null,
  more: { venue?: string; iat?: number; unsynced?: boolean } = {},
): Sighting {
  const { venue = 'jinci-museum', iat = at, unsynced = false } = more;
  const shown = seq === null ? null : { iat: NOON + iat, seq };
  return { id: `${at}/${seq}/${venue}`, venue, seenAt: NOON + at, shown, unsynced };
}

const judge = (one: Sighting, other: Sighting) =>
  findClone(one, other, programme, LIMITS)?.finding ?? null;

const [HERE, FAR] = [{ venue: 'metro-1-01' }, { venue: 'metro-1-20' }];
const METRES = findMetres(HERE.venue, FAR.venue, programme) ?? Number.NaN;
const FASTEST = METRES / LIMITS.metresPerSecond - 2 * LIMITS.gateClockSeconds;

test.each<[what: string, Sighting, Sighting, CloneFinding | null]>([
  ['one redraw later', seen(0, 7), seen(31, 8), null],
  ['a later code with a lower number', seen(0, 7), seen(31, 6), 'seq_disordered'],
  ['too near in time to know which was first', seen(0, 7), seen(30, 6), null],
  ['so near, but the numbers are not', seen(0, 7), seen(30, 500), 'seq_disordered'],
  ['as many numbers as may be in that time', seen(0, 7), seen(30, 127), null],
  ['one more', seen(0, 7), seen(30, 128), 'seq_disordered'],
  ['closer than a redraw, numbers apart', seen(0, 900), seen(4, 7), 'seq_disordered'],
  ['a gate not set for long', seen(0, 7), seen(100, 6, { unsynced: true }), null],
  ['the same, later', seen(0, 7), seen(136, 6, { unsynced: true }), 'seq_disordered'],
  ['the number comes round', seen(0, 0xfffe), seen(40, 1), null],
  ['and back again', seen(40, 0xfffe), seen(0, 1), 'seq_disordered'],
  ['half the way round', seen(0, 0), seen(1000, 0x7fff), null],
  ['half the way and one', seen(0, 0), seen(1000, 0x8000), 'seq_disordered'],
  ['so late that it may have come round', seen(0, 7), seen(163_540, 6), null],
  ['a second before that', seen(0, 7), seen(163_539, 6), 'seq_disordered'],
  ['one number, two moments', seen(0, 7), seen(3, 7, { iat: 1 }), 'seq_repeated'],
  ['the same days later', seen(0, 7), seen(90_000, 7), 'seq_repeated'],
  ['one code twice at one place', seen(0, 7), seen(9, 7, { iat: 0 }), null],
  [
    'one code at two places',
    seen(0, 7, { venue: 'H01' }),
    seen(9, 7, { iat: 0 }),
    'shown_elsewhere',
  ],
  [
    'one code on a bus and at a place',
    seen(0, 7),
    seen(9, 7, { iat: 0, venue: 'bus-regular' }),
    null,
  ],
  [
    'one code at two lines that meet',
    seen(0, 7, { venue: 'metro-1-12' }),
    seen(9, 7, { iat: 0, venue: 'metro-2-12' }),
    findMetres('metro-1-12', 'metro-2-12', programme) === 0 ? null : 'shown_elsewhere',
  ],
  ['one code at two stations', seen(0, 7, HERE), seen(9, 7, { ...FAR, iat: 0 }), 'shown_elsewhere'],
  ['as fast as nobody is', seen(0, 7, HERE), seen(Math.ceil(FASTEST) - 1, 50, FAR), 'too_fast'],
  ['a second slower', seen(0, 7, HERE), seen(Math.ceil(FASTEST), 50, FAR), null],
  [
    'a printed card, as fast',
    seen(0, null, HERE),
    seen(Math.ceil(FASTEST) - 1, null, FAR),
    'too_fast',
  ],
  [
    'where no distance is known',
    seen(0, null, { venue: 'H01' }),
    seen(1, null, { venue: 'H54' }),
    null,
  ],
  ['clones that count on from one code', seen(0, 100), seen(3600, 90), 'seq_disordered'],
])('%s', (_what, one, other, finding) => {
  expect(judge(one, other)).toBe(finding);
  expect(judge(other, one), 'whichever came first').toBe(finding);
});

/** How an honest phone is used: steps from one use to the next. */
const STEP = fc.record({
  venue: fc.constantFrom(...programme.stations.keys(), 'H01', 'jinci-museum', 'bus-regular'),
  /** Beyond the time that the way takes at 25 m/s. */
  waits: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 40_000 })),
  /** How much of the time the page was open, and how often it was opened anew. */
  open: fc.double({ min: 0, max: 1, noNaN: true }),
  reopened: fc.nat(5),
  /** Where the phone's clock is put, seconds ahead of the true time, as far as gates take it. */
  phoneAhead: fc.integer({ min: -29, max: 14 }),
  gateAhead: fc.integer({ min: -7, max: 7 }),
  unsyncedAhead: fc.option(fc.integer({ min: -60, max: 60 })),
  again: fc.boolean(),
});

test('an honest phone is never taken for a clone, in whatever order its uses come', () => {
  const steps = fc.array(STEP, { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(steps, fc.nat(0xffff), (all, first) => {
      const uses: Sighting[] = [];
      let [now, seq, drawn, venue] = [NOON, first, { iat: NOON, seq: first }, 'metro-1-01'];
      for (const [at, step] of all.entries()) {
        // Where no distance is known the way is as long as the city.
        const metres = findMetres(venue, step.venue, programme) ?? 30_000;
        const repeats = step.again && at > 0;
        const passed = repeats ? 5 : Math.ceil(metres / 25) + step.waits + 10;
        now += passed;
        if (!repeats) {
          venue = step.venue;
          seq = (seq + 1 + step.reopened + Math.floor((passed / 10) * step.open)) % 0x10000;
          drawn = { iat: now + step.phoneAhead, seq };
        }
        const unsynced = step.unsyncedAhead !== null;
        const seenAt = now + (step.unsyncedAhead ?? step.gateAhead);
        uses.push({ id: String(at), venue, seenAt, shown: drawn, unsynced });
      }
      for (const one of uses) {
        for (const other of uses) {
          if (one !== other) expect(findClone(one, other, programme, LIMITS)).toBeUndefined();
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('two phones with one key are found by the time each has been used three times', () => {
  const behind = fc.integer({ min: 20, max: 20_000 });
  const gaps = fc.array(fc.integer({ min: 60, max: 3000 }), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(behind, fc.nat(0xffff), gaps, (apart, first, between) => {
      let at = 0;
      const uses = between.map((gap, index) => {
        at += gap;
        const counted = first + Math.floor(at / 10) + (index % 2 === 0 ? 0 : apart + at);
        return seen(at, counted % 0x10000);
      });
      const found = uses.some((one) => uses.some((other) => one !== other && judge(one, other)));
      expect(found).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
