/**
 * COSE_Sign1 (RFC 9052 section 4.2) around the lists: protected header, empty unprotected header,
 * a map of claims as payload.
 */
import { concatBytes } from './bytes.ts';
import type { CborMap } from './cbor.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { SIGNATURE_BYTES, signatureStructure, signStructure } from './cose.ts';
import type { Signer } from './crypto.ts';

/** What is to be signed; `tagged` puts tag 18 in front (RFC 9052 section 2). */
export interface Sign1 {
  readonly header: CborMap;
  readonly claims: CborMap;
  readonly tagged: boolean;
}

/** A message as read: nothing in it is verified yet. */
export interface OpenedSign1 {
  readonly header: CborMap;
  readonly claims: CborMap;
  /** What the signature covers. */
  readonly signed: Uint8Array;
  /** Raw r and s. */
  readonly signature: Uint8Array;
}

const TAG_18 = Uint8Array.of(0xd2);
const ARRAY_OF_4 = Uint8Array.of(0x84);
const EMPTY_MAP = Uint8Array.of(0xa0);

/** Signs and encodes deterministically. Throws a RangeError on what has no encoding. */
export async function sealSign1(content: Sign1, signer: Signer): Promise<Uint8Array> {
  const header = encodeCbor(encodeCbor(content.header));
  const payload = encodeCbor(encodeCbor(content.claims));
  const signature = await signStructure(signer, signatureStructure(header, payload));
  const tag = content.tagged ? TAG_18 : new Uint8Array(0);
  return concatBytes(tag, ARRAY_OF_4, header, EMPTY_MAP, payload, encodeCbor(signature));
}

/** Reads a message in its deterministic encoding. Never throws; verifies no signature. */
export function openSign1(bytes: Uint8Array, tagged: boolean): OpenedSign1 | { malformed: string } {
  if (tagged && bytes[0] !== TAG_18[0]) return { malformed: 'not tagged as COSE_Sign1' };
  const outer = decodeCbor(tagged ? bytes.subarray(1) : bytes);
  if ('malformed' in outer) return outer;
  if (!Array.isArray(outer.value) || outer.value.length !== 4) {
    return { malformed: 'no array of four' };
  }
  const [header, unprotected, payload, signature] = outer.value;
  if (!(unprotected instanceof Map) || unprotected.size !== 0) {
    return { malformed: 'the unprotected header is not empty' };
  }
  if (!(signature instanceof Uint8Array) || signature.length !== SIGNATURE_BYTES) {
    return { malformed: 'the signature is not 64 bytes' };
  }
  if (!(header instanceof Uint8Array) || !(payload instanceof Uint8Array)) {
    return { malformed: 'header and payload are no byte strings' };
  }
  const headerMap = decodeMap(header);
  const claims = decodeMap(payload);
  if (headerMap === undefined || claims === undefined) {
    return { malformed: 'header and payload hold no deterministic map' };
  }
  const signed = signatureStructure(encodeCbor(header), encodeCbor(payload));
  return { header: headerMap, claims, signed, signature };
}

function decodeMap(bytes: Uint8Array): CborMap | undefined {
  const decoded = decodeCbor(bytes);
  if ('malformed' in decoded) return undefined;
  return decoded.value instanceof Map ? decoded.value : undefined;
}
