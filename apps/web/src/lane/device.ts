/**
 * The lane as a device: enrolled once with a key that cannot leave the browser, signed in by
 * assertions of that key (docs/machines.md).
 */
import { BatchRefused } from '@liyu/gate';
import { toBase64Url, toHex } from '@liyu/pass';
import type { WebKey } from '@liyu/pass/web';
import { Fault, faultOf, readJson, request, sendJson } from './http.ts';
import type { Identity } from './keep.ts';
import { clock, random } from './system.ts';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const ES256 = { name: 'ECDSA', hash: 'SHA-256' } as const;
const WITHIN_MS = 15_000;
const ASSERTION_SECONDS = 60;
/** A token that has less than this to live is not used any more. */
const SPARE_MS = 30_000;

interface Enrolled extends Omit<Identity, 'gateId' | 'privateKey'> {
  readonly id: string;
}

/** Makes the key and registers its public half by the operator's one-time secret. */
export async function enrol(gateId: string, secret: string): Promise<Identity> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(P256, false, [
    'sign',
    'verify',
  ]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  const path = `/gates/${encodeURIComponent(gateId)}/enrolment`;
  const answer = await sendJson<Enrolled>(path, { secret, key: { kty, crv, x, y } }, WITHIN_MS);
  const { clientId, venue, partner, tokenUrl, kid, rootKey } = answer;
  return { gateId, clientId, venue, partner, tokenUrl, kid, rootKey, privateKey };
}

const encode = (part: unknown): string =>
  toBase64Url(new TextEncoder().encode(JSON.stringify(part)));

async function signAssertion(identity: Identity, nowSeconds: number): Promise<string> {
  const { clientId, tokenUrl, kid, privateKey } = identity;
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: tokenUrl,
    exp: nowSeconds + ASSERTION_SECONDS,
    jti: toHex(random.bytes(16)),
  };
  const text = `${encode({ alg: 'ES256', kid })}.${encode(claims)}`;
  const signature = await sign(privateKey, new TextEncoder().encode(text));
  return `${text}.${toBase64Url(signature)}`;
}

async function sign(key: WebKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(ES256, key, bytes));
}

/** Requests in the device's own name. */
export type AsDevice = (path: string, options?: RequestInit) => Promise<Response>;

/** Signs in when needed. A token that is taken no more is got anew, once. */
export function openDevice(identity: Identity): AsDevice {
  let kept: { readonly token: string; readonly untilMs: number } | undefined;
  /** The server's clock less ours: an assertion must not be from tomorrow. */
  let aheadMs = 0;

  const fetchToken = async (mayAgain: boolean): Promise<string> => {
    const nowSeconds = Math.floor((clock.wall() + aheadMs) / 1000);
    const response = await request('/token', WITHIN_MS, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await signAssertion(identity, nowSeconds),
      }),
    });
    const said = Date.parse(response.headers.get('date') ?? '');
    const wasAheadMs = aheadMs;
    if (Number.isFinite(said)) aheadMs = said - clock.wall();
    const isOff = Math.abs(aheadMs - wasAheadMs) > 10_000;
    if (response.status === 401 && isOff && mayAgain) return fetchToken(false);
    if (!response.ok) throw await faultOf(response);
    const { access_token: token, expires_in: seconds } = await readJson<{
      access_token: string;
      expires_in: number;
    }>(response);
    kept = { token, untilMs: clock.monotonic() + seconds * 1000 - SPARE_MS };
    return token;
  };
  const send = async (path: string, options: RequestInit): Promise<Response> => {
    const isKept = kept !== undefined && kept.untilMs > clock.monotonic();
    const token = isKept && kept ? kept.token : await fetchToken(true);
    const headers = { ...options.headers, authorization: `Bearer ${token}` };
    // Not the clerk's cookie: who acts here is the device.
    return request(path, WITHIN_MS, { ...options, headers, credentials: 'omit' });
  };
  return async (path, options = {}) => {
    const first = await send(path, options);
    if (first.status !== 401) return first;
    kept = undefined;
    return send(path, options);
  };
}

/** Whether the server was there, and said no. */
export function isAnswer(fault: unknown): boolean {
  return fault instanceof BatchRefused || (fault instanceof Fault && fault.status !== 0);
}

/** Whether the server has ended this device: it signs in no more, or is given nothing. */
export function isRevoked(fault: unknown): boolean {
  return fault instanceof Fault && [401, 403].includes(fault.status);
}
