/** A lane in a browser of its own: enrolled, with a clerk, against the real server. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { runRemotely } from '../../server/src/cli/remote.ts';
import { findServer } from '../../server/src/edge/running-server.ts';
import { HEADING, lineOf, residentNumber } from '../../server/test/test-core.ts';
import type { House } from './house.ts';
import type { Coming } from './visit.ts';

/** A town has donors of its own. */
export const WITHOUT_SAMPLE = { LIYU_SAMPLE: '0' };
export const PASSWORD = 'the sun over the river';
/** Three donors who gave this year, one who did long ago, and nobody. */
export const [ANNA, BERT, CARLA, PAST, NOBODY] = [1, 2, 3, 4, 9].map(residentNumber) as [
  string,
  string,
  string,
  string,
  string,
];
export const NAME = '金丝雀';
export const STATION = 'metro-demo';
export const SITE = 'jinci-museum';

/** A line of the ledger, as far as these tests look at it. */
export interface LedgerLine {
  readonly outcome: 'open' | 'refused';
  readonly code: string;
  readonly admittedBy?: string | null;
}

/** What the operator and the blood centre do, and what the ledger says. */
export interface LaneTown {
  readonly house: House;
  /** Runs a command in the server and answers its JSON. */
  liyu<T>(argv: readonly string[], firstLine?: string): Promise<T>;
  addGate(venue: string): Promise<{ id: string; secret: string }>;
  /** Codes that the donor's phone shows from now, 10 s apart. */
  codesOf(document: string, count?: number, at?: string): Promise<string[]>;
  ledger(): Promise<LedgerLine[]>;
}

/** A town with donors and clerks. */
export async function openTown(house: House): Promise<LaneTown> {
  const home = path.join(house.folder, 'home');
  const liyu: LaneTown['liyu'] = async (argv, firstLine) => {
    const server = findServer(home);
    if (server === undefined) throw new Error('the server has said where it is');
    const [printed, noted]: [string[], string[]] = [[], []];
    const line = [...argv, '--json'];
    const exit = await runRemotely(server, line, house.folder, firstLine, (said) => {
      if ('print' in said) printed.push(said.print);
      else if ('note' in said) noted.push(said.note);
    });
    if (exit !== 0) throw new Error(`${argv[0]} ended with ${exit}: ${noted.join('\n')}`);
    return JSON.parse(printed.join('\n'));
  };
  const today = new Date(Date.now() + 8 * 3_600_000);
  const daysAgo = (days: number) =>
    new Date(today.getTime() - days * 86_400_000).toISOString().slice(0, 10);
  const rows = [ANNA, BERT, CARLA].map((document, at) =>
    lineOf({ number: `L${at}`, document, donatedOn: daysAgo(40), name: NAME }),
  );
  rows.push(lineOf({ number: 'L9', document: PAST, donatedOn: daysAgo(500), name: NAME }));
  const file = path.join(house.folder, 'lane-donors.csv');
  writeFileSync(file, `${[HEADING, ...rows].join('\n')}\n`);
  await liyu(['import', file]);
  for (const partner of ['metro-2', SITE]) {
    const name = `clerk-${partner}`;
    await liyu(['login', 'add', '--name', name, '--role', 'clerk', '--partner', partner], PASSWORD);
  }
  return {
    house,
    liyu,
    async addGate(venue) {
      const response = await fetch(`${house.address}/api/v1/gates`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ venue }),
      });
      if (!response.ok) throw new Error(`POST /gates: ${response.status}`);
      return (await response.json()) as { id: string; secret: string };
    },
    async codesOf(document, count = 1, at) {
      const argv = ['code', '--document', document, '--series', String(count)];
      const { codes } = await liyu<{ codes: string[] }>([...argv, ...(at ? ['--at', at] : [])]);
      return codes;
    },
    async ledger() {
      const { lines } = await house.ask<{ lines: LedgerLine[] }>('/api/v1/demo/ledger');
      return lines;
    },
  };
}

/** A visit to the lane. */
export interface LaneVisit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Console errors and what pages threw; what a missing network says is left out. */
  readonly complaints: readonly string[];
  /** Types into the field and presses Enter. */
  enter(text: string): Promise<void>;
  /** The answer's word, once the view is in the phase. */
  word(phase: string): Promise<string>;
  signIn(password?: string): Promise<void>;
  /** Opens the page anew in the same browser, as after a crash: the old one is gone. */
  reopen(): Promise<void>;
  waiting(): Promise<number>;
  close(): Promise<void>;
}

/** Opens the lane of a venue: enrolled, and the clerk signed in. */
export async function visitLane(
  town: LaneTown,
  venue: string,
  coming: Coming & { prepare?: (page: Page) => Promise<void> } = {},
): Promise<LaneVisit> {
  const { language = 'zh-CN', width = 1440, height = 900 } = coming;
  const context = await town.house.browser.newContext({
    viewport: { width, height },
    colorScheme: coming.isDark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  const complaints: string[] = [];
  const elder = coming.isElder ? '&elder=1' : '';
  const address = `${town.house.address}/lane/?lang=${language}${elder}`;
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(text)) {
        complaints.push(text);
      }
    });
    await coming.prepare?.(page);
    await page.goto(address);
    return page;
  };
  let page = await open();
  const { id, secret } = await town.addGate(venue);
  await page.locator('[name=gateId]').fill(id);
  await page.locator('[name=secret]').fill(secret);
  await page.locator('[name=secret]').press('Enter');
  const clerk = `clerk-${venue === STATION ? 'metro-2' : venue}`;
  const signIn = async (password = PASSWORD): Promise<void> => {
    await page.locator('[name=name]').fill(clerk);
    await page.locator('[name=password]').fill(password);
    await page.locator('[name=password]').press('Enter');
  };
  await page.locator('[name=password]').waitFor();
  await signIn();
  await page.locator('#scan').waitFor();
  return {
    context,
    get page() {
      return page;
    },
    complaints,
    async enter(text) {
      await page.locator('#scan').fill(text);
      await page.locator('#scan').press('Enter');
    },
    async word(phase) {
      const answer = page.locator(`.answer[data-phase=${phase}]`);
      return answer.locator('.answer-word').innerText();
    },
    signIn,
    async reopen() {
      await page.close();
      page = await open();
      await page.locator('[name=password]').waitFor();
    },
    async waiting() {
      const text = await page.locator('.status-waiting').innerText();
      return Number(/\d+/.exec(text)?.[0]);
    },
    close: () => context.close(),
  };
}

/** Waits until the lane has uploaded everything. */
export async function uploaded(visit: LaneVisit): Promise<void> {
  await visit.page.locator('.status-waiting', { hasText: /(^|\D)0(\D|$)/ }).waitFor();
}

/** Waits until the page can start without a network, and its lists are there. */
export async function prepared(visit: LaneVisit): Promise<void> {
  await visit.page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
  await visit.page.locator('.status li', { hasText: /名单 \d|Lists \d/ }).waitFor();
}
