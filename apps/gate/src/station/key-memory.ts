/**
 * What the gates of a station have taken, as hashes: which gate holds which key, and for how long.
 * Two gates that ask each other at the same instant agree, because the lesser name goes first.
 */

/** What is held, as it goes over the wire: a hash, and how long it is to be remembered. */
export interface HeldKey {
  readonly hash: string;
  readonly keepMs: number;
}

/** What a gate is about: `pending` while it asks the others. */
export interface Claim {
  readonly keys: readonly HeldKey[];
  /** Those that the gate did not hold before. */
  readonly fresh: readonly HeldKey[];
  /** True once it has given way to another gate that asked at the same time. */
  hasYielded: boolean;
}

/** The memory of one gate. Moments are milliseconds of a clock that never steps back. */
export interface KeyMemory {
  /** Begins to claim the keys, or answers the first hash that another gate holds, or a claim. */
  begin(keys: readonly HeldKey[], nowMs: number): Claim | { readonly takenHash: string };
  /** Ends a claim: its keys are this gate's from now on. */
  hold(claim: Pick<Claim, 'keys'>, nowMs: number): void;
  /** Ends a claim without holding its keys. */
  abandon(claim: Claim): void;
  /** The keys are free again, as far as this gate is concerned. */
  drop(keys: readonly HeldKey[]): void;
  /**
   * Another gate asks: who holds each key, `null` for none. When this gate itself does not object,
   * the asker is remembered as holding them.
   */
  ask(asker: string, keys: readonly HeldKey[], nowMs: number): (string | null)[];
  /** Another gate gives its keys back. */
  release(asker: string, hashes: readonly string[]): void;
  readonly size: number;
}

/** Holders that are remembered; the oldest are forgotten first. */
const CAPACITY = 200_000;

/** The memory of the gate of that name. */
export function createKeyMemory(self: string): KeyMemory {
  const holders = new Map<string, Map<string, number>>();
  const pending = new Map<string, Claim>();

  const holdersOf = (hash: string, nowMs: number): Map<string, number> | undefined => {
    const found = holders.get(hash);
    for (const [name, until] of found ?? []) if (until <= nowMs) found?.delete(name);
    if (found?.size === 0) holders.delete(hash);
    return found?.size === 0 ? undefined : found;
  };
  const add = (name: string, { hash, keepMs }: HeldKey, nowMs: number): void => {
    const found = holdersOf(hash, nowMs) ?? new Map<string, number>();
    found.set(name, nowMs + keepMs);
    holders.delete(hash);
    holders.set(hash, found);
    for (const [oldest] of holders) {
      if (holders.size <= CAPACITY && holdersOf(oldest, nowMs) !== undefined) break;
      holders.delete(oldest);
    }
  };
  const remove = (name: string, hash: string): void => {
    const found = holders.get(hash);
    found?.delete(name);
    if (found?.size === 0) holders.delete(hash);
  };
  const endClaim = (keys: readonly HeldKey[]): void => {
    for (const { hash } of keys) pending.delete(hash);
  };
  /** Who holds it, in the eyes of one who asks; the lesser of two names goes first. */
  const holderFor = (asker: string, hash: string, nowMs: number): string | null => {
    const found = holdersOf(hash, nowMs);
    if (found?.has(self)) return self;
    if (pending.has(hash) && self < asker) return self;
    return [...(found?.keys() ?? [])].find((name) => name !== asker) ?? null;
  };

  /** What this gate has itself is free for it: its own memory has judged it before. */
  const isTaken = (hash: string, nowMs: number): boolean => {
    const found = holdersOf(hash, nowMs);
    return found !== undefined && !found.has(self);
  };

  return {
    get size() {
      return holders.size;
    },
    begin(keys, nowMs) {
      const taken = keys.find(({ hash }) => pending.has(hash) || isTaken(hash, nowMs));
      if (taken !== undefined) return { takenHash: taken.hash };
      const fresh = keys.filter(({ hash }) => holdersOf(hash, nowMs) === undefined);
      const claim: Claim = { keys, fresh, hasYielded: false };
      for (const { hash } of keys) pending.set(hash, claim);
      return claim;
    },
    hold({ keys }, nowMs) {
      endClaim(keys);
      for (const key of keys) add(self, key, nowMs);
    },
    abandon({ keys }) {
      endClaim(keys);
    },
    drop(keys) {
      for (const { hash } of keys) remove(self, hash);
    },
    ask(asker, keys, nowMs) {
      const found = keys.map(({ hash }) => holderFor(asker, hash, nowMs));
      if (found.includes(self)) return found;
      for (const key of keys) {
        const claim = pending.get(key.hash);
        if (claim !== undefined) claim.hasYielded = true;
        add(asker, key, nowMs);
      }
      return found;
    },
    release(asker, hashes) {
      for (const hash of hashes) remove(asker, hash);
    },
  };
}
