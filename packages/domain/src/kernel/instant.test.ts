import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dayOf,
  instantOf,
  monthOf,
  parseInstant,
  secondsOf,
  startOfDay,
  type Zone,
} from './instant.ts';

const shanghai: Zone = { id: 'Asia/Shanghai', offsetSeconds: 8 * 3600 };

test.each([
  ['2026-06-09T00:00:00+08:00', '2026-06-08T16:00:00.000Z'],
  ['2026-06-09T00:00:00Z', '2026-06-09T00:00:00.000Z'],
  ['2026-06-09T00:00Z', '2026-06-09T00:00:00.000Z'],
  ['2026-06-09T00:00:00', undefined],
  ['2026-06-09', undefined],
  ['2026-13-09T00:00:00Z', undefined],
])('parse %s gives %s', (text, expected) => {
  expect(parseInstant(text)).toBe(expected);
});

test('the civil day of a moment agrees with Temporal', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }), (seconds) => {
      const zoned = Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(
        shanghai.id,
      );
      const day = dayOf(instantOf(seconds), shanghai);
      expect(day).toBe(zoned.toPlainDate().toString());
      expect(secondsOf(startOfDay(day, shanghai))).toBe(
        zoned.startOfDay().epochMilliseconds / 1000,
      );
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['2026-05-31T15:59:59Z', '2026-05'],
  ['2026-05-31T16:00:00Z', '2026-06'],
])('%s falls in the city month %s', (text, month) => {
  const instant = parseInstant(text);
  expect(instant && monthOf(instant, shanghai)).toBe(month);
});
