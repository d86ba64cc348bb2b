/**
 * Claiming (申领): a card is offered until its donor claims it, on a phone by document and one-time
 * code, or at a counter. With it comes the honour certificate; only a claimed card can be bound.
 */
import { CERTIFICATE_RANDOM_DIGITS, certificateNumber } from '@liyu/domain/card';
import { dayOf, type Instant, partsOf } from '@liyu/domain/kernel';
import type { Kysely } from 'kysely';
import { type Allowance, takeOne } from '../allowance/workflow.ts';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import type { Core } from '../core.ts';
import type { Schema } from '../database/schema.ts';
import { maskName } from '../donor/document.ts';
import {
  findOwner,
  getPerson,
  holdPerson,
  type PersonIds,
  type ShownDocument,
} from '../donor/workflow.ts';
import { randomDigits } from '../edge/digits.ts';
import { enqueueNotices } from '../notice/workflow.ts';
import { loadStanding } from '../standing/workflow.ts';
import { findClaim, insertCertificateNumber, insertClaim } from './store.ts';

/** How it was shown who claims. */
export type IdentifiedBy = 'phone' | 'donation' | 'counter';

/** A card that has been claimed. */
export interface Claim {
  readonly certificateNumber: string;
  readonly claimedAt: Instant;
  readonly identifiedBy: IdentifiedBy;
}

/** Why a card is not claimed. A foreign document is refused like an unknown one. */
export interface ClaimRefusal {
  readonly refused: 'document_not_accepted' | 'no_card' | 'unknown_donor' | 'too_many_tries';
}

const DOCUMENTS_A_DONOR: Allowance = { name: 'claim-document', times: 10, seconds: 86_400 };

/** The claim of the person's card, or `undefined` while it is only offered. */
export async function claimOf(
  database: Kysely<Schema>,
  { donorIds }: PersonIds,
): Promise<Claim | undefined> {
  const row = await findClaim(database, donorIds);
  return (
    row && {
      certificateNumber: row.certificate_number,
      claimedAt: row.claimed_at as Instant,
      identifiedBy: row.identified_by as IdentifiedBy,
    }
  );
}

/** The signed-in donor claims his own card, showing his document. Twice is the same as once. */
export async function claimOwn(
  core: Core,
  donorId: string,
  identifiedBy: 'phone' | 'donation',
  shown: ShownDocument,
): Promise<Claim | ClaimRefusal> {
  if (await takeOne(core, DOCUMENTS_A_DONOR, donorId)) return { refused: 'too_many_tries' };
  const owner = await findOwner(core.database, core.cipher, shown);
  if (owner !== donorId) return { refused: 'document_not_accepted' };
  return claim(core, donorId, { identifiedBy, by: donorId, seen: null });
}

/** What a clerk sees of the donor whose card was claimed. */
export interface CounterClaim extends Claim {
  readonly name: string;
}

/** A clerk has seen who it is, and claims the card for the donor. */
export async function claimAtCounter(
  core: Core,
  shown: ShownDocument,
  clerk: { readonly by: string; readonly seen: string },
): Promise<CounterClaim | ClaimRefusal> {
  const donorId = await findOwner(core.database, core.cipher, shown);
  if (donorId === undefined) return { refused: 'unknown_donor' };
  const claimed = await claim(core, donorId, { identifiedBy: 'counter', ...clerk });
  if ('refused' in claimed) return claimed;
  const { name } = await getPerson(core.database, core.cipher, donorId);
  return { ...claimed, name: maskName(name) };
}

interface Claimant {
  readonly identifiedBy: IdentifiedBy;
  readonly by: string;
  readonly seen: string | null;
}

function claim(core: Core, donorId: string, claimant: Claimant): Promise<Claim | ClaimRefusal> {
  return core.database.transaction().execute(async (transaction) => {
    const person = await holdPerson(transaction, donorId);
    const before = await claimOf(transaction, person);
    if (before !== undefined) return before;
    const today = dayOf(core.clock.now(), core.programme.zone);
    const standing = await loadStanding({ ...core, database: transaction }, person, today);
    if (standing.card === null) return { refused: 'no_card' };
    return record(core, transaction, person.personId, claimant);
  });
}

async function record(
  core: Core,
  transaction: Kysely<Schema>,
  donorId: string,
  { identifiedBy, by, seen }: Claimant,
): Promise<Claim> {
  const claimId = core.newId();
  const claimedAt = core.clock.now();
  const row = {
    donor_id: donorId,
    claim_id: claimId,
    certificate_number: await takeNumber(core, transaction, donorId, claimId),
    identified_by: identifiedBy,
    claimed_by: by,
    seen,
    claimed_at: claimedAt,
  };
  await insertClaim(transaction, row);
  await insertLeaf(transaction, leafOfRow(core, 'claim', claimId, row));
  await enqueueNotices(core, transaction, [
    { eventKey: `claim:${claimId}`, kind: 'claimed', donorId, body: { values: {} } },
  ]);
  return { certificateNumber: row.certificate_number, claimedAt, identifiedBy };
}

async function takeNumber(
  core: Core,
  transaction: Kysely<Schema>,
  donorId: string,
  claimId: string,
): Promise<string> {
  const { year } = partsOf(dayOf(core.clock.now(), core.programme.zone));
  for (;;) {
    const number = certificateNumber(year, randomDigits(core.random, CERTIFICATE_RANDOM_DIGITS));
    const row = { certificate_number: number, donor_id: donorId, claim_id: claimId };
    if (await insertCertificateNumber(transaction, row)) return number;
  }
}
