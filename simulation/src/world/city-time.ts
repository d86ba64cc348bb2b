/**
 * The city's days, reckoned plainly and apart from the product: the city is eight hours ahead of
 * UTC, all year.
 */
import type { Moment } from './schedule.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const AHEAD = 8 * HOUR;

/** The city's day of the moment, `2026-06-09`. */
export function cityDay(at: Moment): string {
  return new Date(at + AHEAD).toISOString().slice(0, 10);
}

/** The city's month of the moment, `2026-06`. */
export function cityMonth(at: Moment): string {
  return cityDay(at).slice(0, 7);
}

/** The moment at which the city's day begins. */
export function dayStart(day: string): Moment {
  return Date.parse(`${day}T00:00:00Z`) - AHEAD;
}

/** The day so many days later, or earlier. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The corresponding day of the next year; 28 February where there is none. */
export function yearAfter(day: string): string {
  const next = `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;
  const exists = !Number.isNaN(Date.parse(next)) && new Date(next).toISOString().startsWith(next);
  return exists ? next : `${next.slice(0, 5)}02-28`;
}

/** The first end of a night (03:30 city time) after the moment. */
export function nightEnd(at: Moment): Moment {
  const today = dayStart(cityDay(at)) + 3.5 * HOUR;
  return at < today ? today : today + DAY;
}

/** ISO 8601 with milliseconds, UTC. */
export function isoOf(at: Moment): string {
  return new Date(at).toISOString();
}
