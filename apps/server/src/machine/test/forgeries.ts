/** Assertions that somebody could make and that must not be taken, each by its name. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import {
  AUDIENCE,
  encode,
  hmacParts,
  jwkOf,
  makeKey,
  ORIGIN,
  signParts,
  signText,
  type TestKey,
  type TestMachine,
} from './machines.ts';

/** What a forger has before him: a machine, another one that he owns, and others' good assertions. */
export interface Scene {
  readonly victim: TestMachine;
  readonly own: TestMachine;
  /** The victim's first key, which signs with ES256. */
  readonly key: TestKey;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Seconds since 1970. */
  readonly now: number;
}

type Forge = (scene: Scene) => string;

const json = (value: unknown): string => JSON.stringify(value);

/** Well signed by the victim's key, with other words in header and claims. */
function says(header: object, claims: object = {}): Forge {
  return (scene) =>
    signParts(
      json({ ...scene.header, ...header }),
      json({ ...scene.claims, ...claims }),
      scene.key,
    );
}

const good = says({});
const claims = (changed: (scene: Scene) => object): Forge => {
  return (scene) => says({}, changed(scene))(scene);
};
const without = (name: string): Forge => says({}, { [name]: undefined });

/** The good assertion with its three parts changed. */
function parts(change: (parts: [string, string, string], scene: Scene) => string[]): Forge {
  return (scene) => {
    const [header = '', payload = '', signature = ''] = good(scene).split('.');
    return change([header, payload, signature], scene).join('.');
  };
}

const unsigned = (alg: string): Forge => {
  return ({ header, claims: said }) => `${encode(json({ ...header, alg }))}.${encode(json(said))}.`;
};

/** HMAC under something public. */
function hmac(secretOf: (key: TestKey) => string | Uint8Array): Forge {
  return ({ header, claims: said, key }) =>
    hmacParts(json({ ...header, alg: 'HS256' }), json(said), secretOf(key));
}

const pem = (key: TestKey) =>
  String(createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' }));
const der = (key: TestKey) =>
  createPublicKey(key.privateKey).export({ format: 'der', type: 'spki' });

/** Signed by a key that the forger has just made, and brings along. */
function brings(headerOf: (jwk: Record<string, unknown>) => object): Forge {
  const key = makeKey('ES256', 'mine');
  return ({ header, claims: said }) =>
    signParts(json({ ...header, ...headerOf(jwkOf(key)) }), json(said), key);
}

function signedOnCurve(namedCurve: string): Forge {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  return parts(([header, payload]) => {
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
      key: privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return [header, payload, encode(signature)];
  });
}

/** The text of the claims is written by hand. */
function raw(textOf: (text: string, scene: Scene) => string | Uint8Array): Forge {
  return (scene) => {
    const text = `${encode(json(scene.header))}.${encode(textOf(json(scene.claims), scene))}`;
    return `${text}.${encode(signText(text, 'ES256', scene.key.privateKey))}`;
  };
}

const ALGORITHMS: Readonly<Record<string, Forge>> = {
  'alg none': unsigned('none'),
  'alg None': unsigned('None'),
  'alg NONE': unsigned('NONE'),
  'alg nOnE': unsigned('nOnE'),
  'alg empty': unsigned(''),
  'alg missing': says({ alg: undefined }),
  'alg none under a real signature': says({ alg: 'none' }),
  'HS256 under the public key as PEM': hmac(pem),
  'HS256 under the public key as DER': hmac(der),
  'HS256 under the public key as JWK': hmac((key) => json(jwkOf(key))),
  'HS256 under the x of the public key': hmac((key) =>
    Buffer.from(String(jwkOf(key).x), 'base64url'),
  ),
  'HS256 under nothing': hmac(() => ''),
  'the algorithm of another of its keys': says({ alg: 'EdDSA' }),
  'an algorithm that we do not take': says({ alg: 'ES384' }),
  'a list of algorithms': says({ alg: ['ES256'] }),
};

const KEYS: Readonly<Record<string, Forge>> = {
  'the kid of another machine': ({ header, claims: said, own }) =>
    signParts(json({ ...header, kid: own.keys[0].kid }), json(said), own.keys[0]),
  'no kid': says({ kid: undefined }),
  'a kid that is a path': ({ header, claims: said }) =>
    hmacParts(json({ ...header, kid: '../../../dev/null' }), json(said), ''),
  'a kid that is SQL': says({ kid: "x' UNION SELECT 'k" }),
  'a kid of the prototype': says({ kid: '__proto__' }),
  'a kid with a NUL': ({ key, ...scene }) => says({ kid: `${key.kid}\0` })({ key, ...scene }),
  'a kid that is a list': ({ key, ...scene }) => says({ kid: [key.kid] })({ key, ...scene }),
  'a key in the header': brings((jwk) => ({ jwk })),
  'a key in the header, by its own kid': brings((jwk) => ({ jwk, kid: jwk.kid })),
  'an address of keys': brings(() => ({ jku: 'https://evil.example/keys.json' })),
  'an address of a certificate': brings(() => ({ x5u: 'https://evil.example/cert.pem' })),
  'a certificate': brings(() => ({ x5c: ['MIIB'] })),
  "another machine's signature": ({ header, claims: said, own }) =>
    signParts(json(header), json(said), own.keys[0]),
  'a key that nobody registered': brings(() => ({})),
};

const HEADERS: Readonly<Record<string, Forge>> = {
  'something critical that is unknown': says({ crit: ['x'], x: 1 }),
  'something critical that is known': says({ crit: ['exp'], exp: 1 }),
  'a payload that is not encoded': says({ b64: false, crit: ['b64'] }),
  'a compressed payload': says({ zip: 'DEF' }),
  'the type of an access token': says({ typ: 'at+jwt' }),
  'the alg twice': ({ header, claims: said, key }) =>
    signParts(json(header).replace('{', '{"alg":"none",'), json(said), key),
};

const AUDIENCES: Readonly<Record<string, Forge>> = {
  'another audience': says({}, { aud: 'https://other.example/api/v1/token' }),
  'ours among other audiences': says({}, { aud: ['https://other.example/token', AUDIENCE] }),
  'a list of ours': says({}, { aud: [AUDIENCE] }),
  'our origin only': says({}, { aud: ORIGIN }),
  'our address with a stroke': says({}, { aud: `${AUDIENCE}/` }),
  'our address in capitals': says({}, { aud: AUDIENCE.replace('liyu', 'LIYU') }),
  'no audience': without('aud'),
};

const TIMES: Readonly<Record<string, Forge>> = {
  'no exp': without('exp'),
  'exp too far': claims(({ now }) => ({ exp: now + 331 })),
  expired: claims(({ now }) => ({ exp: now - 30, iat: now - 90 })),
  'exp as text': claims(({ now }) => ({ exp: String(now + 60) })),
  'exp without end': raw((text) => text.replace(/"exp":\d+/, '"exp":1e999')),
  'exp below zero': says({}, { exp: -1 }),
  'nbf in the future': claims(({ now }) => ({ nbf: now + 31 })),
  'iat in the future': claims(({ now }) => ({ iat: now + 31 })),
};

const NAMES: Readonly<Record<string, Forge>> = {
  'iss is not sub': claims(({ own }) => ({ iss: own.name })),
  'sub is not iss': claims(({ own }) => ({ sub: own.name })),
  'no iss': without('iss'),
  'no sub': without('sub'),
  'a machine that nobody knows': says({}, { iss: 'nobody', sub: 'nobody' }),
  'a machine that is SQL': says({}, { iss: "' OR '1'='1", sub: "' OR '1'='1" }),
  'a machine with a NUL': says({}, { iss: 'gate-1\0', sub: 'gate-1\0' }),
  'no jti': without('jti'),
  'an empty jti': says({}, { jti: '' }),
  'a jti that is a number': says({}, { jti: 1 }),
  'a jti with a NUL': says({}, { jti: 'a\0' }),
  'a jti without end': says({}, { jti: 'j'.repeat(129) }),
};

const BYTES: Readonly<Record<string, Forge>> = {
  'sub twice': raw((text, { own }) => text.replace('{', `{"sub":"${own.name}",`)),
  'sub twice, once escaped': raw((text) => text.replace('{', '{"s\\u0075b":"somebody",')),
  'a comment in the claims': raw((text) => text.replace('{', '{/* */')),
  'bytes that are no UTF-8': raw((text) =>
    Buffer.concat([Buffer.from(text.replace(/}$/, ',"x":"')), Buffer.of(0xff), Buffer.from('"}')]),
  ),
  'claims that are a list': raw((text) => `[${text}]`),
  'claims that are null': raw(() => 'null'),
  'no claims': raw(() => ''),
  'signature stripped': parts(([header, payload]) => [header, payload, '']),
  'signature left out': parts(([header, payload]) => [header, payload]),
  'claims swapped': parts(([header, , signature], scene) => [
    header,
    encode(json({ ...scene.claims, jti: 'swapped' })),
    signature,
  ]),
  'header swapped': parts(([, payload, signature], scene) => [
    encode(json({ ...scene.header, typ: 'client-authentication+jwt' })),
    payload,
    signature,
  ]),
  'a signature in DER': parts(([header, payload], { key }) => [
    header,
    payload,
    encode(sign('sha256', Buffer.from(`${header}.${payload}`), key.privateKey)),
  ]),
  'a signature cut short': parts(([header, payload, signature]) => [
    header,
    payload,
    signature.slice(0, -4),
  ]),
  'a signature with more after it': parts(([header, payload, signature]) => [
    header,
    payload,
    `${signature}AAAA`,
  ]),
  'a signature of zeros': parts(([header, payload]) => [header, payload, encode(Buffer.alloc(64))]),
  'a signature on P-384': signedOnCurve('P-384'),
  'a signature on secp256k1': signedOnCurve('secp256k1'),
  'a signature under ES256 of another key of P-256': signedOnCurve('P-256'),
  'spare bits that are set': parts(([header, payload, signature]) => [
    header,
    payload,
    signature.replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
  ]),
  padding: parts(([header, payload, signature]) => [header, payload, `${signature}==`]),
  'a blank within': parts(([header, payload, signature]) => [header, ` ${payload}`, signature]),
  'four parts': parts((three) => [...three, 'AAAA']),
  'five parts, as if encrypted': parts((three) => [...three, 'AAAA', 'AAAA']),
  'the JSON serialisation': (scene) => {
    const [header, payload, signature] = good(scene).split('.');
    return json({ protected: header, payload, signature });
  },
  'too long': (scene) => says({}, { x: 'x'.repeat(4096) })(scene),
  nothing: () => '',
};

/** All of them. */
export const FORGERIES: Readonly<Record<string, Forge>> = {
  ...ALGORITHMS,
  ...KEYS,
  ...HEADERS,
  ...AUDIENCES,
  ...TIMES,
  ...NAMES,
  ...BYTES,
};
