/**
 * Prints a card at a counter, for somebody without a phone. Whatever was printed for the donor
 * before ends in the same transaction: a lost card opens nothing from then on.
 */
import { type Instant, instantOf } from '@liyu/domain/kernel';
import { printCode } from '@liyu/pass';
import { leafOfRow } from '../audit/leaf.ts';
import { insertLeaf } from '../audit/workflow.ts';
import { findCardNumber, findFreeze } from '../card/workflow.ts';
import { claimOf } from '../claim/workflow.ts';
import type { Core } from '../core.ts';
import { maskName } from '../donor/document.ts';
import { findOwner, getPerson, holdPerson, type ShownDocument } from '../donor/workflow.ts';
import type { BindingRefusal } from './binding.ts';
import { cardPage, setCardPage } from './card-page.ts';
import { insertPrinting, type StoredPass } from './store.ts';
import { bindWithin, findPassPeriods } from './workflow.ts';

/** A printed card as the clerk hands it out. */
export interface PrintedCard {
  /** What is printed as a code. */
  readonly code: string;
  readonly endsAt: string;
  /** Masked. */
  readonly name: string;
  /** The page to print; made when it is asked for. */
  readonly pdf: () => Buffer;
}

interface Clerk {
  readonly by: string;
  readonly seen: string;
}

/** A clerk has seen who it is, and has the card printed. */
export async function printCardFor(
  core: Core,
  shown: ShownDocument,
  clerk: Clerk,
): Promise<PrintedCard | BindingRefusal> {
  const donorId = await findOwner(core.database, core.cipher, shown);
  if (donorId === undefined) return { refused: 'unknown_donor' };
  const now = core.clock.now();
  const printed = await core.database
    .transaction()
    .execute((transaction) => printWithin({ ...core, database: transaction }, donorId, clerk, now));
  if ('refused' in printed) return printed;
  const { pass, cardNumber } = printed;
  const { name } = await getPerson(core.database, core.cipher, donorId);
  const code = printCode(pass.bytes);
  const { printedName } = core.programme.city.counter;
  const shownName = printedName === 'full' ? name : maskName(name);
  const page = () => cardPage(core.programme, { ...pass, code, cardNumber, name: shownName }, now);
  const pdf = () => setCardPage(page(), now);
  return { code, endsAt: pass.endsAt, name: maskName(name), pdf };
}

/** The same within the transaction that is the core's database. */
async function printWithin(
  core: Core,
  donorId: string,
  clerk: Clerk,
  now: Instant,
): Promise<{ pass: StoredPass; cardNumber: string } | BindingRefusal> {
  const { database } = core;
  const person = await holdPerson(database, donorId);
  if ((await claimOf(database, person)) === undefined) return { refused: 'not_claimed' };
  const freeze = await findFreeze(database, person.donorIds);
  if (freeze !== undefined) return { refused: freeze.state };
  const [period] = await findPassPeriods(core, donorId, 'printed', now);
  const cardNumber = await findCardNumber(database, person.personId);
  if (period === undefined || instantOf(period.endsAt) <= now || cardNumber === undefined) {
    return { refused: 'no_card' };
  }
  const printingId = core.newId();
  const wanted = [{ period, holderKey: null }];
  // Each printing is a binding of its own, as another phone would be, so that it ends the others.
  const [pass] = await bindWithin(core, person, printingId, 'printed', wanted, now);
  if (pass === undefined) throw new Error('invariant broken: one wanted, one made');
  const row = {
    donor_id: person.personId,
    printing_id: printingId,
    pass_id: pass.passId,
    printed_by: clerk.by,
    seen: clerk.seen,
    printed_at: now,
  };
  await insertPrinting(database, row);
  await insertLeaf(database, leafOfRow(core, 'card_printing', printingId, row));
  return { pass, cardNumber };
}
