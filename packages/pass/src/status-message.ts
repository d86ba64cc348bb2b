/**
 * What a status list and a delta of it have in common: a tagged COSE_Sign1 that names its kind,
 * signed by the issuer's key whose passes it speaks of.
 */
import { equalBytes } from './bytes.ts';
import type { CborMap, CborValue } from './cbor.ts';
import type { PassCrypto, VerifyKey } from './crypto.ts';
import { isSupported } from './crypto.ts';
import type { OpenedSign1 } from './sign1.ts';
import { openSign1 } from './sign1.ts';
import type { TrustEntry } from './trust-list.ts';

/** Why a list or a delta is refused. */
export interface StatusRefusal {
  readonly ok: false;
  readonly code: 'malformed' | 'other_list' | 'bad_signature' | 'other_base' | 'expired';
  readonly detail: string;
}

const HEADER = { alg: 1, kid: 4, typ: 16 } as const;

/** The protected header (RFC 9052 section 3.1; `typ` is RFC 9596's). */
export function statusHeader(kid: Uint8Array, alg: number, mediaType: string): CborMap {
  return new Map<number, CborValue>([
    [HEADER.alg, alg],
    [HEADER.kid, kid],
    [HEADER.typ, mediaType],
  ]);
}

/** A refusal. */
export function refuseStatus(code: StatusRefusal['code'], detail: string): StatusRefusal {
  return { ok: false, code, detail };
}

/** Reads a message of this kind whose algorithm is the entry's. Verifies no signature. */
export function openStatusMessage(
  bytes: Uint8Array,
  entry: TrustEntry,
  mediaType: string,
): { readonly ok: true; readonly message: OpenedSign1 } | StatusRefusal {
  const opened = openSign1(bytes, true);
  if ('malformed' in opened) return refuseStatus('malformed', opened.malformed);
  const { header } = opened;
  if (header.size !== 3 || header.get(HEADER.typ) !== mediaType) {
    return refuseStatus('malformed', `the header is not that of ${mediaType}`);
  }
  if (header.get(HEADER.alg) !== entry.alg || !isSupported(entry.alg)) {
    return refuseStatus('malformed', 'the header names another algorithm than the trust list');
  }
  return { ok: true, message: opened };
}

/** Refuses what is not of this entry's list, and what its key has not signed. */
export async function judgeOrigin(
  message: OpenedSign1,
  address: string,
  entry: TrustEntry,
  crypto: PassCrypto,
): Promise<StatusRefusal | undefined> {
  const kid = message.header.get(HEADER.kid);
  if (!(kid instanceof Uint8Array) || !equalBytes(kid, entry.kid)) {
    return refuseStatus('other_list', 'signed by another key');
  }
  if (address !== entry.statusAddress) {
    return refuseStatus('other_list', `the list of ${address}, not ${entry.statusAddress}`);
  }
  let key: VerifyKey;
  try {
    key = await crypto.importKey(entry.alg, entry.key);
  } catch {
    return refuseStatus('bad_signature', "the issuer's key is no point of the curve");
  }
  if (await crypto.verify(key, message.signed, message.signature)) return undefined;
  return refuseStatus('bad_signature', "the signature is not the issuer's");
}
