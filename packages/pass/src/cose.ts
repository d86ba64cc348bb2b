/**
 * What COSE (RFC 9052) asks of every signature here, and nothing more of it.
 */
import { concatBytes, fromAscii } from './bytes.ts';
import type { Signer } from './crypto.ts';
import { isSupported } from './crypto.ts';

/** Bytes of a raw ECDSA signature on P-256: r and s. */
export const SIGNATURE_BYTES = 64;

const BEGINNING = concatBytes(Uint8Array.of(0x84, 0x6a), fromAscii('Signature1'));
const NO_EXTERNAL_BYTES = 0x40;

/**
 * What is signed: `["Signature1", protected, h'', payload]` (RFC 9052 section 4.4). Both arguments
 * bring their byte-string heads with them, as they stand in the message.
 */
export function signatureStructure(
  protectedWithHead: Uint8Array,
  payloadWithHead: Uint8Array,
): Uint8Array {
  const afterProtected = BEGINNING.length + protectedWithHead.length;
  const structure = new Uint8Array(afterProtected + 1 + payloadWithHead.length);
  structure.set(BEGINNING, 0);
  structure.set(protectedWithHead, BEGINNING.length);
  structure[afterProtected] = NO_EXTERNAL_BYTES;
  structure.set(payloadWithHead, afterProtected + 1);
  return structure;
}

/** Signs a structure. Throws a RangeError on an unsupported algorithm or a signature of wrong size. */
export async function signStructure(signer: Signer, structure: Uint8Array): Promise<Uint8Array> {
  if (!isSupported(signer.alg)) throw new RangeError(`algorithm ${signer.alg} is not supported`);
  const signature = await signer.sign(structure);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new RangeError(`a signature of ${signature.length} bytes: raw r and s are wanted`);
  }
  return signature;
}

/** COSE's negative algorithm numbers of one byte, -1 to -24 (RFC 8949 section 3.1), or undefined. */
export function readShortAlg(byte: number): number | undefined {
  return byte >= 0x20 && byte <= 0x37 ? 0x1f - byte : undefined;
}

/** The byte of an algorithm number of -1 to -24. Throws a RangeError outside of it. */
export function writeShortAlg(alg: number): number {
  if (!Number.isInteger(alg) || alg > -1 || alg < -24) {
    throw new RangeError(`algorithm ${alg} does not fit one byte`);
  }
  return 0x1f - alg;
}
