/**
 * The gate signs in as a machine (docs/machines.md): an assertion by its own key, good once and for
 * a minute, for a token that is kept for ten.
 */
import { createPrivateKey, sign } from 'node:crypto';
import { toHex } from '@liyu/pass';
import { z } from 'zod';
import type { Random } from '../clock.ts';
import { ask, jsonOf, ServerFault } from './http-client.ts';
import type { Identity } from './identity.ts';

const ASSERTION_SECONDS = 60;
/** A token that has less than this to live is not used any more. */
const SPARE_MS = 30_000;
const WITHIN_MS = 10_000;
const MOST_BYTES = 16_384;
const TOKEN = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** A source of tokens. */
export interface Tokens {
  /** A token that is good now. Throws `ServerFault`. */
  current(): Promise<string>;
  /** The server did not take it: the next is a new one. */
  drop(token: string): void;
}

/** What tokens are got with: the clock is the gate's best knowledge of the time, seconds. */
export interface TokenOptions {
  readonly identity: Identity;
  readonly nowSeconds: () => number;
  readonly monotonicMs: () => number;
  readonly random: Random;
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The signed assertion (RFC 7523). */
export function signAssertion({ identity, nowSeconds, random }: TokenOptions): string {
  const { clientId, tokenUrl, key } = identity;
  const head = encode({ alg: 'ES256', kid: key.kid, typ: 'JWT' });
  const claims = encode({
    iss: clientId,
    sub: clientId,
    aud: tokenUrl,
    exp: nowSeconds() + ASSERTION_SECONDS,
    jti: toHex(random.bytes(16)),
  });
  const signature = sign('sha256', Buffer.from(`${head}.${claims}`), {
    key: createPrivateKey({ key: { ...key }, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  });
  return `${head}.${claims}.${signature.toString('base64url')}`;
}

/** Tokens for the gate; asked for once, however many wait for one. */
export function openTokens(options: TokenOptions): Tokens {
  let kept: { readonly token: string; readonly untilMs: number } | undefined;
  let asking: Promise<string> | undefined;

  const fetchToken = async (): Promise<string> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: signAssertion(options),
    });
    const answer = await ask({
      url: new URL('/api/v1/token', options.identity.server).href,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      withinMs: WITHIN_MS,
      mostBytes: MOST_BYTES,
    });
    if (answer.status !== 200) throw new ServerFault(`token: ${answer.status}`, answer.status);
    const parsed = TOKEN.safeParse(jsonOf(answer));
    if (!parsed.success) throw new ServerFault('token: an answer that is none', 200);
    const { access_token: token, expires_in: seconds } = parsed.data;
    kept = { token, untilMs: options.monotonicMs() + seconds * 1000 - SPARE_MS };
    return token;
  };
  return {
    async current() {
      if (kept !== undefined && kept.untilMs > options.monotonicMs()) return kept.token;
      asking ??= fetchToken().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    drop(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
}
