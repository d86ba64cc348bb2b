/**
 * How others verify one signature: jose (a JWS), @auth0/cose (a COSE_Sign1) and @sd-jwt/core (an
 * SD-JWT, and one with key binding, which are two signatures), beside a warm scan of ours in the same
 * rounds, which is one. They live in bench/peers and are installed on demand.
 */
import { spawnSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { makeCrowd } from './crowd.ts';
import type { Figures, Side } from './measure.ts';
import { measureSides } from './measure.ts';
import { RAW, rawSide } from './raw.ts';
import { figureOf, warmSide } from './scan.ts';

const FOLDER = fileURLToPath(new URL('../peers/', import.meta.url));
const OPERATIONS = 100;
const ROUNDS = { warmUp: 10, counted: 61 };

/** What is used of jose 6. */
interface Jose {
  generateKeyPair(alg: string): Promise<{ privateKey: object; publicKey: object }>;
  CompactSign: new (
    payload: Uint8Array,
  ) => {
    setProtectedHeader(header: { alg: string }): { sign(key: object): Promise<string> };
  };
  compactVerify(jws: string, key: object): Promise<unknown>;
}

/** What is used of @auth0/cose 1. */
interface Auth0Cose {
  Sign1: {
    sign(
      header: [number, number][],
      unprotected: [],
      payload: Uint8Array,
      key: object,
    ): Promise<{
      encode(): Uint8Array;
    }>;
    decode(bytes: Uint8Array): { verify(key: object): Promise<void> };
  };
}

/** What is used of @sd-jwt/core 0.15. */
interface SdJwt {
  SDJwtInstance: new (
    config: object,
  ) => {
    issue(payload: object, frame: object): Promise<string>;
    present(token: string, frame: object, options?: object): Promise<string>;
    verify(token: string, options?: object): Promise<unknown>;
  };
}

const PAYLOAD = new Uint8Array(180).fill(7);

async function load<T>(name: string): Promise<T> {
  const { resolve } = createRequire(`${FOLDER}package.json`);
  return (await import(pathToFileURL(resolve(name)).href)) as T;
}

async function joseSide(): Promise<Side> {
  const jose = await load<Jose>('jose');
  const { privateKey, publicKey } = await jose.generateKeyPair('ES256');
  const signing = new jose.CompactSign(PAYLOAD).setProtectedHeader({ alg: 'ES256' });
  const jws = await signing.sign(privateKey);
  return {
    name: 'jose',
    operations: OPERATIONS,
    async run() {
      for (let done = 0; done < OPERATIONS; done += 1) await jose.compactVerify(jws, publicKey);
    },
  };
}

async function auth0CoseSide(): Promise<Side> {
  const { Sign1 } = await load<Auth0Cose>('@auth0/cose');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const message = await Sign1.sign([[1, -7]], [], PAYLOAD, privateKey);
  const bytes = message.encode();
  return {
    name: '@auth0/cose',
    operations: OPERATIONS,
    async run() {
      for (let done = 0; done < OPERATIONS; done += 1) await Sign1.decode(bytes).verify(publicKey);
    },
  };
}

/** Signs and verifies by node:crypto with keys that are imported already: the fastest it can have. */
function sdJwtKey({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }) {
  const dsaEncoding = 'ieee-p1363' as const;
  return {
    sign: (text: string) =>
      sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding }).toString('base64url'),
    verify: (text: string, signature: string) =>
      verify(
        'sha256',
        Buffer.from(text),
        { key: publicKey, dsaEncoding },
        Buffer.from(signature, 'base64url'),
      ),
  };
}

/** What our pass says, as an SD-JWT with one claim that may be left out. */
async function sdJwtSide(name: string, hasKeyBinding: boolean): Promise<Side> {
  const { SDJwtInstance } = await load<SdJwt>('@sd-jwt/core');
  const issuer = sdJwtKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const holder = sdJwtKey(pair);
  const instance = new SDJwtInstance({
    signer: issuer.sign,
    signAlg: 'ES256',
    verifier: issuer.verify,
    hasher: (text: string, alg: string) => createHash(alg.replace('-', '')).update(text).digest(),
    hashAlg: 'sha-256',
    saltGenerator: (length: number) => randomBytes(length).toString('base64url'),
    kbSigner: holder.sign,
    kbSignAlg: 'ES256',
    kbVerifier: holder.verify,
  });
  const cnf = { jwk: pair.publicKey.export({ format: 'jwk' }) };
  const claims = { jti: 'AQIDBAUGBwg', exp: 4_000_000_000, scope: 'metro bus', tier: 3, cnf };
  const token = await instance.issue(claims, { _sd: ['tier'] });
  const nonce = 'aGVsbG8';
  const kb = { payload: { iat: 1_780_000_000, aud: 'gate', nonce } };
  const shown = await instance.present(token, { tier: true }, hasKeyBinding ? { kb } : {});
  const asked = hasKeyBinding ? { keyBindingNonce: nonce } : {};
  return {
    name,
    operations: OPERATIONS,
    async run() {
      for (let done = 0; done < OPERATIONS; done += 1) await instance.verify(shown, asked);
    },
  };
}

/** Installs the peers where they are missing; a failure shows when they are loaded. */
function installPeers(say: (line: string) => void): void {
  const names = ['jose', '@auth0/cose', '@sd-jwt/core'];
  if (names.every((name) => existsSync(`${FOLDER}node_modules/${name}`))) return;
  say('installing the peers into bench/peers');
  const flags = ['--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ['install', '--prefix', FOLDER, ...flags], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) say(`npm install ended with ${status}`);
}

const PEERS: Record<string, () => Promise<Side>> = {
  jose: joseSide,
  '@auth0/cose': auth0CoseSide,
  '@sd-jwt/core': () => sdJwtSide('@sd-jwt/core', false),
  '@sd-jwt/core+kb': () => sdJwtSide('@sd-jwt/core+kb', true),
};
/** Both signatures of ours are a cold scan; its limit stands there. */
const NOTES: Record<string, string> = { '@sd-jwt/core+kb': 'two signatures, keys imported before' };

/**
 * One signature verified by each peer and by a warm scan of ours, against raw verification; each must
 * take longer than ours did in the same rounds. Says so where a peer is missing.
 */
export async function measurePeers(say: (line: string) => void): Promise<Figures> {
  installPeers(say);
  const figures: Figures = {};
  const sides = [rawSide(OPERATIONS), warmSide(await makeCrowd(OPERATIONS, 1))];
  for (const [name, makeSide] of Object.entries(PEERS)) {
    try {
      sides.push(await makeSide());
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
      const note = `not measured: ${why}`;
      figures[`peers.${name}`] = { value: null, unit: 'us', ratio: null, against: RAW, note };
    }
  }
  say(`verifying, ${ROUNDS.counted} rounds`);
  const [, ours, ...peers] = await measureSides(sides, ROUNDS);
  if (ours === undefined) return figures;
  figures['peers.ours'] = { ...figureOf(ours), note: 'a warm scan, decision and memory included' };
  for (const peer of peers) {
    const note = NOTES[peer.name];
    figures[`peers.${peer.name}`] = {
      ...figureOf(peer),
      limit: { atLeast: ours.ratio },
      ...(note === undefined ? {} : { note }),
    };
  }
  return figures;
}
