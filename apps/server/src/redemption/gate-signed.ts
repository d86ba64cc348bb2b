/**
 * What a gate's record proves: that the blood centre signed the pass and the phone signed the
 * moment. That is judged apart from whether the code was good where and when it was shown, since a
 * gate has opened by it either way.
 */
import { type CivilDate, dayOf, type Instant, instantOf, secondsOf } from '@liyu/domain/kernel';
import type { Venue } from '@liyu/domain/programme';
import type { GateScan } from '@liyu/domain/redemption';
import {
  type Acceptance,
  GATE_WINDOW,
  type ParsedCode,
  type PassStatus,
  parseCode,
  STAFFED_WINDOW,
  toHex,
  UNSYNCED_WINDOW,
  type Verification,
} from '@liyu/pass';
import type { Core } from '../core.ts';
import { findPerson, type PersonIds } from '../donor/workflow.ts';
import { statusKey } from '../pass/workflow.ts';
import type { PassFacts } from './gate-facts.ts';
import type { ReadRecord } from './gate-record.ts';
import type { Shown } from './repetition.ts';
import { verifierOf } from './verifier.ts';

/** How far a gate's clock may be from the signed moment of the phone, at a staffed lane too. */
const CLOCK_SECONDS = 180;
/** How far a moment may be ahead of our own clock. */
const AHEAD_SECONDS = 120;

/** A record of a scan. */
export type ScanRead = ReadRecord & { readonly says: GateScan };

/** A scan whose code names a pass of ours, and whose signatures hold. */
export interface ProvenScan {
  readonly read: ScanRead;
  readonly person: PersonIds;
  /** The code; `null` for somebody whom staff let in by hand. */
  readonly shown: Shown | null;
  readonly honour: boolean;
  /** The moment that counts. */
  readonly at: Instant;
  readonly day: CivilDate;
  /** Why the code would have been refused by what we know, or `undefined`. */
  readonly refusal: string | undefined;
  readonly marks: readonly string[];
}

/** Why a scan proves nothing. */
export type Unproven = 'unverified' | 'unknown_pass' | 'unknown_person';

/** Finds the donor whom a lane has sealed, or `undefined`. */
export type OpenPerson = (sealed: string) => Promise<string | undefined>;

/** Judges the code as of the moment of the scan; `hasEntry`: as an exit it ends an entry. */
export async function prove(
  core: Core,
  venue: Venue,
  read: ScanRead,
  facts: PassFacts,
): Promise<ProvenScan | Unproven> {
  const parsed = parseCode(read.says.code);
  if ('malformed' in parsed) return 'unverified';
  const { at, marks } = momentOf(core, read.says, parsed.showing?.iat);
  const judged = await verifyAt(core, venue, read.says, at, facts);
  const good = judged.ok ? judged : await verifySignatures(core, read.says.code, parsed);
  if (good === undefined) return 'unverified';
  const person = facts.persons.get(toHex(good.pass.cti));
  if (person === undefined) return 'unknown_pass';
  const { iat, seq, pass } = good;
  return {
    read,
    person,
    honour: pass.scope.honour,
    shown: {
      pseudonym: pass.cti,
      printed: pass.scope.kind === 'printed',
      skewSeconds: iat === undefined ? null : iat - secondsOf(at),
      showing: iat === undefined || seq === undefined ? null : { shownAt: iat, seq },
    },
    at,
    day: dayOf(at, core.programme.zone),
    refusal: judged.ok ? undefined : judged.code,
    marks: [...new Set([...read.says.marks, ...marks])],
  };
}

/** Somebody whom staff let in by hand: the document was sealed to our key where it was typed. */
export async function proveAdmission(
  core: Core,
  read: ScanRead,
  openPerson: OpenPerson,
): Promise<ProvenScan | Unproven> {
  const { says } = read;
  const donorId = await openPerson(says.admission?.person ?? '');
  if (donorId === undefined) return 'unknown_person';
  const { at, marks } = momentOf(core, says, undefined);
  return {
    read,
    person: await findPerson(core.database, donorId),
    shown: null,
    honour: false,
    at,
    day: dayOf(at, core.programme.zone),
    refusal: undefined,
    marks: [...new Set([...says.marks, ...marks])],
  };
}

/**
 * The moment that counts: the gate's, unless the phone's signed one or our own clock says that the
 * gate's clock was wrong.
 */
function momentOf(
  core: Core,
  says: GateScan,
  iat: number | undefined,
): { at: Instant; marks: string[] } {
  const latest = secondsOf(core.clock.now()) + AHEAD_SECONDS;
  const seconds = secondsOf(says.at);
  const isNear = iat === undefined || Math.abs(iat - seconds) <= CLOCK_SECONDS;
  if (isNear && seconds <= latest) return { at: says.at, marks: [] };
  const better = iat === undefined || iat > latest ? secondsOf(core.clock.now()) : iat;
  return { at: instantOf(better), marks: ['clock_wrong'] };
}

/** However far: here the moment is not judged. */
const ANY_WINDOW = {
  behindSeconds: Number.MAX_SAFE_INTEGER,
  aheadSeconds: Number.MAX_SAFE_INTEGER,
};

/** The pass, if both signatures hold, whenever and wherever it was shown. */
async function verifySignatures(
  core: Core,
  text: string,
  { pass: { claims } }: ParsedCode,
): Promise<Acceptance | undefined> {
  // The last second at which the pass is good: key and pass are judged for that.
  const now = claims.exp - 1;
  const [zone = 'metro'] = claims.scope.zones;
  const { list } = await core.keyring.trustList(now);
  const verified = await verifierOf(core).verify(text, {
    now,
    zone,
    window: ANY_WINDOW,
    acceptPrinted: true,
    trustList: list,
    statusOf: () => 'valid',
    statusAgeSeconds: 0,
    maxStatusAgeSeconds: 0,
  });
  return verified.ok ? verified : undefined;
}

async function verifyAt(
  core: Core,
  venue: Venue,
  says: GateScan,
  at: Instant,
  facts: PassFacts,
): Promise<Verification> {
  const now = secondsOf(at);
  const { list } = await core.keyring.trustList(now);
  const isStaffed = says.marks.includes('staffed');
  const window = isStaffed
    ? STAFFED_WINDOW
    : says.marks.includes('unsynced')
      ? UNSYNCED_WINDOW
      : GATE_WINDOW;
  const isExit = venue.kind === 'metro' && says.direction === 'out';
  return verifierOf(core).verify(says.code, {
    now,
    zone: venue.kind,
    window,
    acceptPrinted: isStaffed || venue.benefit !== 'ride',
    trustList: list,
    statusOf: (kid, index) => statusAt(facts, kid, index, at),
    statusAgeSeconds: 0,
    maxStatusAgeSeconds: 0,
    // Whoever is let out has been let in: neither end nor status holds anybody inside.
    ...(isExit ? { openEntry: () => true } : {}),
  });
}

/** The status that held at the moment. */
function statusAt(facts: PassFacts, kid: Uint8Array, index: number, at: Instant): PassStatus {
  const events = facts.statuses.get(statusKey(kid, index)) ?? [];
  return events.findLast(({ changedAt }) => changedAt <= at)?.status ?? 'valid';
}
