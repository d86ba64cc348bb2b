import { expect, test } from 'vitest';
import { programme } from '../../test/programme.ts';
import { findVenue, venuesOf } from './venue.ts';

test.each([
  ['metro-demo', { kind: 'metro', benefit: 'ride', partner: 'metro-2', line: 'metro-2' }],
  ['metro-1-01', { kind: 'metro', benefit: 'ride', partner: 'metro-1', line: 'metro-1' }],
  ['bus-regular', { kind: 'bus', benefit: 'ride', partner: 'bus', line: 'bus-regular' }],
  ['H01', { kind: 'clinic', benefit: 'clinic', partner: 'H01', line: null }],
  ['zoo', { kind: 'site', benefit: 'site', partner: 'zoo', line: null }],
])('%s is a venue', (id, expected) => {
  expect(findVenue(programme, id)).toMatchObject({ id, ...expected });
});

test.each(['metro-1', 'H99', ''])('%j is none: a metro line has stations', (id) => {
  expect(findVenue(programme, id)).toBeUndefined();
});

test('every venue is found once, by its own id', () => {
  const venues = venuesOf(programme);
  const { stations, hospitals, sites } = programme;
  const buses = [...programme.lines.values()].filter(({ mode }) => mode === 'bus').length;
  expect(venues).toHaveLength(stations.size + buses + hospitals.size + sites.size);
  expect(new Set(venues.map(({ id }) => id)).size).toBe(venues.length);
  for (const venue of venues) expect(findVenue(programme, venue.id)).toEqual(venue);
});
