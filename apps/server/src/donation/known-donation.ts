/**
 * The second way: whoever knows a donor's document, the number of one of his donations
 * and the name under which he gave, and only while no telephone number of his is on record.
 */
import type { Core } from '../core.ts';
import {
  findOwner,
  findPerson,
  findPersonPhone,
  getPerson,
  type ShownDocument,
} from '../donor/workflow.ts';
import { parseDonationNumber } from './donation-number.ts';
import { findNumbers } from './store.ts';

/** What somebody knows of a donor. */
export interface KnownDonation extends ShownDocument {
  readonly donationNumber: string;
  readonly name: string;
}

/** The person of whom everything holds, or `undefined`; what does not hold is not said. */
export async function findDonorByDonation(
  core: Core,
  known: KnownDonation,
): Promise<string | undefined> {
  const { database, cipher } = core;
  const number = parseDonationNumber(known.donationNumber);
  if (number === undefined) return undefined;
  const donorId = await findOwner(database, cipher, known);
  if (donorId === undefined) return undefined;
  const owner = (await findNumbers(database, [number])).get(number);
  const { donorIds } = await findPerson(database, donorId);
  if (owner === undefined || !donorIds.includes(owner.donorId)) return undefined;
  const { name } = await getPerson(database, cipher, owner.donorId);
  if (name !== known.name.trim()) return undefined;
  return (await findPersonPhone(database, cipher, donorId)) === null ? donorId : undefined;
}
