/** The lane is for every clerk: axe finds nothing, it fits every screen; a camera reads a code. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFilm } from './eyes.ts';
import { type House, openHouse } from './house.ts';
import {
  ANNA,
  BERT,
  type LaneTown,
  type LaneVisit,
  NOBODY,
  openTown,
  prepared,
  STATION,
  visitLane,
  WITHOUT_SAMPLE,
} from './lane-visit.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const USUAL = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
};
const STRONG = { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] } };
const FILM = 'lane.y4m';

let house: House;
let town: LaneTown;

beforeAll(async () => {
  const film = (folder: string) => [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${path.join(folder, FILM)}`,
  ];
  house = await openHouse(film, WITHOUT_SAMPLE);
  town = await openTown(house);
});
afterAll(() => house.close());

/** What axe finds against the page as it stands, and whether it scrolls sideways. */
async function findBarriers({ page }: LaneVisit, isElder: boolean): Promise<string[]> {
  await page.evaluate(AXE);
  const found: string[] = [];
  for (const options of isElder ? [USUAL, STRONG] : [USUAL]) {
    const { violations } = await page.evaluate<AxeResults>(
      `axe.run(document, ${JSON.stringify(options)})`,
    );
    for (const { id, nodes } of violations)
      found.push(...nodes.map(({ html }) => `${id}: ${html}`));
  }
  const overlap = 'document.documentElement.scrollWidth - innerWidth';
  if ((await page.evaluate<number>(overlap)) > 0) found.push('the page scrolls sideways');
  return found;
}

interface Looks {
  readonly width: number;
  readonly height: number;
  readonly language: 'zh-CN' | 'en';
  readonly isElder: boolean;
  readonly isDark?: true;
}

const LOOKS: readonly Looks[] = [
  { width: 1440, height: 900, language: 'zh-CN', isElder: false },
  { width: 360, height: 740, language: 'zh-CN', isElder: true },
  { width: 320, height: 640, language: 'en', isElder: true },
  { width: 1440, height: 900, language: 'en', isElder: false, isDark: true },
];

/** Makes the page look so, by its own switches. */
async function turn({ page }: LaneVisit, looks: Looks): Promise<void> {
  const { width, height, language, isElder, isDark } = looks;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light' });
  if ((await page.locator('html').getAttribute('lang')) !== language) {
    await page.getByRole('button', { name: /^(English|中文)$/ }).click();
    await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' });
  }
  const elder = page.getByRole('button', { name: /长辈版|Large print/ });
  if ((await elder.getAttribute('aria-pressed')) !== String(isElder)) await elder.click();
}

test('nothing stands in the way: both languages and prints, wide and narrow, light and dark', async () => {
  const visit = await visitLane(town, STATION);
  await prepared(visit);
  const barriers: string[] = [];
  const look = async (when: string): Promise<void> => {
    for (const looks of LOOKS) {
      await turn(visit, looks);
      const found = await findBarriers(visit, looks.isElder);
      barriers.push(...found.map((one) => `${when}, ${JSON.stringify(looks)}: ${one}`));
    }
  };
  await look('waiting');
  await visit.enter(ANNA);
  await visit.word('found');
  await look('found');
  await visit.enter(NOBODY);
  await visit.page.locator('.answer[data-sign=red]').waitFor();
  await look('no');
  await visit.context.setOffline(true);
  await visit.enter(ANNA);
  await visit.word('unknown');
  await look('unknown');
  await visit.page.keyboard.press('F9');
  await visit.page.locator('[name=password]').waitFor();
  await look('locked');
  expect(barriers).toEqual([]);
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

test('a code before the camera is read, and counts as one that was scanned', async () => {
  const visit = await visitLane(town, STATION);
  await prepared(visit);
  const [code = ''] = await town.codesOf(BERT);
  writeFilm(path.join(house.folder, FILM), code);
  await visit.page.keyboard.press('F4');
  expect(await visit.word('answered')).toBe('请通行');
  await visit.page.keyboard.press('F4');
  await visit.page.locator('video').waitFor({ state: 'detached' });
  await visit.close();
});
