/** The package in a real Chromium: its WebCrypto, its streams, its engine. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeCrypto } from '../../src/crypto-node.ts';
import { createVerifier, fromHex, toHex } from '../../src/index.ts';
import { answerOf, gate, makePass, NOW } from '../world.ts';
import type * as PageModule from './page.ts';

const CHROMIUM = process.env.LIYU_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'];

let server: Server;
let browser: Browser;
let page: Page;

/** The page's module as one script. */
async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL('page.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, target: 'es2022', lib: { entry, formats: ['es'] } },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const chunk = first !== undefined && 'output' in first ? first.output[0] : undefined;
  if (chunk?.type !== 'chunk') throw new Error('nothing was built');
  return chunk.code;
}

beforeAll(async () => {
  const script = await bundle();
  // From an address: WebCrypto is there in secure contexts only.
  server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>pass</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** Loaded in the page by a name that the compiler here does not follow. */
const load = 'import("/page.js")';

describe('in Chromium', () => {
  it('all vectors are answered as expected', async () => {
    const answered = await page.evaluate<Awaited<ReturnType<typeof PageModule.answerAll>>>(
      `${load}.then((pass) => pass.answerAll())`,
    );
    expect(answered.length).toBeGreaterThan(400);
    for (const { file, name, answer, expected } of answered) {
      expect(answer, `${file}: ${name}`).toEqual(expected);
    }
  });

  it('a key of the phone cannot be exported, and what it shows opens a gate once verified here', async () => {
    const key = await page.evaluate<ReturnType<typeof PageModule.phoneKey>>(
      `${load}.then((pass) => pass.phoneKey())`,
    );
    expect(key.extractable).toBe(false);
    const pass = await makePass({ holderKey: { x: fromHex(key.x), yIsOdd: key.yIsOdd } });
    const shown = await page.evaluate<string>(
      `${load}.then((it) => it.show('${toHex(pass)}', ${NOW}, 9))`,
    );
    const answer = await createVerifier({ crypto: nodeCrypto }).verify(shown, gate());
    expect(answerOf(answer)).toBe('taken');
    expect(shown.length).toBe(357);
  });
});
