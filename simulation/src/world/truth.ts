/**
 * The world's own record of what happened: who held what, who stood where, what opened. The world
 * writes it as it does things; checkers compare the product's books with it. It is the trace of a
 * run as well: two runs of a seed have the same hash. Signatures and ids made by the product
 * are not in it, because ECDSA draws its own randomness.
 */
import { createHash } from 'node:crypto';
import type { Moment } from './schedule.ts';

/** Which way somebody goes. */
export type Way = 'in' | 'out';

/** Whose hand holds what is shown. */
export type Shower =
  | 'holder'
  | 'screenshot'
  | 'relay'
  | 'thief'
  | 'heir'
  | 'cutter'
  | 'printed'
  | 'forger';

/** What a pass is by the world's book; `lost` where the server that made it was put back before. */
export type PassIs = 'valid' | 'revoked' | 'suspended' | 'lost';

/** What became of a gate; `stuck` and `free` are its lists. */
export type GateIs =
  | 'started'
  | 'ended'
  | 'cut_off'
  | 'joined'
  | 'stuck'
  | 'free'
  | 'stolen'
  | 'set_back';

/** One thing that happened. Moments in milliseconds, `iat`, `begins` and `ends` in seconds. */
export type Happening =
  | { what: 'given'; donor: string; number: string; on: string; milliCounts: number; batch: number }
  | { what: 'mistaken'; donor: string; number: string }
  | { what: 'standing'; donor: string; validThrough: string | null; kind: string; tier: string }
  | { what: 'again'; batch: number; imported: number; unchanged: number }
  | {
      what: 'bound';
      donor: string;
      pass: string;
      kind: 'phone' | 'printed';
      begins: number;
      ends: number;
    }
  | { what: 'status'; donor: string; pass: string; is: PassIs; because: string }
  | {
      what: 'showed';
      showing: number;
      donor: string;
      pass: string;
      by: Shower;
      iat: number | null;
      seq: number | null;
    }
  | { what: 'tried'; scan: number; showing: number; gate: string; venue: string; way: Way }
  | {
      what: 'answered';
      scan: number;
      gate: string;
      open: boolean;
      code: string;
      marks: readonly string[];
      staffedLane: boolean;
      worded: boolean;
      epoch: number | null;
      seq: number | null;
    }
  | { what: 'unanswered'; scan: number; gate: string }
  | {
      what: 'gate';
      gate: string;
      is: GateIs;
    }
  | { what: 'server'; is: 'up' | 'down' | 'kept' | 'restored' }
  | { what: 'forged'; gate: string; epoch: number; seq: number }
  | { what: 'reversed'; fen: number }
  | { what: 'settled'; partner: string; month: string; closed: boolean; totalFen: number }
  | { what: 'healed' };

/** A happening, with its moment. */
export type Fact = Happening & { readonly at: Moment };

/** The record. */
export interface TruthLog {
  readonly facts: readonly Fact[];
  tell(happening: Happening): void;
  /** What happened before the run, as it was told then. */
  begin(facts: readonly Fact[]): void;
  /** SHA-256 over everything that was told. */
  hash(): string;
}

/** An empty record on the clock. */
export function createTruthLog(clock: { readonly now: Moment }): TruthLog {
  const facts: Fact[] = [];
  const sum = createHash('sha256');
  const add = (fact: Fact): void => {
    facts.push(fact);
    sum.update(JSON.stringify(fact)).update('\n');
  };
  return {
    facts,
    tell: (happening) => add({ at: clock.now, ...happening }),
    begin: (before) => before.forEach(add),
    hash: () => sum.copy().digest('hex'),
  };
}

/** The facts of one kind. */
export function factsOf<W extends Happening['what']>(
  facts: readonly Fact[],
  what: W,
): Extract<Fact, { what: W }>[] {
  return facts.filter((fact): fact is Extract<Fact, { what: W }> => fact.what === what);
}
