/** One visit to the demo: a page of its own, what it asked the server, and what went wrong in it. */
import type { Locator, Page } from 'playwright-core';
import type {
  DemoSetting,
  LedgerLine,
  RedemptionAnswer,
  RedemptionRequest,
} from '../src/demo/client.ts';
import type { House } from './house.ts';

/** How somebody comes: language, window, and what their device prefers. */
export interface Coming {
  readonly language?: 'zh-CN' | 'en';
  readonly width?: number;
  readonly height?: number;
  readonly isElder?: boolean;
  readonly isDark?: boolean;
  readonly isStill?: boolean;
  readonly density?: number;
}

/** The tries, in the order of their buttons. */
export const TRIES = ['screenshot', 'twice', 'ended', 'desk', 'garden', 'staff'] as const;

/** What a gate was asked and what it answered. */
export interface Showing {
  readonly request: RedemptionRequest;
  readonly answer: RedemptionAnswer;
}

/** A visit; `complaints` is empty as long as nothing is wrong. */
export interface Visit {
  readonly page: Page;
  readonly setting: DemoSetting;
  readonly answer: Locator;
  /** Console errors, broken rules of content security, failed and foreign requests. */
  readonly complaints: readonly string[];
  readonly asked: readonly URL[];
  /** Chooses the donor of a place in the row, and waits for the code. */
  choose(donor: number): Promise<void>;
  /** Does something that makes a gate ask, and waits until the page shows the answer. */
  show(deed: () => Promise<unknown>): Promise<Showing>;
  /** Presses one of the tries. */
  play(name: (typeof TRIES)[number]): Promise<void>;
  /** The newest line by the server, once the page shows it at the head of its ledger. */
  newestLine(): Promise<LedgerLine>;
  close(): Promise<void>;
}

const isAnswer = (url: string): boolean => /\/(redemptions|manual-fallbacks)$/.test(url);

/** What goes wrong in a page, written down as it happens. */
function watch(page: Page, house: House, complaints: string[], asked: URL[]): void {
  const home = new URL(house.address).host;
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'blob:') return;
    asked.push(url);
    if (url.host !== home) complaints.push(`asked a stranger: ${url.href}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
}

/** Lets everything that moves come to its end, except what turns for ever and the ring. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().iterations !== Infinity)
    .filter((one) => !one.effect.target.closest('.life'))
    .map((one) => one.finished))`);
}

/** Opens the demo and waits until a code is on the phone. */
export async function visitDemo(house: House, coming: Coming = {}): Promise<Visit> {
  const { language = 'zh-CN', width = 1440, height = 900 } = coming;
  const context = await house.browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: coming.density ?? 1,
    colorScheme: coming.isDark ? 'dark' : 'light',
    reducedMotion: coming.isStill ? 'reduce' : 'no-preference',
    permissions: ['camera'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: URL[] = [];
  watch(page, house, complaints, asked);
  const elder = coming.isElder ? '&elder=1' : '';
  const [begun] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith('/api/v1/demo')),
    page.goto(`${house.address}/demo/?lang=${language}${elder}`),
  ]);
  const setting = (await begun.json()) as DemoSetting;
  await page.locator('.life').waitFor();

  return {
    page,
    setting,
    answer: page.getByRole('status'),
    complaints,
    asked,
    async choose(donor) {
      await page.locator('.donor').nth(donor).click();
      await page.locator('.life, .phone-note').waitFor();
    },
    async show(deed) {
      const [response] = await Promise.all([
        page.waitForResponse((one) => isAnswer(one.url())),
        deed(),
      ]);
      const answer = (await response.json()) as RedemptionAnswer;
      const said = language === 'en' ? answer.message.en : answer.message.zh;
      await page.locator('.answer-reason', { hasText: said }).waitFor();
      return { request: response.request().postDataJSON() as RedemptionRequest, answer };
    },
    async play(name) {
      await page.locator('.try').nth(TRIES.indexOf(name)).click();
    },
    async newestLine() {
      const { lines } = await house.ask<{ lines: LedgerLine[] }>('/api/v1/demo/ledger');
      const [newest] = lines;
      if (newest === undefined) throw new Error('the ledger has no line');
      await page.locator('.line:first-child', { hasText: newest.leaf }).waitFor();
      return newest;
    },
    close: () => context.close(),
  };
}
