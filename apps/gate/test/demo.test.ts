/** `npm run gate:demo` from nothing: a server, a gate and a page, by one command. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

const DEMO = path.resolve(import.meta.dirname, '../src/demo/main.ts');
const CHROMIUM = process.env.LIYU_CHROMIUM ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const folder = mkdtempSync(path.join(tmpdir(), 'liyu-gate-demo-'));
let demo: ChildProcess;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  demo = spawn(process.execPath, [DEMO, '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    demo.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
    if (demo.stdout === null) throw new Error('the demo has an output');
    createInterface(demo.stdout).on('line', (line) => {
      const ready = /^The turnstile is ready: (.+)$/.exec(line)?.[1];
      if (ready !== undefined) resolve(ready);
    });
  });
  const args = ['--headless', '--no-sandbox', '--disable-gpu'];
  browser = await chromium.launch({ executablePath: CHROMIUM, args });
  page = await browser.newPage();
  await page.goto(address);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  const gone = once(demo, 'exit');
  demo.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true });
});

const text = (id: string) => page.locator(`#${id}`).textContent();
const press = (id: string) => page.locator(`#${id}`).click();

async function shows(id: string, words: string | RegExp): Promise<void> {
  await expect.poll(() => text(id), { timeout: 15_000 }).toMatch(words);
}

async function barriers(): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<AxeResults>(
    `axe.run(document, ${JSON.stringify({ runOnly: RULES })})`,
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
}

test('a code opens once; the network may be cut and the gate killed in between', async () => {
  await press('language');
  await shows('process', 'running');
  await expect.poll(() => text('contact'), { timeout: 20_000 }).toMatch(/s ago/);
  await press('wire');
  await shows('network', 'cut');
  await page.locator('#donors button').first().click();
  await shows('word', 'Please pass');
  expect(await page.locator('#arms.open').count()).toBe(1);
  expect(await barriers(), 'a yes').toEqual([]);
  await shows('waiting', /^[1-9]/);
  await press('power');
  await shows('process', 'stopped');
  await press('power');
  await shows('process', 'running');
  await press('again');
  await shows('word', 'Not opened');
  await shows('detail', 'replayed');
  expect(await barriers(), 'a no').toEqual([]);
  await press('language');
  await shows('word', '未开门');
  expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  expect(await barriers(), 'in Chinese').toEqual([]);
}, 120_000);
