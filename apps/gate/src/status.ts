/** How a gate does: what its operators, the server and the metrics are told. No person is in it. */
import type { Verifier } from '@liyu/pass';
import type { Started } from './boot.ts';
import type { CorrectedClock } from './corrected-clock.ts';
import type { DiskWatch } from './disk-watch.ts';
import type { Lists } from './lists/lists.ts';
import type { Cut } from './spool/segment.ts';
import type { SpoolStatus } from './spool/spool.ts';

/** The age of a list in seconds, by its own signed moment. */
export interface ListAge {
  readonly kid: string;
  /** `null`: there is none. */
  readonly ageSeconds: number | null;
}

/** The state of one gate at one moment. */
export interface GateStatus {
  /** `null` while the disk has not let the gate start. */
  readonly bootEpoch: number | null;
  readonly spool: SpoolStatus | null;
  readonly oldestWaitingSeconds: number | null;
  /** What was put aside since the start, and at it. */
  readonly cuts: readonly Cut[];
  /** The code of the disk's last fault, or `null`: then it records. */
  readonly diskFault: string | null;
  readonly trust: { readonly version: number; readonly ageSeconds: number } | null;
  readonly statusLists: readonly ListAge[];
  readonly programme: string | null;
  readonly lastContactAt: number | null;
  readonly contactAgeSeconds: number | null;
  /** The gate's clock less the machine's own at the last contact, milliseconds. */
  readonly driftMilliseconds: number | null;
  readonly cachedPasses: number;
  readonly remembered: number;
}

/** What is looked at. */
export interface StatusParts {
  readonly started: Started | undefined;
  readonly clock: CorrectedClock;
  readonly lists: Lists;
  readonly watch: DiskWatch;
  readonly verifier: Verifier;
}

/** Looks. */
export function statusOf({ started, clock, lists, watch, verifier }: StatusParts): GateStatus {
  const now = clock.now();
  const seconds = Math.floor(now / 1000);
  const spool = started?.spool.status() ?? null;
  const trust = lists.trust.list;
  const contact = clock.lastContact;
  return {
    bootEpoch: started?.bootEpoch ?? null,
    spool,
    oldestWaitingSeconds:
      spool === null || spool.oldestAt === null ? null : Math.floor((now - spool.oldestAt) / 1000),
    cuts: started?.spool.cuts ?? [],
    diskFault: watch.fault,
    trust: trust === undefined ? null : { version: trust.version, ageSeconds: seconds - trust.iat },
    statusLists: lists.statuses().map(([kid, { list }]) => ({
      kid,
      ageSeconds: list === undefined ? null : seconds - list.iat,
    })),
    programme: lists.programme.at(seconds)?.version ?? null,
    lastContactAt: contact?.serverAt ?? null,
    contactAgeSeconds: contact === null ? null : Math.floor(clock.contactAgeSeconds()),
    driftMilliseconds: contact === null ? null : contact.serverAt - contact.wallAt,
    cachedPasses: verifier.cachedPasses,
    remembered: started?.memory.size ?? 0,
  };
}
