import { expect, test } from 'vitest';
import { programme } from '../../test/programme.ts';
import type { Programme } from './programme.ts';
import { parseProgramme, serialiseProgramme } from './serial.ts';

const written = () => JSON.parse(JSON.stringify(serialiseProgramme(programme)));

test('what a gate decides by comes through JSON as it was', () => {
  const read = parseProgramme(written()) as Programme;
  expect({ ...read, clauses: programme.clauses, notices: programme.notices }).toEqual(programme);
});

test('the same programme gives the same text, so that its version can be a hash of it', () => {
  const text = JSON.stringify(serialiseProgramme(programme));
  expect(JSON.stringify(serialiseProgramme(parseProgramme(JSON.parse(text)) as Programme))).toBe(
    text,
  );
});

test.each([
  ['nothing', () => null],
  ['a list', () => []],
  ['without a zone', () => ({ ...written(), zone: {} })],
  ['without versions', () => ({ ...written(), versions: [] })],
  ['a table that is none', () => ({ ...written(), lines: { a: 1 } })],
  ['waivers without days', () => ({ ...written(), waivers: [{ value: [] }] })],
  ['without parameters', () => ({ ...written(), parameters: {} })],
  [
    'a parameter on a day that does not exist',
    () => {
      const json = written();
      json.parameters['ride.passback_seconds'][0].from = '2026-02-30';
      return json;
    },
  ],
])('%s is refused', (_, json) => {
  expect(parseProgramme(json())).toMatchObject({ malformed: expect.any(String) });
});
