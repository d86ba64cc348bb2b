/**
 * What a lane would be answered, without recording anything: the same rules as for a use, for a
 * code in the wide window of a staffed lane or for a donor whom staff have found.
 */
import { dayOf } from '@liyu/domain/kernel';
import type { Venue } from '@liyu/domain/programme';
import { standingOf } from '@liyu/domain/standing';
import { parseCode } from '@liyu/pass';
import { findFreeze } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import { findPerson, type PersonIds } from '../donor/workflow.ts';
import { findPersonByPass } from '../pass/workflow.ts';
import { loadStanding } from '../standing/workflow.ts';
import { answerOf, type CodeRefusal, refusalAnswer, type ScanAnswer } from './answer.ts';
import type { Attempt } from './attempt.ts';
import { judge } from './judge.ts';
import { dayEntriesOf, findRepetition, type Recognised } from './repetition.ts';
import { findEntry, shownOf, verify } from './scan.ts';

/** What would be answered, and the donor once that is known for certain. */
export interface Preview {
  readonly answer: ScanAnswer;
  readonly donorId: string | undefined;
}

/** Where somebody stands. */
export interface Place {
  readonly venue: Venue;
  readonly direction: 'in' | 'out';
}

/** What the code would be answered. Whose it is, is known once the signatures hold. */
export async function previewCode(core: Core, place: Place, code: string): Promise<Preview> {
  const attempt = attemptAt(core, place, null);
  const parsed = parseCode(code);
  const claims = 'malformed' in parsed ? undefined : parsed.pass.claims;
  const claimed =
    claims === undefined ? undefined : await findPersonByPass(core.database, claims.cti);
  const entry = await findEntry(core, attempt, place.venue, claimed);
  const hasEntry = entry !== undefined;
  const verified = await verify(core, code, claims, attempt, place.venue, hasEntry, true);
  if (!verified.ok) return refuse(core, attempt, verified, verified.pass && claimed);
  if (claimed === undefined) {
    return refuse(core, attempt, { code: 'issuer_signature', skewSeconds: null }, undefined);
  }
  return decide(core, attempt, place.venue, claimed, entry, shownOf(verified));
}

/** What the donor would be answered whom staff have found by card or document. */
export async function previewDonor(core: Core, place: Place, donorId: string): Promise<Preview> {
  const attempt = attemptAt(core, place, BY_STAFF);
  const person = await findPerson(core.database, donorId);
  const freeze = await findFreeze(core.database, person.donorIds);
  if (freeze !== undefined) {
    return refuse(core, attempt, { code: freeze.state, skewSeconds: null }, person);
  }
  const entry = await findEntry(core, attempt, place.venue, person);
  return decide(core, attempt, place.venue, person, entry, null);
}

/** What somebody would be answered whom nobody knows. */
export async function previewNobody(core: Core, place: Place): Promise<Preview> {
  const attempt = attemptAt(core, place, BY_STAFF);
  const { programme } = core;
  const nobody = standingOf([], programme, dayOf(attempt.at, programme.zone));
  const { decision } = judge(programme, attempt, place.venue, nobody, undefined, 0);
  const more = { skewSeconds: null, redemptionId: null, mark: null };
  return { answer: answerOf(programme, decision, nobody, more), donorId: undefined };
}

const BY_STAFF: Attempt['admission'] = { clerk: 'preview', reason: 'preview' };

/** Named by no device: nothing is recorded under it. */
function attemptAt(core: Core, { venue, direction }: Place, admission: Attempt['admission']) {
  const mark = { id: 'preview', bootEpoch: 0, seq: 0 };
  const at = core.clock.now();
  const sent = { visit: null, admission, mark, body: null, bodyHash: '' };
  return { venueId: venue.id, venue, direction, at, ...sent } satisfies Attempt;
}

async function decide(
  core: Core,
  attempt: Attempt,
  venue: Venue,
  person: PersonIds,
  entry: Recognised['entry'],
  shown: Recognised['shown'],
): Promise<Preview> {
  const { programme } = core;
  const day = dayOf(attempt.at, programme.zone);
  const standing = await loadStanding(core, person, day);
  const skewSeconds = shown?.skewSeconds ?? null;
  const recognised = { person, standing, entry, shown };
  const counted = await dayEntriesOf(core, person, venue, shown, day);
  const repeated = await findRepetition(core, venue, attempt, recognised, day);
  const refused = repeated ?? (counted === 'full' ? 'already_today' : undefined);
  if (refused !== undefined) return refuse(core, attempt, { code: refused, skewSeconds }, person);
  const atVenue = counted === 'full' ? 0 : counted.atVenue;
  const { decision, mark } = judge(programme, attempt, venue, standing, entry, atVenue);
  const more = { skewSeconds, redemptionId: null, mark };
  return { answer: answerOf(programme, decision, standing, more), donorId: person.personId };
}

async function refuse(
  core: Core,
  attempt: Attempt,
  refusal: CodeRefusal,
  person: PersonIds | undefined,
): Promise<Preview> {
  const day = dayOf(attempt.at, core.programme.zone);
  const standing = person === undefined ? null : await loadStanding(core, person, day);
  const answer = refusalAnswer(core.programme, refusal, standing, day);
  return { answer, donorId: person?.personId };
}
