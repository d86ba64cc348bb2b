/**
 * Who was let in at a lane without a network: the document or card number that the clerk typed,
 * sealed to our lane key (JWE, RFC 7516), so that it stands nowhere in the clear but here.
 */
import { compactDecrypt, decodeProtectedHeader, importJWK } from 'jose';
import { z } from 'zod';
import { findDonorByCardNumber } from '../card/workflow.ts';
import type { Core } from '../core.ts';
import { SHOWN_DOCUMENT } from '../donor/shapes.ts';
import { findOwner } from '../donor/workflow.ts';
import { CARD_NUMBER } from '../edge/person-shapes.ts';

/** Longer is none of ours. */
const MOST_CHARACTERS = 2000;
const HEADER = z.object({ alg: z.literal('ECDH-ES'), enc: z.literal('A256GCM'), kid: z.string() });
const PERSON = z.union([
  z.strictObject({ document: SHOWN_DOCUMENT }),
  z.strictObject({ cardNumber: CARD_NUMBER }),
]);

/** What the donor showed: a document or a card. */
export type ShownPerson = z.output<typeof PERSON>;

/** The donor whom a lane has sealed; `undefined` for what cannot be opened, or is nobody's. */
export async function openPerson(core: Core, sealed: string): Promise<string | undefined> {
  const shown = await unseal(core, sealed);
  return shown === undefined ? undefined : findShownPerson(core, shown);
}

/** The donor of a document or card number. */
export function findShownPerson(core: Core, shown: ShownPerson): Promise<string | undefined> {
  if ('cardNumber' in shown) return findDonorByCardNumber(core.database, shown.cardNumber);
  const { number, type } = shown.document;
  const named = { document: number, ...(type === undefined ? {} : { documentType: type }) };
  return findOwner(core.database, core.cipher, named);
}

async function unseal(core: Core, sealed: string): Promise<ShownPerson | undefined> {
  if (sealed.length > MOST_CHARACTERS) return undefined;
  try {
    const { kid } = HEADER.parse(decodeProtectedHeader(sealed));
    const pair = core.laneKeys.find(kid);
    if (pair === undefined) return undefined;
    const { plaintext } = await compactDecrypt(sealed, await importJWK(pair, 'ECDH-ES'), {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return PERSON.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext)));
  } catch {
    // Whatever is wrong with it: it speaks of nobody whom we know.
    return undefined;
  }
}
