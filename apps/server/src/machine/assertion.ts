/**
 * A machine's signed assertion (RFC 7523, section 3, as `private_key_jwt`): one byte sequence, one
 * meaning; the algorithm is the registered key's, never the assertion's.
 */
import type { Instant } from '@liyu/domain/kernel';
import { secondsOf } from '@liyu/domain/kernel';
import { jwtVerify } from 'jose';
import { z } from 'zod';
import { keyIdOf } from './key.ts';
import { MACHINE_NAME, type Machine } from './machine.ts';
import { parseStrictJson } from './strict-json.ts';

/** An assertion is good for so long at most. */
const LONGEST_SECONDS = 300;
/** How far the machine's clock may be from ours. */
const TOLERANCE_SECONDS = 30;
const MOST_CHARACTERS = 4096;

/** Nothing else may stand there: no key, no address of a key, nothing critical. */
const HEADER = z.strictObject({
  alg: z.enum(['ES256', 'EdDSA', 'PS256', 'RS256']),
  kid: z.string(),
  typ: z.enum(['JWT', 'client-authentication+jwt']).optional(),
});
const MOMENT = z.number().min(0).max(253_402_300_799);
const CLAIMS = z.object({
  iss: z.string(),
  sub: z.string().regex(MACHINE_NAME),
  aud: z.string(),
  exp: MOMENT,
  nbf: MOMENT.optional(),
  iat: MOMENT.optional(),
  jti: z.string().regex(/^[\x21-\x7e]{1,128}$/),
});

/** What a good assertion says. */
export interface Shown {
  readonly machine: Machine;
  /** Thumbprint of the key that signed. */
  readonly keyId: string;
  readonly jti: string;
  /** Seconds since 1970: from then on the assertion is refused in any case. */
  readonly endsAtSeconds: number;
}

/** What an assertion is judged by. */
export interface AssertionJudge {
  /** Our own token address, the only audience. */
  readonly audience: string;
  readonly now: Instant;
  readonly findMachine: (machineId: string) => Promise<Machine | undefined>;
}

/** What the assertion says, or `undefined` when it is not good; whether it was used is not judged. */
export async function verifyAssertion(
  assertion: string,
  { audience, now, findMachine }: AssertionJudge,
): Promise<Shown | undefined> {
  const parts = partsOf(assertion);
  if (parts === undefined) return undefined;
  const { header, claims } = parts;
  if (claims.iss !== claims.sub || claims.aud !== audience) return undefined;
  const seconds = secondsOf(now);
  const latest = seconds + TOLERANCE_SECONDS;
  if (claims.exp <= seconds - TOLERANCE_SECONDS || claims.exp > latest + LONGEST_SECONDS) {
    return undefined;
  }
  if ((claims.nbf ?? 0) > latest || (claims.iat ?? 0) > latest) return undefined;
  const machine = await findMachine(claims.sub);
  const key = machine?.keys.find(({ kid }) => kid === header.kid);
  if (machine === undefined || key === undefined || key.alg !== header.alg) return undefined;
  const verified = await jwtVerify(assertion, key, {
    algorithms: [key.alg],
    currentDate: new Date(now),
    clockTolerance: TOLERANCE_SECONDS,
  }).catch(() => undefined);
  if (verified === undefined) return undefined;
  const endsAtSeconds = Math.ceil(claims.exp) + TOLERANCE_SECONDS;
  return { machine, keyId: await keyIdOf(key), jti: claims.jti, endsAtSeconds };
}

function partsOf(assertion: string) {
  if (assertion.length > MOST_CHARACTERS) return undefined;
  const [header, claims, signature, ...rest] = assertion.split('.').map(bytesOf);
  if (header === undefined || claims === undefined || signature === undefined) return undefined;
  if (rest.length > 0) return undefined;
  const parsedHeader = HEADER.safeParse(jsonOf(header));
  const parsedClaims = CLAIMS.safeParse(jsonOf(claims));
  if (!parsedHeader.success || !parsedClaims.success) return undefined;
  return { header: parsedHeader.data, claims: parsedClaims.data };
}

/** Base64url as RFC 7515 writes it: no padding, no foreign character, no spare bit that is set. */
function bytesOf(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
