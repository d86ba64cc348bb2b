/**
 * Looking donors up: found by document, shown masked, in clear only with a reason. Every look is
 * recorded with it.
 */
import { dayOf } from '@liyu/domain/kernel';
import type { Caller, Scope } from '../access/caller.ts';
import { inOneLook, recordLook } from '../access/look.ts';
import type { Core } from '../core.ts';
import { type StandingBrief, standingBrief } from '../standing/brief.ts';
import { describeStanding, loadStanding, type StandingAnswer } from '../standing/workflow.ts';
import { type DocumentType, maskName, maskNumber, normaliseNumber } from './document.ts';
import { findDonorsByDocument } from './identity-store.ts';
import { findParticulars, type Particulars } from './particulars-store.ts';
import { maskPhone } from './phone.ts';
import { getPerson } from './store.ts';

/** A document that somebody shows. */
export interface ShownDocument {
  readonly number: string;
  readonly type?: DocumentType | undefined;
}

/** A donor who was found: to a partner's desk the masked name and the card, and nothing else. */
export interface FoundDonor {
  readonly donorId?: string;
  readonly name: string;
  readonly card: { readonly kind: string; readonly validThrough: string | null } | null;
}

/** A donor as an operator sees one: masked, with the standing of today in short. */
export interface MaskedDonor extends Particulars, StandingBrief {
  readonly donorId: string;
}

/** The donors of a document number; several only where people share it under different types. */
export function searchDonors(
  core: Core,
  caller: Caller,
  scope: Scope,
  { number, type }: ShownDocument,
): Promise<FoundDonor[]> {
  return inOneLook(core, async (within) => {
    const { database, cipher } = within;
    const donorIds = await findDonorsByDocument(database, cipher, normaliseNumber(number), type);
    const found: FoundDonor[] = [];
    for (const donorId of donorIds) {
      const { name } = await getPerson(database, cipher, donorId);
      const { card } = await briefOf(within, donorId);
      await recordLook(within, caller, donorId, 'search');
      found.push({
        ...(scope.reach === 'city' ? { donorId } : {}),
        name: maskName(name),
        card: card && { kind: card.kind, validThrough: card.validThrough },
      });
    }
    return found;
  });
}

/** The donor, masked; `undefined` when there is no such one. */
export function readDonor(
  core: Core,
  caller: Caller,
  scope: Scope,
  donorId: string,
): Promise<MaskedDonor | undefined> {
  return inOneLook(core, async (within) => {
    const known = await findParticulars(within.database, within.cipher, scope, donorId);
    if (known === undefined) return undefined;
    await recordLook(within, caller, donorId, 'read');
    const { name, bornOn, phone, documents } = known;
    return {
      donorId,
      name: maskName(name),
      bornOn: `${bornOn.slice(0, 4)}-**-**`,
      phone: phone && maskPhone(phone),
      documents: documents.map((one) => ({ type: one.type, number: maskNumber(one.number) })),
      ...(await briefOf(within, donorId)),
    };
  });
}

/** The donor's particulars in clear, for a reason. */
export function revealDonor(
  core: Core,
  caller: Caller,
  scope: Scope,
  donorId: string,
  reason: string,
): Promise<Particulars | undefined> {
  return inOneLook(core, async (within) => {
    const known = await findParticulars(within.database, within.cipher, scope, donorId);
    if (known !== undefined) await recordLook(within, caller, donorId, 'reveal', reason);
    return known;
  });
}

/** The donor's standing today, with its evidence and reasons. */
export function readStanding(
  core: Core,
  caller: Caller,
  scope: Scope,
  donorId: string,
): Promise<StandingAnswer | undefined> {
  return inOneLook(core, async (within) => {
    const known = await findParticulars(within.database, within.cipher, scope, donorId);
    if (known === undefined) return undefined;
    await recordLook(within, caller, donorId, 'standing');
    return describeStanding(within, donorId, today(within));
  });
}

const today = (core: Core) => dayOf(core.clock.now(), core.programme.zone);

async function briefOf(core: Core, donorId: string): Promise<StandingBrief> {
  return standingBrief(await loadStanding(core, donorId, today(core)));
}
