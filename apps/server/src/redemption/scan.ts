/**
 * A scan: read the code, decide, store, then open. Refusals are stored too. When the answer has
 * come back the use is in the database, so the gate may open.
 */
import { type CivilDate, dayOf, secondsOf } from '@liyu/domain/kernel';
import type { Venue } from '@liyu/domain/programme';
import {
  type Acceptance,
  GATE_WINDOW,
  type PassClaims,
  parseCode,
  type Refusal,
  STAFFED_WINDOW,
  type Verification,
} from '@liyu/pass';
import type { Scope } from '../access/caller.ts';
import type { Core } from '../core.ts';
import type { PersonIds } from '../donor/workflow.ts';
import { findPersonByPass, findStatus } from '../pass/workflow.ts';
import { loadStanding } from '../standing/workflow.ts';
import { refusalAnswer, type ScanAnswer, unknownVenueAnswer } from './answer.ts';
import { type Attempt, attemptOf, type Occasion } from './attempt.ts';
import { isOpenAt } from './judge.ts';
import { redeem } from './redeem.ts';
import { knownAnswer, recordRefusal } from './refuse.ts';
import type { Shown } from './repetition.ts';
import { findOpenEntry, findReceipt, type StoredUse } from './store.ts';
import { verifierOf } from './verifier.ts';

/** What a gate or desk sends. */
export interface ScanRequest extends Occasion {
  readonly code: string;
}

/** Scans a code at a venue within the caller's scope. Throws `Quarantined`; any other error is a fault, safe to try again. */
export async function scan(core: Core, scope: Scope, request: ScanRequest): Promise<ScanAnswer> {
  const { device: _device, ...body } = request;
  const attempt = attemptOf(core, scope, request, null, body);
  const before = await findReceipt(core.database, attempt.mark);
  if (before?.bodyHash === attempt.bodyHash) return knownAnswer(before.answer);
  const { venue } = attempt;
  if (venue === undefined) {
    return recordRefusal(core, attempt, unknownVenueAnswer(core.programme, attempt.at), null);
  }
  for (;;) {
    const answer = await tryScan(core, request.code, attempt, venue);
    if (answer !== 'again') return answer;
  }
}

async function tryScan(
  core: Core,
  code: string,
  attempt: Attempt,
  venue: Venue,
): Promise<ScanAnswer | 'again'> {
  const day = dayOf(attempt.at, core.programme.zone);
  const parsed = parseCode(code);
  const claims = 'malformed' in parsed ? undefined : parsed.pass.claims;
  // Not proven yet: the verifier is told of the entry, and judges the signatures before it.
  const claimed =
    claims === undefined ? undefined : await findPersonByPass(core.database, claims.cti);
  const entry = await findEntry(core, attempt, venue, claimed);
  const verified = await verify(core, code, claims, attempt, venue, entry !== undefined);
  if (!verified.ok) return refuse(core, attempt, verified, claimed, day);
  if (claimed === undefined) {
    const unknown = { code: 'issuer_signature', skewSeconds: null } as const;
    return recordRefusal(core, attempt, refusalAnswer(core.programme, unknown, null, day), null);
  }
  return redeem(core, attempt, venue, {
    person: claimed,
    standing: await loadStanding(core, claimed, day),
    entry,
    shown: shownOf(verified),
  });
}

/** The open entry that an exit would end. */
export async function findEntry(
  core: Core,
  attempt: Attempt,
  venue: Venue,
  person: PersonIds | undefined,
): Promise<StoredUse | undefined> {
  if (person === undefined || venue.kind !== 'metro' || attempt.direction !== 'out') {
    return undefined;
  }
  const entry = await findOpenEntry(core.database, person.donorIds, attempt.at);
  return entry !== undefined && isOpenAt(entry, attempt.at, core.programme) ? entry : undefined;
}

/**
 * Verifies the code, its status read from the database. Where staff see the person, the window is
 * wide and printed cards are taken.
 */
export async function verify(
  core: Core,
  code: string,
  claims: PassClaims | undefined,
  attempt: Attempt,
  venue: Venue,
  hasOpenEntry: boolean,
  isStaffed = false,
): Promise<Verification> {
  const now = secondsOf(attempt.at);
  const { list } = await core.keyring.trustList(now);
  const status =
    claims === undefined
      ? undefined
      : await findStatus(core.database, claims.kid, claims.scope.statusIndex);
  return verifierOf(core).verify(code, {
    now,
    zone: venue.kind,
    window: isStaffed ? STAFFED_WINDOW : GATE_WINDOW,
    acceptPrinted: isStaffed || venue.benefit !== 'ride',
    trustList: list,
    statusOf: () => status,
    // The server reads the status itself, so its list has no age.
    statusAgeSeconds: 0,
    maxStatusAgeSeconds: 0,
    openEntry: () => hasOpenEntry,
    passage: { place: venue.id, direction: venue.kind === 'metro' ? attempt.direction : 'in' },
  });
}

async function refuse(
  core: Core,
  attempt: Attempt,
  refusal: Refusal,
  claimed: PersonIds | undefined,
  day: CivilDate,
): Promise<ScanAnswer> {
  const person = refusal.pass === undefined ? undefined : claimed;
  const standing = person === undefined ? null : await loadStanding(core, person, day);
  const answer = refusalAnswer(core.programme, refusal, standing, day);
  return recordRefusal(core, attempt, answer, person?.personId ?? null);
}

/** What a verified code tells of its showing. */
export function shownOf({ pass, skewSeconds, iat, seq }: Acceptance): Shown {
  return {
    pseudonym: pass.cti,
    printed: pass.scope.kind === 'printed',
    skewSeconds,
    showing: iat === undefined || seq === undefined ? null : { shownAt: iat, seq },
  };
}
