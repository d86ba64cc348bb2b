/** What happens to an import, as a list of events; its state is their fold. */
import type { Instant, Text } from '@liyu/domain/kernel';
import type { Encoding } from '../donation/encoding.ts';
import type { ImportReport } from '../donation/import.ts';
import type { RowError } from '../donation/row-errors.ts';

/** Where an import came from. */
export const SOURCES = ['http', 'command', 'folder', 'push'] as const;
export type Source = (typeof SOURCES)[number];

/** What was sent, and by whom. */
export interface Received {
  readonly source: Source;
  readonly fileName: string;
  readonly size: number;
  /** The id of the caller; `owner` on the command line. */
  readonly by: string;
  readonly dryRun: boolean;
  readonly allOrNothing: boolean;
  readonly encoding?: Encoding | undefined;
}

/** What became of the rows, as it is stored and answered. */
export interface StoredReport {
  readonly rows: number;
  readonly imported: number;
  readonly unchanged: number;
  readonly conflicts: number;
  /** The first errors of rows; the error file has them all. */
  readonly rejected: readonly RowError[];
  readonly conflicting: readonly RowError[];
  /** How many errors there are. */
  readonly errors: number;
  readonly encoding: string;
  readonly warnings: readonly Warning[];
  readonly kept: boolean;
}

/** Something that hinders nothing and that somebody should look at. */
export interface Warning {
  readonly code: 'heading_unknown' | 'other_city';
  readonly message: Text;
}

/** Why a file is not in: it cannot be read (`refused`), or something failed (`failed`). */
export interface Refusal {
  readonly errors: readonly { readonly code: string; readonly message: Text }[];
}

/** What each event says. */
export interface Bodies {
  readonly received: Received;
  readonly started: Record<string, never>;
  readonly encoding: { readonly encoding: string };
  readonly progress: { readonly bytesRead: number; readonly size: number; readonly rows: number };
  readonly done: StoredReport;
  readonly refused: Refusal;
  readonly failed: Refusal;
  readonly interrupted: Record<string, never>;
}
export type EventName = keyof Bodies;

/** One event; the ordinals of an import rise, and its ending has the largest of all. */
export type ImportEvent = {
  [E in EventName]: {
    readonly ordinal: number;
    readonly event: E;
    readonly body: Bodies[E];
    readonly recordedAt: Instant;
  };
}[EventName];

/** The ordinal of every ending: an import has one, whatever was said before. */
export const LAST_ORDINAL = 2_147_483_647;

const ENDINGS: readonly EventName[] = ['done', 'refused', 'failed', 'interrupted'];

/** Whether nothing follows. */
export function isEnding({ event }: ImportEvent): boolean {
  return ENDINGS.includes(event);
}

export const STATES = [
  'waiting',
  'running',
  'done',
  'refused',
  'failed',
  'interrupted',
  'reverted',
] as const;
export type State = (typeof STATES)[number];

/** What is known of an import, folded from its events. */
export interface ImportAnswer {
  readonly importId: string;
  readonly state: State;
  readonly received: (Received & { readonly at: Instant }) | null;
  readonly endedAt: Instant | null;
  readonly progress: Bodies['progress'] | null;
  readonly encoding: string | null;
  readonly report: StoredReport | null;
  readonly errors: Refusal['errors'];
  /** When, by whom and why it was taken back, if it was. */
  readonly reverted: Reverted | null;
}

/** That an import was taken back. */
export interface Reverted {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

/** Folds the events, in their order. */
export function importOf(importId: string, events: readonly ImportEvent[]): ImportAnswer {
  const start: ImportAnswer = {
    importId,
    state: 'waiting',
    received: null,
    endedAt: null,
    progress: null,
    encoding: null,
    report: null,
    errors: [],
    reverted: null,
  };
  let answer = start;
  for (const happened of events) answer = { ...answer, ...changeOf(happened) };
  return answer;
}

function changeOf(happened: ImportEvent): Partial<ImportAnswer> {
  const { event, body, recordedAt } = happened;
  if (event === 'received') return { received: { ...body, at: recordedAt } };
  if (event === 'started') return { state: 'running' };
  if (event === 'encoding') return { encoding: body.encoding };
  if (event === 'progress') return { progress: body };
  const ended = { progress: null, endedAt: recordedAt };
  if (event === 'done') return { ...ended, state: event, encoding: body.encoding, report: body };
  return { ...ended, state: event, errors: event === 'interrupted' ? [] : body.errors };
}

/** Errors of rows that are stored with an import. */
const MOST_ERRORS = 1000;

/** The report as it is stored: a file of nothing but errors must not fill the database. */
export function storedReportOf(report: ImportReport): StoredReport {
  const { rows, imported, unchanged, conflicts, rejected, conflicting, encoding, kept } = report;
  return {
    rows,
    imported,
    unchanged,
    conflicts,
    rejected: rejected.slice(0, MOST_ERRORS),
    conflicting: conflicting.slice(0, MOST_ERRORS),
    errors: rejected.length + conflicting.length,
    encoding,
    warnings: warningsOf(report),
    kept,
  };
}

function warningsOf({ unknownHeadings, otherCities }: ImportReport): Warning[] {
  const ofHeading = (heading: string): Warning => ({
    code: 'heading_unknown',
    message: {
      zh: `不认识标题“${heading}”，这一列没有读取。`,
      en: `The heading "${heading}" is not known; its column is left out.`,
    },
  });
  const ofCity = (city: string): Warning => ({
    code: 'other_city',
    message: {
      zh: `“${city}”的献血记录按外地计算。`,
      en: `Donations of "${city}" count as another city's.`,
    },
  });
  const most = (texts: readonly string[]): readonly string[] => texts.slice(0, MOST_ERRORS);
  return [...most(unknownHeadings).map(ofHeading), ...most(otherCities).map(ofCity)];
}
