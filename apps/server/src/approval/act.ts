/** An act that may need a second person, what came of it, and how it is to be done. */
import type { Instant } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import type { Effect } from '../card/effect.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import type { Refused } from './refusals.ts';

/** Who does it: one person, or one who asked and, by the approval, another who agreed. */
export interface Performer {
  readonly by: string;
  readonly approvedBy: string | null;
  readonly approvalId: string | null;
}

/** What was done within the transaction. */
export interface Performed {
  readonly effect: Effect;
  /** What else the caller gets to know: ids, what was found; no personal field. */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** A second person is needed even where nobody loses anything. */
  readonly always?: boolean;
}

/**
 * An act that may need a second person. A preview is the act itself, taken back: so it does
 * everything within the transaction, and nothing outside the database.
 */
export interface Act {
  readonly kind: string;
  /** The body was made by the same act before it was stored; no personal field is in it. */
  perform(
    core: Core,
    transaction: Kysely<Schema>,
    body: unknown,
    who: Performer,
  ): Promise<Performed | Refused>;
}

/**
 * `preview`: keep nothing. `ask`: a second person decides in any case. `ask_on_loss`: at once where
 * nobody loses anything. `at_once`: development's command line, where there is no second person.
 */
export type Mode = 'preview' | 'ask' | 'ask_on_loss' | 'at_once';

/** What became of an act. */
export interface Outcome {
  readonly kept: boolean;
  readonly effect: Effect;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly approval: {
    readonly needed: boolean;
    /** What was asked for, when it was. */
    readonly id?: string;
    readonly endsAt?: Instant;
    /** Stands in for the second person on development's command line. */
    readonly by?: 'development';
  };
}

/** What exactly is to be done, and why; no personal field. */
export interface ActBody {
  readonly reason: string;
  readonly [field: string]: unknown;
}
