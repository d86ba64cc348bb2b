/**
 * The gate: reads a code, decides, asks its station, writes down, then opens. What it cannot write
 * down it does not open. Everything it needs of the world is an argument; it has no timers.
 */
import { dayOf, instantOf } from '@liyu/domain/kernel';
import { findVenue, parameterOn } from '@liyu/domain/programme';
import { createVerifier, type PassCrypto, type PublicPoint } from '@liyu/pass';
import type { GateAnswer } from './answer.ts';
import { createBackOff } from './back-off.ts';
import { boot, type Started } from './boot.ts';
import type { MachineClock, Random } from './clock.ts';
import { createContactKeeper, type KeptContact, readContact } from './contact.ts';
import { createCorrectedClock } from './corrected-clock.ts';
import type { Disk } from './disk.ts';
import { createDiskWatch, type DiskWatch } from './disk-watch.ts';
import { createLists } from './lists/lists.ts';
import { type Admission, admit, type ScanParts, type Shown, scan } from './scan.ts';
import type { Server } from './server-seam.ts';
import { SPOOL_LIMITS } from './spool/spool.ts';
import type { SpoolLimits } from './spool/writer.ts';
import type { Station, StationKey } from './station-seam.ts';
import { type GateStatus, statusOf } from './status.ts';
import { createSync, type SyncTurn } from './sync.ts';
import { passingLimits } from './windows.ts';

/** Which gate this is. */
export interface GateConfig {
  readonly venue: string;
  /** Where passback is judged: the venue, unless said; a bus says its vehicle. */
  readonly place?: string;
  /** A lane or desk where staff stand: phones may be further off, printed cards are taken. */
  readonly staffed: boolean;
  /** The key that signs the trust list. */
  readonly rootKey: PublicPoint;
  readonly spool?: SpoolLimits;
  /** Verified passes that are kept: 100,000. */
  readonly cachedPasses?: number;
}

/** What a gate is made of. */
export interface GateParts {
  readonly config: GateConfig;
  readonly disk: Disk;
  readonly clock: MachineClock;
  readonly random: Random;
  readonly server: Server;
  readonly crypto: PassCrypto;
  /** The station's other gates; without it the gate is alone. */
  readonly station?: Station;
}

/** What one turn of refreshing brought. */
export interface RefreshTurn {
  /** What went wrong, each by a sentence. */
  readonly faults: readonly string[];
  readonly nextDelayMs: number;
}

/** One gate. None of its methods rejects for a fault of disk or network. */
export interface Gate {
  /** The record is on the medium before this answers `open`. A RangeError for a desk without fee. */
  scan(text: string, shown?: Shown): Promise<GateAnswer>;
  admit(admission: Admission): Promise<GateAnswer>;
  /** Sends one batch of what waits; one turn at a time. */
  syncOnce(): Promise<SyncTurn>;
  /** Asks for newer lists once; one turn at a time. */
  refreshOnce(): Promise<RefreshTurn>;
  status(): GateStatus;
  /** What this gate answers for at its station. */
  remembered(): StationKey[];
}

/** A gate asks for newer lists so often. */
const REFRESH_MILLISECONDS = 20_000;

/** Opens the gate. A disk that does not answer yet is tried again at every scan and turn. */
export async function openGate(parts: GateParts): Promise<Gate> {
  const watch = createDiskWatch();
  const kept = await readContact(parts.disk, watch);
  const { gate, start } = assemble(parts, watch, kept);
  await start();
  return gate;
}

function assemble(parts: GateParts, watch: DiskWatch, kept: KeptContact | null) {
  const { config, disk, server, crypto, random, station } = parts;
  const { venue, staffed, rootKey, place = venue, cachedPasses } = config;
  const clock = createCorrectedClock(parts.clock, kept);
  const contact = createContactKeeper(disk, watch, clock, kept);
  const cache = cachedPasses === undefined ? {} : { cacheSize: cachedPasses };
  const verifier = createVerifier({ crypto, ...cache });
  const lists = createLists({ disk, server, crypto, clock, rootKey });
  const refreshBackOff = createBackOff(random);
  const ledger = () => contact.ledger;
  const sync = createSync({ server, clock, random, ledger, setLedger: contact.setLedger });
  let areListsLoaded = false;
  let started: Started | undefined;

  const secondsNow = () => Math.floor(clock.now() / 1000);

  function isSynced(): boolean {
    const programme = lists.programme.at(secondsNow())?.programme;
    if (programme === undefined) return false;
    const day = dayOf(instantOf(secondsNow()), programme.zone);
    const after = parameterOn(programme, 'gate.unsynced_after_seconds', day).value;
    return clock.contactAgeSeconds() <= after;
  }

  async function startNow(): Promise<Started> {
    if (!areListsLoaded) await lists.load();
    areListsLoaded = true;
    return boot({ disk, limits: config.spool ?? SPOOL_LIMITS, clock, place, isSynced });
  }

  /** Once; after a fault of the disk, again at the next call. */
  const startAlone = alone(async (): Promise<Started | undefined> => {
    started ??= await watch.run(startNow);
    return started;
  });
  const start = async () => started ?? startAlone();

  const scanParts: ScanParts = {
    venue,
    place,
    staffed,
    clock,
    lists,
    verifier,
    station,
    watch,
    start,
  };

  const gate: Gate = {
    scan: (text, shown = {}) => scan(scanParts, text, shown),
    admit: (admission) => admit(scanParts, admission),
    syncOnce: alone(async () => {
      const to = await start();
      const turn = to === undefined ? sync.blocked(watch.fault) : await sync.once(to.spool);
      await contact.keep();
      return turn;
    }),
    refreshOnce: alone(async () => {
      await start();
      const { isReached, faults } = await lists.refresh();
      // One list that is not to be had must not make the others old.
      if (isReached) refreshBackOff.succeeded();
      else refreshBackOff.failed();
      await contact.keep();
      return { faults, nextDelayMs: refreshBackOff.delay(REFRESH_MILLISECONDS) };
    }),
    status: () => statusOf({ started, clock, lists, watch, verifier }),
    remembered() {
      const now = secondsNow();
      const programme = lists.programme.at(now)?.programme;
      const found = programme && findVenue(programme, venue);
      if (started === undefined || programme === undefined || found === undefined) return [];
      const day = dayOf(instantOf(now), programme.zone);
      return started.memory.remembered(now, passingLimits(programme, found, day, staffed));
    },
  };
  return { gate, start };
}

/** Whoever calls while a turn is on its way gets that turn's answer. */
function alone<T>(act: () => Promise<T>): () => Promise<T> {
  let turn: Promise<T> | undefined;
  return () => {
    turn ??= act().finally(() => {
      turn = undefined;
    });
    return turn;
  };
}
