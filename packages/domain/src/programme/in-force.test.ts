import { expect, test } from 'vitest';
import { civil } from '../../test/donations.ts';
import { dated, programme } from '../../test/programme.ts';
import { findOn, findVersion, parameterOn } from './in-force.ts';

const values = [
  dated('2025-02-01', '2025-12-31', 'first'),
  dated('2026-01-01', '2026-01-01', 'one day'),
  dated('2026-03-01', null, 'for good'),
];

test.each([
  ['2025-01-31', undefined],
  ['2025-02-01', 'first'],
  ['2025-12-31', 'first'],
  ['2026-01-01', 'one day'],
  ['2026-01-02', undefined],
  ['2026-02-28', undefined],
  ['2026-03-01', 'for good'],
  ['9999-12-31', 'for good'],
])('on %s: %s', (day, value) => {
  expect(findOn(values, civil(day))?.value).toBe(value);
});

test.each([
  ['2025-01-31', undefined],
  ['2025-02-01', '2025-02-01'],
  ['2026-06-08', '2025-02-01'],
  ['2026-06-09', '2026-06-09'],
  ['9999-12-31', '2026-06-09'],
])('the version on %s: %s', (day, id) => {
  expect(findVersion(programme, civil(day))?.id).toBe(id);
});

test('a value that is missing is a bug, and named', () => {
  expect(() => parameterOn(programme, 'site.ticket_fen', civil('2025-01-31'))).toThrow(
    'no value of site.ticket_fen on 2025-01-31',
  );
});
