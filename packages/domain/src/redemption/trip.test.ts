import fc from 'fast-check';
import { expect, test } from 'vitest';
import { civil } from '../../test/donations.ts';
import { dated, programme, withValues } from '../../test/programme.ts';
import { getFrom, type Instant, parseInstant } from '../kernel/index.ts';
import { type MetroFare, type Programme, parameterOn, type Station } from '../programme/index.ts';
import { fareOfMetres, nightEndOf, tripFare } from './trip.ts';

const DAY = civil('2026-06-09');
const FARE: MetroFare = parameterOn(programme, 'ride.metro_fare', DAY).value;

test.each([
  [0, 200],
  [5000, 200],
  [5001, 300],
  [10_000, 300],
  [10_001, 400],
  [15_000, 400],
  [15_001, 500],
  [21_000, 500],
  [21_001, 600],
  [27_000, 600],
  [27_001, 700],
  [34_000, 700],
  [34_001, 800],
  [41_000, 800],
  [41_001, 900],
])('%i m cost %i fen', (metres, fen) => {
  expect(fareOfMetres(metres, FARE)).toBe(fen);
});

test('a fare is the base and a step for every boundary that is passed', () => {
  fc.assert(
    fc.property(fc.nat(120_000), (metres) => {
      const boundaries = [5000, 10_000, 15_000, 21_000, 27_000];
      for (let next = 34_000; next <= 120_000; next += 7000) boundaries.push(next);
      const passed = boundaries.filter((boundary) => metres > boundary).length;
      expect(fareOfMetres(metres, FARE)).toBe(200 + 100 * passed);
    }),
    { numRuns: 1000 },
  );
});

const stations = [...programme.stations.values()];

function partnerOf(station: Station): string {
  return getFrom(programme.lines, station.line, 'line').partner;
}

/** Metres from the station to where the two lines meet, on its own line. */
function metresToInterchange(station: Station): number {
  const meeting = stations.find(({ line, interchange }) => line === station.line && interchange);
  return Math.abs(station.metres - (meeting?.metres ?? Number.NaN));
}

/** Two lines that meet once: along the line, or over the interchange. No search for a way. */
function expectedFare(entry: Station, exit: Station) {
  if (entry.line === exit.line) {
    const fareFen = fareOfMetres(Math.abs(entry.metres - exit.metres), FARE);
    return { fareFen, shares: [{ partner: partnerOf(entry), shareFen: fareFen }] };
  }
  const own = metresToInterchange(entry);
  const other = metresToInterchange(exit);
  const fareFen = fareOfMetres(own + other, FARE);
  const otherFen = own + other === 0 ? 0 : Math.floor((fareFen * other) / (own + other));
  const shares = [
    { partner: partnerOf(entry), shareFen: fareFen - otherFen },
    { partner: partnerOf(exit), shareFen: otherFen },
  ];
  return { fareFen, shares: shares.filter(({ shareFen }) => shareFen > 0) };
}

test('every trip of the network: its fare, its shares, the odd fen to the entry’s operator', () => {
  expect(stations.length).toBeGreaterThan(40);
  for (const entry of stations) {
    for (const exit of stations) {
      const trip = tripFare(entry.id, exit.id, programme, DAY);
      expect([entry.id, exit.id, trip]).toEqual([entry.id, exit.id, expectedFare(entry, exit)]);
    }
  }
});

/** The network with lines of other lengths: each a way between stations, in metres. */
function withMetres(scale: (station: Station) => number): Programme {
  const stretched = stations.map((one): [string, Station] => [
    one.id,
    { ...one, metres: scale(one) },
  ]);
  return { ...programme, stations: new Map(stretched) };
}

test('on any distances: shares sum to the fare, and the way back costs the same', () => {
  const anyStation = fc.constantFrom(...stations.map(({ id }) => id));
  const anyFactor = fc.integer({ min: 1, max: 5 });
  const anyBase = fc.integer({ min: 1, max: 999 });
  fc.assert(
    fc.property(anyStation, anyStation, anyFactor, anyFactor, anyBase, (a, b, one, two, fen) => {
      const first = stations[0]?.line;
      const network = withMetres(({ line, metres }) => metres * (line === first ? one : two));
      const fares = withValues(
        'ride.metro_fare',
        dated('2025-02-01', null, { ...FARE, baseFen: fen }),
      );
      const by = { ...network, parameters: fares.parameters };
      const there = tripFare(a, b, by, DAY);
      const back = tripFare(b, a, by, DAY);
      expect(back.fareFen).toBe(there.fareFen);
      for (const { fareFen, shares } of [there, back]) {
        expect(shares.reduce((sum, { shareFen }) => sum + shareFen, 0)).toBe(fareFen);
        expect(shares.every(({ shareFen }) => Number.isInteger(shareFen) && shareFen > 0)).toBe(
          true,
        );
      }
      // Each rounds the other down, so that together they differ by one fen at most.
      const entryThere = there.shares[0]?.shareFen ?? 0;
      const exitBack = back.shares[1]?.shareFen ?? 0;
      if (there.shares.length === 2 && back.shares.length === 2) {
        expect([0, 1]).toContain(entryThere - exitBack);
      }
    }),
    { numRuns: 200 },
  );
});

test('the shortest way may leave a line and come back to it', () => {
  const [one, two] = [...programme.lines.keys()];
  const some = stations[0];
  if (one === undefined || two === undefined || some === undefined) throw new Error('two lines');
  const network = new Map<string, Station>();
  const add = (id: string, line: string, metres: number, interchange: string | null): void => {
    network.set(id, { ...some, id, line, metres, interchange });
  };
  add('a', one, 0, null);
  add('b', one, 1000, 'near');
  add('c', one, 9000, 'far');
  add('near', two, 50_000, 'near');
  add('far', two, 52_000, 'far');
  // 1,000 m on the one line and 2,000 m on the other, and not 9,000 m on the one.
  const trip = tripFare('a', 'c', { ...programme, stations: network }, DAY);
  expect(trip.fareFen).toBe(200);
  expect(trip.shares.map(({ shareFen }) => shareFen)).toEqual([67, 133]);
});

test('a station that no way leads to is a broken programme', () => {
  const island: Station = {
    ...getFrom(programme.stations, 'metro-demo', 'station'),
    line: 'bus-regular',
    id: 'island',
  };
  const by = {
    ...programme,
    stations: new Map([...programme.stations, ['island', island] as const]),
  };
  expect(() => tripFare('metro-demo', 'island', by, DAY)).toThrow('no way to station island');
  expect(() => tripFare('nowhere', 'metro-demo', by, DAY)).toThrow('no station nowhere');
});

test.each([
  ['2026-06-09T22:00:00+08:00', '2026-06-10T03:30:00+08:00'],
  ['2026-06-09T23:59:59.999+08:00', '2026-06-10T03:30:00+08:00'],
  ['2026-06-10T00:00:00+08:00', '2026-06-10T03:30:00+08:00'],
  ['2026-06-10T03:29:59.999+08:00', '2026-06-10T03:30:00+08:00'],
  ['2026-06-10T03:30:00+08:00', '2026-06-11T03:30:00+08:00'],
  ['2026-06-10T03:30:00.001+08:00', '2026-06-11T03:30:00+08:00'],
  ['2026-12-31T23:00:00+08:00', '2027-01-01T03:30:00+08:00'],
])('entered %s: that night ends %s', (enteredAt, end) => {
  expect(nightEndOf(parseInstant(enteredAt) as Instant, programme)).toBe(parseInstant(end));
});

test('a night ends after the entry, and within a day of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_750_000_000_000, max: 1_850_000_000_000 }), (milliseconds) => {
      const enteredAt = new Date(milliseconds).toISOString() as Instant;
      const end = Date.parse(nightEndOf(enteredAt, programme));
      expect(end).toBeGreaterThan(milliseconds);
      expect(end - milliseconds).toBeLessThanOrEqual(86_400_000);
    }),
  );
});
