/**
 * How others verify one signature: jose (a JWS) and @auth0/cose (a COSE_Sign1), beside a warm scan
 * of ours, which is one signature too. They live in bench/peers and are installed on demand.
 */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Figures, Side } from './measure.ts';
import { measureSides } from './measure.ts';
import { RAW, rawSide } from './raw.ts';
import { figureOf } from './scan.ts';

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

/** Installs the peers where they are missing; a failure shows when they are loaded. */
function installPeers(say: (line: string) => void): void {
  if (existsSync(`${FOLDER}node_modules/jose`) && existsSync(`${FOLDER}node_modules/@auth0`)) {
    return;
  }
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
};

/** One signature verified by each peer, against raw verification; says so where one is missing. */
export async function measurePeers(say: (line: string) => void): Promise<Figures> {
  installPeers(say);
  const figures: Figures = {};
  const sides = [rawSide(OPERATIONS)];
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
  const [, ...peers] = await measureSides(sides, ROUNDS);
  for (const peer of peers) figures[`peers.${peer.name}`] = figureOf(peer);
  return figures;
}
