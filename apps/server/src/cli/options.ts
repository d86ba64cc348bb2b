/** Options of commands, checked where they come in; messages name the option. */
import {
  type CivilDate,
  dayOf,
  type Instant,
  parseCivilDate,
  parseInstant,
} from '@liyu/domain/kernel';
import type { Level } from '@liyu/domain/programme';
import type { Core } from '../core.ts';
import { DOCUMENT_TYPES, type DocumentType, normaliseNumber } from '../donor/document.ts';
import { findDonorByDocument } from '../donor/workflow.ts';
import { type Clock, createIds } from '../edge/clock.ts';
import { holdsLongNumber } from '../edge/shapes.ts';
import { type CommandContext, UsageError } from './context.ts';

/** A day. */
export function dayOption(name: string, text: string): CivilDate {
  const day = parseCivilDate(text);
  if (day === undefined) throw new UsageError(`${name}: ${text} is no day; write it as 2026-06-09`);
  return day;
}

/** The day asked about, or the city's today; none before donations were counted. */
export function onOption(core: Core, text: string | undefined): CivilDate {
  if (text === undefined) return dayOf(core.clock.now(), core.programme.zone);
  const day = dayOption('--on', text);
  const first = core.programme.parameters.tiers[0]?.from;
  if (first !== undefined && day < first) throw new UsageError(`--on: ${text} is before ${first}`);
  return day;
}

/** A moment with its offset, in development only. */
export function atOption(context: CommandContext, text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  if (context.config.mode !== 'development') {
    throw new UsageError('--at: works in development only');
  }
  return instantOption('--at', text);
}

const EARLIEST = '1980-01-02';
const LATEST = '2100';

/** A moment with its offset, of the years for which codes and rules are made. */
export function instantOption(name: string, text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined) {
    throw new UsageError(`${name}: ${text} is no moment; write it as 2026-06-09T08:00:00+08:00`);
  }
  if (instant < EARLIEST || instant > LATEST) {
    throw new UsageError(`${name}: ${text} is not between 1980 and 2099`);
  }
  return instant;
}

/** The core, with the command's own clock when `--at` was given. */
export async function coreAt(context: CommandContext, at: string | undefined): Promise<Core> {
  const instant = atOption(context, at);
  const core = await context.core();
  if (instant === undefined) return core;
  const clock: Clock = { now: () => instant };
  return { ...core, clock, newId: createIds(clock, core.random) };
}

/** Words of a person: some, and no number of a document or telephone among them. */
export function wordsOption(name: string, text: string): string {
  const words = text.trim();
  if (words === '') throw new UsageError(`${name}: is empty`);
  if (holdsLongNumber(words)) throw new UsageError(`${name}: holds a long number; leave it out`);
  return words;
}

/** Options that name a document; the type is needed only where several people share a number. */
export interface DocumentFlags {
  readonly document?: string;
  readonly documentType?: string;
}

/** The donor of the document, or `undefined` when nobody is known by it. */
export function findDonor(
  core: Core,
  options: DocumentFlags,
  knownAt?: Instant,
): Promise<string | undefined> {
  const { document = '', documentType } = options;
  const types = Object.keys(DOCUMENT_TYPES) as DocumentType[];
  const type =
    documentType === undefined ? undefined : wordOption('--document-type', documentType, types);
  const number = normaliseNumber(document);
  return findDonorByDocument(core.database, core.cipher, number, type, knownAt);
}

/** The donor of an id or of a document, one of which must be there. */
export async function donorOption(
  core: Core,
  options: DocumentFlags & { readonly donor?: string },
): Promise<string> {
  const { donor, document } = options;
  if ((donor === undefined) === (document === undefined)) {
    throw new UsageError('--donor or --document is needed, one of them');
  }
  if (donor !== undefined) return idOption(donor, '--donor');
  const found = await findDonor(core, options);
  if (found === undefined) throw new UsageError('--document: nobody is known by this document');
  return found;
}

/** An id as it is printed. */
export function idOption(text: string, name = 'ID'): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) {
    throw new UsageError(`${name}: ${text} is no id`);
  }
  return text;
}

/** Whole fen, not negative. */
export function fenOption(name: string, text: string): number {
  const fen = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(fen)) throw new UsageError(`${name}: ${text} is no whole number of fen`);
  return fen;
}

/** A count of at least 1. */
export function countOption(name: string, text: string, most: number): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) throw new UsageError(`${name}: a number from 1 to ${most}`);
  return count;
}

/** One of some words. */
export function wordOption<W extends string>(name: string, text: string, words: readonly W[]): W {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new UsageError(`${name}: ${text} is none of ${words.join(', ')}`);
  return word;
}

const LEVELS: readonly Level[] = ['general', 'associate_chief', 'chief', 'renowned_expert'];

/** The visit of a clinic; every part must be there. */
export function visitOption(options: {
  level?: string | undefined;
  fee?: string | undefined;
  insured?: string | undefined;
}): { level: Level; feeFen: number; insuredFen: number } {
  const { level, fee, insured } = options;
  if (level === undefined || fee === undefined) {
    throw new UsageError('--level and --fee: a clinic needs both');
  }
  const feeFen = fenOption('--fee', fee);
  const insuredFen = fenOption('--insured', insured ?? '0');
  if (insuredFen > feeFen) throw new UsageError('--insured: more than the fee');
  return { level: wordOption('--level', level, LEVELS), feeFen, insuredFen };
}
