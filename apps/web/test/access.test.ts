/** The page is for everybody: axe finds nothing, keys suffice, print is large, nothing must move. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type House, openHouse } from './house.ts';
import { type Coming, settle, type Visit, visitDemo } from './visit.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let house: House;
let visit: Visit;

beforeAll(async () => {
  house = await openHouse();
  return house.close;
});
afterEach(async () => {
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

async function come(coming: Coming = {}): Promise<void> {
  visit = await visitDemo(house, coming);
}

const ask = <T>(expression: string): Promise<T> => visit.page.evaluate<T>(expression);

/** What axe finds against the page as it stands; a finding names the rule and the place. */
async function findBarriers(options: unknown): Promise<string[]> {
  await settle(visit.page);
  await visit.page.evaluate(AXE);
  const { violations } = await ask<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const byRules = { runOnly: RULES };
const byStrongContrast = { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] } };

/** Presses a switch of the bar and waits until the document says so. */
async function press(name: RegExp, then: string): Promise<void> {
  await visit.page.getByRole('button', { name }).click();
  await visit.page.locator(`html${then}`).waitFor({ state: 'attached' });
}

const turnToEnglish = () => press(/English/, '[lang=en]');
const turnToElder = () => press(/长辈版|Large print/, '[data-elder]');
const turnToChinese = () => press(/中文/, '[lang=zh-CN]');
const turnFromElder = () => press(/长辈版|Large print/, ':not([data-elder])');

/** Goes from Chinese in usual print through both languages in both prints and back. */
async function inEveryPrint(look: (isElder: boolean) => Promise<void>): Promise<void> {
  await look(false);
  await turnToElder();
  await look(true);
  await turnToEnglish();
  await look(true);
  await turnFromElder();
  await look(false);
  await turnToChinese();
}

describe('axe finds nothing in both languages and prints', () => {
  test.each([
    { width: 1440, isDark: false },
    { width: 360, isDark: false },
    { width: 360, isDark: true },
  ])('at $width px, dark $isDark', async (coming) => {
    await come({ ...coming, isStill: true });
    expect(await findBarriers(byRules)).toEqual([]);
    await visit.show(() => visit.play('desk'));
    expect(await findBarriers(byRules)).toEqual([]);
    await visit.show(() => visit.play('ended'));
    await visit.newestLine();
    await visit.play('screenshot');
    await visit.page.locator('.shot').waitFor();
    await inEveryPrint(async (isElder) => {
      expect(await findBarriers(byRules)).toEqual([]);
      if (isElder) expect(await findBarriers(byStrongContrast)).toEqual([]);
    });
  });
});

describe('keys', () => {
  /** Presses Tab until the focus is in what the selector names. */
  async function tabTo(selector: string): Promise<void> {
    for (let presses = 0; presses < 40; presses += 1) {
      await visit.page.keyboard.press('Tab');
      if (await ask<boolean>(`document.activeElement.matches('${selector}')`)) return;
    }
    throw new Error(`40 times Tab do not lead to ${selector}`);
  }

  test('suffice to choose a donor, hold the code up and hear the answer', async () => {
    await come({ language: 'en' });
    await tabTo('.skip');
    await tabTo('.donor-input');
    await visit.page.keyboard.press('ArrowRight');
    await visit.page.locator('.donor-input >> nth=1').and(visit.page.locator(':checked')).waitFor();
    const { name = '' } = visit.setting.donors[1] ?? {};
    await visit.page.getByRole('img', { name: `The code of ${name}` }).waitFor();
    await visit.page.locator('.life').waitFor();
    await tabTo('.hold');
    const outline = "getComputedStyle(document.activeElement).outlineStyle + ''";
    expect(await ask<string>(outline)).toBe('solid');
    const { answer } = await visit.show(() => visit.page.keyboard.press('Enter'));
    expect(answer.open).toBe(true);
    expect(await visit.answer.getAttribute('aria-live')).toBe('polite');
    expect(await visit.answer.innerText()).toContain('Come in');
  });

  test('lead from a refusal to the staff and back', async () => {
    await come({ language: 'en' });
    await visit.show(() => visit.play('ended'));
    await visit.page.getByRole('button', { name: 'Ask the staff' }).focus();
    await visit.page.keyboard.press('Enter');
    const reason = visit.page.getByLabel('Reason');
    await reason.and(visit.page.locator(':focus')).waitFor();
  });
});

const HAN = String.raw`/\p{Script=Han}/u`;

/** Texts and labels with Chinese characters outside what is marked as Chinese. */
const findChinese = (names: readonly string[]): Promise<string[]> =>
  ask(`{
    const names = ${JSON.stringify(names)};
    const foreign = (text) => ${HAN}.test(names.reduce((left, one) => left.replaceAll(one, ''), text));
    const found = [];
    const isMarked = (element) => element.closest('[lang]').lang === 'zh-CN';
    for (const element of document.querySelectorAll('body, body *')) {
      if (isMarked(element)) continue;
      for (const { name, value } of element.attributes) {
        if (foreign(value)) found.push(name + ': ' + value);
      }
      for (const node of element.childNodes) {
        if (node.nodeType === 3 && foreign(node.data)) found.push(node.data);
      }
    }
    found;
  }`);

test('English is complete: answers, refusals, ledger, desk, staff and screenshot', async () => {
  await come({ language: 'en' });
  const names = visit.setting.donors.map(({ name }) => name);
  const desk = visit.setting.venues.findIndex(({ benefit }) => benefit === 'clinic');
  for (const place of [0, desk, visit.setting.venues.length - 1]) {
    await visit.show(() => visit.page.locator('.place').nth(place).click());
    await visit.newestLine();
    expect(await findChinese(names)).toEqual([]);
  }
  await visit.show(() => visit.play('ended'));
  await visit.play('screenshot');
  await visit.play('staff');
  await visit.page.locator('.staff').waitFor();
  expect(await findChinese(names)).toEqual([]);
  expect(await visit.page.title()).not.toMatch(/\p{Script=Han}/u);
  expect(await ask<string>('document.documentElement.lang')).toBe('en');
});

test('the language is switched on the page and kept', async () => {
  await come({ language: 'en' });
  await visit.page.getByRole('button', { name: '中文' }).click();
  await visit.page.getByRole('button', { name: '举到闸机' }).waitFor();
  await visit.page.goto(`${house.address}/demo/`);
  await visit.page.getByRole('button', { name: '举到闸机' }).waitFor();
  expect(await ask<string>('document.documentElement.lang')).toBe('zh-CN');
});

test('elder mode is larger everywhere: no text below 22 px but on the card', async () => {
  await come();
  const sizes = `[...document.querySelectorAll('body *')]
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((one) => !one.closest('.card, .unseen, option, svg'))
    .map((one) => parseFloat(getComputedStyle(one).fontSize))`;
  expect(Math.min(...(await ask<number[]>(sizes)))).toBeGreaterThanOrEqual(15);
  await visit.page.getByRole('button', { name: '长辈版' }).click();
  await visit.show(() => visit.play('ended'));
  await visit.newestLine();
  expect(Math.min(...(await ask<number[]>(sizes)))).toBeGreaterThanOrEqual(22);
});

test('nothing scrolls sideways at 320 px, in no language and print', async () => {
  await come({ width: 320, height: 640 });
  const expectNoneBeside = () =>
    inEveryPrint(async () => {
      expect(await ask<number>('document.documentElement.scrollWidth')).toBe(320);
    });
  await expectNoneBeside();
  await visit.show(() => visit.play('desk'));
  await visit.newestLine();
  await visit.play('screenshot');
  await expectNoneBeside();
  await visit.play('staff');
  await visit.page.locator('.staff').waitFor();
  await expectNoneBeside();
});

test('where motion is unwanted nothing moves; elsewhere ring and sheen do', async () => {
  await come();
  const moving = "document.getAnimations().filter((one) => one.playState === 'running').length";
  expect(await ask<number>(moving)).toBeGreaterThan(1);
  await visit.close();
  await come({ isStill: true });
  expect(await ask<number>(moving)).toBe(0);
  await visit.page.locator('.life-clock').waitFor();
  await visit.show(() => visit.page.locator('.hold').click());
  expect(await ask<number>(moving)).toBe(0);
});

test('a whole visit asks this server only, and fetches its code reader from it', async () => {
  await come();
  await visit.show(() => visit.play('garden'));
  const asked = visit.asked.map(({ host, pathname }) => host + pathname);
  const { host } = new URL(house.address);
  expect(asked.filter((one) => !one.startsWith(`${host}/`))).toEqual([]);
  expect(asked.some((one) => one.endsWith('.wasm'))).toBe(true);
  expect(await visit.page.context().cookies()).toEqual([]);
});
