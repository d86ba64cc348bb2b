/** Seals what a clerk typed to the server's lane key (JWE, RFC 7516: ECDH-ES, A256GCM). */
import { CompactEncrypt, importJWK } from 'jose';
import type { SealingKey } from './keep.ts';

/** What the donor showed: a document's number, or the number of the card. */
export type ShownPerson =
  | { readonly document: { readonly number: string } }
  | { readonly cardNumber: string };

/** The sealed person; only the server can open it. */
export async function sealPerson(person: ShownPerson, key: SealingKey): Promise<string> {
  const { kid, kty, crv, x, y } = key;
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(person)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid })
    .encrypt(await importJWK({ kty, crv, x, y }, 'ECDH-ES'));
}
