/** All that a gate reads codes by: trust list, status lists, programme; loaded, and refreshed. */
import type { PassCrypto, PublicPoint, TrustEntry } from '@liyu/pass';
import { toHex } from '@liyu/pass';
import type { CorrectedClock } from '../corrected-clock.ts';
import { codeOfFault, type Disk } from '../disk.ts';
import type { Fetched, Server } from '../server-seam.ts';
import { createProgrammeHolder, type ProgrammeHolder } from './programme.ts';
import { createStatusHolder, type StatusHolder } from './status.ts';
import { createTrustHolder, type TrustHolder } from './trust.ts';

/** The lists of one gate. */
export interface Lists {
  readonly trust: TrustHolder;
  readonly programme: ProgrammeHolder;
  /** The list of a key, by its id. */
  status(kid: Uint8Array): StatusHolder | undefined;
  /** The lists of all keys that count. */
  statuses(): readonly (readonly [kid: string, holder: StatusHolder])[];
  load(): Promise<void>;
  /** Asks the server for what is newer. */
  refresh(): Promise<Refreshed>;
}

/** What came of asking. */
export interface Refreshed {
  /** Whether the server answered anything at all. */
  readonly isReached: boolean;
  /** What went wrong, each by a sentence. */
  readonly faults: readonly string[];
}

/** What the lists are made of. */
export interface ListsParts {
  readonly disk: Disk;
  readonly server: Server;
  readonly crypto: PassCrypto;
  readonly clock: CorrectedClock;
  readonly rootKey: PublicPoint;
}

/** Lists without content. */
export function createLists({ disk, server, crypto, clock, rootKey }: ListsParts): Lists {
  const trust = createTrustHolder(disk, rootKey, crypto);
  const programme = createProgrammeHolder(disk);
  const statuses = new Map<string, StatusHolder>();
  const etags = new Map<string, string | null>();
  const seconds = () => Math.floor(clock.now() / 1000);

  /** A key's list is loaded when the key first counts here. */
  async function holderOf(entry: TrustEntry): Promise<StatusHolder> {
    const kid = toHex(entry.kid);
    const known = statuses.get(kid);
    if (known !== undefined) return known;
    const holder = createStatusHolder(disk, kid, crypto);
    await orNothing(() => holder.load(entry));
    statuses.set(kid, holder);
    return holder;
  }

  /** One question, whose answer also sets the clock. */
  async function ask<T>(
    name: string,
    question: (etag: string | null) => Promise<Fetched<T>>,
    take: (content: T) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const asked = clock.monotonic();
    const answer = await question(etags.get(name) ?? null);
    clock.contact(Date.parse(answer.now), asked);
    if (answer.kind === 'same') return undefined;
    const refusal = await take(answer.content);
    etags.set(name, refusal === undefined ? answer.etag : null);
    return refusal;
  }

  async function askStatus(entry: TrustEntry): Promise<string | undefined> {
    const kid = toHex(entry.kid);
    const holder = await holderOf(entry);
    const once = () =>
      ask<Uint8Array>(
        `status ${kid}`,
        (etag) => server.statusList(kid, holder.since, etag),
        (bytes) => holder.take(bytes, entry, seconds()),
      );
    const wasDelta = holder.since !== null;
    const refusal = await once();
    // A delta that does not fit: the whole list is asked for at once.
    return refusal !== undefined && wasDelta && holder.since === null ? once() : refusal;
  }

  function countingEntries(): readonly TrustEntry[] {
    const now = seconds();
    const entries = trust.list?.entries ?? [];
    return entries.filter(({ notBefore, notAfter }) => notBefore <= now && now <= notAfter);
  }

  return {
    trust,
    programme,
    status: (kid) => statuses.get(toHex(kid)),
    statuses: () => [...statuses],
    async load() {
      await trust.load();
      clock.isAtLeast((trust.list?.iat ?? 0) * 1000);
      await orNothing(() => programme.load());
      for (const entry of trust.list?.entries ?? []) {
        const holder = await holderOf(entry);
        clock.isAtLeast((holder.list?.iat ?? 0) * 1000);
      }
    },
    async refresh() {
      const faults: string[] = [];
      let isReached = false;
      const tryTo = async (doing: string, act: () => Promise<string | undefined>) => {
        try {
          const refusal = await act();
          isReached = true;
          if (refusal !== undefined) faults.push(refusal);
        } catch (fault) {
          faults.push(`${doing}: ${fault instanceof Error ? fault.message : String(fault)}`);
        }
      };
      await tryTo('trust list', () =>
        ask<Uint8Array>(
          'trust',
          (etag) => server.trustList(etag),
          (bytes) => trust.take(bytes, seconds()),
        ),
      );
      for (const entry of countingEntries()) {
        await tryTo(`status list ${toHex(entry.kid)}`, () => askStatus(entry));
      }
      await tryTo('programme', () =>
        ask(
          'programme',
          (etag) => server.programme(etag),
          (served) => programme.take(served),
        ),
      );
      const known = new Set((trust.list?.entries ?? []).map(({ kid }) => toHex(kid)));
      for (const kid of statuses.keys()) if (!known.has(kid)) statuses.delete(kid);
      return { isReached, faults };
    },
  };
}

/** What the disk does not give is fetched again, as if it had never been there. */
async function orNothing(load: () => Promise<void>): Promise<void> {
  try {
    await load();
  } catch (fault) {
    codeOfFault(fault);
  }
}
