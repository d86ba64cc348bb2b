/**
 * Moments, as strings that sort: `2026-06-09T00:00:00.000Z`, and the city's fixed offset, by which
 * a moment falls on a civil day. Nothing here reads a clock or the process's time zone.
 */
import { type CivilDate, dayNumber, fromDayNumber } from './civil-date.ts';

/** A moment in UTC, always in the one form of `Date.prototype.toISOString`. */
export type Instant = string & { readonly __brand: 'Instant' };

/** The city's zone. The loader refuses a zone whose offset changes within the programme. */
export interface Zone {
  readonly id: string;
  readonly offsetSeconds: number;
}

const SHAPE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads an ISO 8601 moment that names its offset; `undefined` when the text is none. */
export function parseInstant(text: string): Instant | undefined {
  if (!SHAPE.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : instantOfMilliseconds(milliseconds);
}

/** The moment that many milliseconds after the epoch. */
export function instantOfMilliseconds(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString() as Instant;
}

/** The moment that many seconds after the epoch. */
export function instantOf(seconds: number): Instant {
  return instantOfMilliseconds(seconds * 1000);
}

/** Whole seconds since the epoch, rounded down. */
export function secondsOf(instant: Instant): number {
  return Math.floor(Date.parse(instant) / 1000);
}

/** The civil day of the city on which the moment falls. */
export function dayOf(instant: Instant, zone: Zone): CivilDate {
  return fromDayNumber(Math.floor((secondsOf(instant) + zone.offsetSeconds) / 86_400));
}

/** Seconds since the epoch at 00:00 city time of the day. */
export function startOfDaySeconds(day: CivilDate, zone: Zone): number {
  return dayNumber(day) * 86_400 - zone.offsetSeconds;
}

/** The moment at 00:00 city time of the day. */
export function startOfDay(day: CivilDate, zone: Zone): Instant {
  return instantOf(startOfDaySeconds(day, zone));
}

/** The city's month of the moment, `YYYY-MM`. */
export function monthOf(instant: Instant, zone: Zone): string {
  return dayOf(instant, zone).slice(0, 7);
}
