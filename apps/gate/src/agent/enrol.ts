/**
 * Enrolment: the device makes its key, sends the public half with the one-time secret that the
 * operator was given, and is told who it is. The private half never leaves the device.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { isLoopback, parseAddress } from './address.ts';
import { ConfigError } from './config.ts';
import { ask, jsonOf, ServerFault } from './http-client.ts';
import { type Identity, writeIdentity } from './identity.ts';

const WITHIN_MS = 15_000;
const MOST_BYTES = 65_536;

/** What the operator hands over. */
export interface Enrolment {
  readonly server: string;
  readonly gateId: string;
  /** Asked for only when everything else is in order. */
  readonly secret: () => Promise<string>;
}

const COORDINATE = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const ANSWER = z.object({
  clientId: z.string().min(1),
  venue: z.string().min(1),
  tokenUrl: z.url(),
  rootKey: z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: COORDINATE,
    y: COORDINATE,
  }),
});

/** The server said no to this enrolment: the secret is used, wrong or too old. */
export class EnrolmentRefused extends Error {}

/** A new key, with its thumbprint (RFC 7638) as its name. */
function makeKey(): Identity['key'] {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const thumb = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y });
  const kid = createHash('sha256').update(thumb).digest('base64url');
  return { kty: 'EC', crv: 'P-256', x, y, d, kid };
}

/** Throws `ConfigError` for an address that a secret may not go to. */
function originOf(text: string): string {
  const url = URL.parse(text);
  const isHere =
    url !== null && isLoopback(parseAddress(`${url.hostname}:1`) ?? { host: '', port: 1 });
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isHere))) {
    throw new ConfigError('--server: https://… · 必须是 https://…');
  }
  return url.origin;
}

/** Enrols the device whose home it is. Throws `EnrolmentRefused`, `ServerFault`, `ConfigError`. */
export async function enrol(
  home: string,
  { server, gateId, secret }: Enrolment,
): Promise<Identity> {
  const origin = originOf(server);
  const key = makeKey();
  const { d: _secret, ...publicKey } = key;
  const answer = await ask({
    url: `${origin}/api/v1/gates/${encodeURIComponent(gateId)}/enrolment`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret: await secret(), key: publicKey }),
    withinMs: WITHIN_MS,
    mostBytes: MOST_BYTES,
  });
  if (answer.status >= 400 && answer.status < 500) {
    throw new EnrolmentRefused(
      `the server does not take it (${answer.status}); ask for another secret · 服务器未接受，请另取一次性密码`,
    );
  }
  const parsed = ANSWER.safeParse(answer.status < 300 ? jsonOf(answer) : undefined);
  if (!parsed.success) throw new ServerFault(`enrolment: ${answer.status}`, answer.status);
  const { clientId, venue, tokenUrl, rootKey } = parsed.data;
  const identity = { server: origin, gateId, clientId, venue, tokenUrl, rootKey, key };
  writeIdentity(home, identity);
  return identity;
}
