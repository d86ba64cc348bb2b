/** The staffed lane in a real browser, against the real server: with and without a network. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readWords } from '../../server/test/printed-page.ts';
import { type House, openHouse } from './house.ts';
import {
  ANNA,
  BERT,
  CARLA,
  type LaneTown,
  type LaneVisit,
  NAME,
  NOBODY,
  openTown,
  PASSWORD,
  PAST,
  prepared,
  SITE,
  STATION,
  uploaded,
  visitLane,
  WITHOUT_SAMPLE,
} from './lane-visit.ts';

let house: House;
let town: LaneTown;
let visit: LaneVisit;

beforeAll(async () => {
  house = await openHouse(() => [], WITHOUT_SAMPLE);
  town = await openTown(house);
});
afterAll(() => house.close());
afterEach(async () => {
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

const answer = () => visit.page.locator('.answer').innerText();
const sign = () => visit.page.locator('.answer').getAttribute('data-sign');
const openLines = async () =>
  (await town.ledger()).filter(({ outcome }) => outcome === 'open').length;

/** Everything that the browser keeps for the site, as text, with bytes in two writings. */
const STORED = `(async () => {
  const seen = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  const tell = (value) => {
    if (value instanceof Uint8Array) {
      seen.push(new TextDecoder('latin1').decode(value), new TextDecoder().decode(value));
    } else if (typeof value === 'object' && value !== null && !(value instanceof CryptoKey)) {
      for (const one of Object.values(value)) tell(one);
    } else seen.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((resolve) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
    });
    for (const store of database.objectStoreNames) {
      const rows = database.transaction(store).objectStore(store).getAll();
      tell(await new Promise((resolve) => (rows.onsuccess = () => resolve(rows.result))));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) seen.push(url);
  }
  return seen.join('\\n');
})()`;

test('a wrong password stays outside; a document is a yes with the masked name, or a no', async () => {
  visit = await visitLane(town, STATION);
  await visit.page.keyboard.press('F9');
  await visit.signIn('not this one');
  await visit.page.getByRole('alert').filter({ hasText: '账号或密码不对' }).waitFor();
  await visit.signIn();
  await visit.enter(ANNA);
  expect(await visit.word('found')).toBe('可以放行');
  expect(await sign()).toBe('yes');
  expect(await answer()).toContain('金**');
  expect(await answer()).not.toContain(NAME);
  for (const [document, code] of [
    [NOBODY, '还没有卡'],
    [PAST, '到期'],
  ] as const) {
    await visit.enter(document);
    await visit.page.locator('.answer', { hasText: code }).waitFor();
    expect(await visit.word('found')).toBe('不能放行');
    expect(await sign()).toBe('red');
    expect(await visit.page.locator('.deed-admit').count()).toBe(0);
  }
  await visit.enter('12');
  expect(await answer()).toContain('太短');
});

test('one key admits with a reason; it is recorded once as let in by staff, and a slip is printed', async () => {
  visit = await visitLane(town, STATION, {
    prepare: async (page) => {
      await page.addInitScript(
        'window.printed = 0; window.print = () => { window.printed += 1; };',
      );
    },
  });
  const before = await openLines();
  await visit.enter(ANNA);
  await visit.word('found');
  await visit.page.keyboard.press('ArrowDown');
  expect(await visit.page.locator('select').inputValue()).toBe('no_power');
  await visit.page.keyboard.press('Enter');
  expect(await visit.word('admitted')).toBe('已放行');
  await visit.page.keyboard.press('+');
  expect(await visit.page.evaluate('window.printed')).toBe(1);
  await visit.page.emulateMedia({ media: 'print' });
  const slip = visit.page.locator('.slip');
  const text = await slip.innerText();
  for (const words of [
    '已放行',
    '手机没电或打不开',
    'clerk-metro-2',
    '0351-000-0000',
    '样例数据',
  ]) {
    expect(text).toContain(words);
  }
  expect(text).not.toContain('金');
  // 72 mm of the 80 are printed on, at 96 dots an inch.
  expect(Math.round((await slip.boundingBox())?.width ?? 0)).toBe(272);
  expect(await visit.page.locator('.desk').isVisible()).toBe(false);
  await visit.page.emulateMedia({ media: 'screen' });
  await uploaded(visit);
  expect(await openLines()).toBe(before + 1);
  expect((await town.ledger())[0]).toMatchObject({ outcome: 'open', admittedBy: 'staff' });
});

test('a code of two minutes ago is scanned wherever the cursor is, opens once, and is recorded once', async () => {
  visit = await visitLane(town, STATION);
  const before = await openLines();
  const [code = ''] = await town.codesOf(BERT, 1, new Date(Date.now() - 120_000).toISOString());
  await visit.page.locator('.deeds button').last().focus();
  await visit.page.keyboard.type(code);
  await visit.page.keyboard.press('Enter');
  expect(await visit.word('answered')).toBe('请通行');
  expect(await sign()).toBe('yes');
  expect(await answer()).toContain('金**');
  await visit.enter(code);
  await visit.page.locator('.answer[data-sign=amber]').waitFor();
  expect(await visit.word('answered')).toBe('不能放行');
  expect(await answer()).toMatch(/已经用过|刚刚在这里/);
  await uploaded(visit);
  expect(await openLines()).toBe(before + 1);
  expect((await town.ledger()).find(({ outcome }) => outcome === 'open')).toMatchObject({
    admittedBy: 'code',
  });
});

test('a printed card is taken, and its number typed finds the same donor', async () => {
  visit = await visitLane(town, SITE);
  const argv = [
    'print-card',
    '--document',
    CARLA,
    '--seen',
    'card',
    '--out',
    'card.pdf',
    '--claim',
  ];
  const { code } = await town.liyu<{ code: string }>(argv);
  await prepared(visit);
  await visit.enter(code);
  expect(await visit.word('answered')).toBe('请入场');
  expect(await answer()).toContain('金**');
  await uploaded(visit);
  const words = readWords(readFileSync(path.join(house.folder, 'card.pdf')));
  await visit.enter(/\d{12}/.exec(words)?.[0] ?? '');
  expect(await visit.word('found')).toBe('不能放行');
  expect(await answer()).toContain('金**');
  expect(await answer()).toContain('今天的免费次数已经用完');
});

test('it starts cold without a network, lets a code in, and uploads it once though the tab was closed', async () => {
  visit = await visitLane(town, STATION);
  await prepared(visit);
  await uploaded(visit);
  const before = await openLines();
  const [, code = ''] = await town.codesOf(CARLA, 2);
  await visit.context.setOffline(true);
  await visit.reopen();
  await visit.page.locator('.gatehouse', { hasText: '没有网络' }).waitFor();
  await visit.signIn('not this one');
  await visit.page.getByRole('alert').filter({ hasText: '账号或密码不对' }).waitFor();
  await visit.signIn();
  await visit.enter(code);
  expect(await visit.word('answered')).toBe('请通行');
  expect(await answer()).toContain('没有网络');
  expect(await answer()).not.toContain('金');
  await visit.page.locator('.status[data-reached=false]').waitFor();

  await visit.enter(ANNA);
  expect(await visit.word('unknown')).toBe('请看证件');
  expect(await sign()).toBe('amber');
  await visit.page.keyboard.press('Enter');
  expect(await visit.word('admitted')).toBe('已放行');
  const waiting = await visit.waiting();
  expect(waiting).toBeGreaterThanOrEqual(3);
  const stored = await visit.page.evaluate<string>(STORED);
  expect(stored).toContain('"admission"');
  for (const secret of [ANNA, NAME, PASSWORD, ANNA.toLowerCase(), btoa(ANNA).slice(0, 20)]) {
    expect(stored).not.toContain(secret);
  }
  expect(await openLines()).toBe(before);

  // The first upload reaches the server, and its answer never reaches the lane.
  let isLost = false;
  await visit.context.route('**/batches', async (route) => {
    if (isLost) return route.continue();
    isLost = true;
    await route.fetch();
    await route.abort();
  });
  await visit.reopen();
  await visit.context.setOffline(false);
  await expect.poll(() => isLost, { timeout: 20_000 }).toBe(true);
  await visit.reopen();
  await visit.signIn();
  await uploaded(visit);
  expect(await openLines()).toBe(before + 2);
});

test('past the offline window it says so and what to do; idle, it has locked itself', async () => {
  visit = await visitLane(town, SITE, {
    prepare: (page) => page.clock.install().then(() => undefined),
  });
  await prepared(visit);
  const hours = 23.5;
  const later = (more: number) => new Date(Date.now() + more * 3_600_000).toISOString();
  const [early = '', late = ''] = [
    ...(await town.codesOf(BERT, 1, later(hours))),
    ...(await town.codesOf(BERT, 1, later(hours + 1))),
  ];
  await visit.context.setOffline(true);
  await visit.page.clock.fastForward(hours * 3_600_000);
  await visit.page.locator('.gatehouse h1', { hasText: '已锁屏' }).waitFor();
  expect(await visit.page.locator('[name=name]').inputValue()).toBe(`clerk-${SITE}`);
  await visit.signIn();
  await visit.enter(early);
  expect(await visit.word('answered')).toBe('请入场');
  await visit.page.clock.fastForward(3_600_000);
  await visit.page.locator('.gatehouse h1', { hasText: '已锁屏' }).waitFor();
  await visit.signIn();
  await visit.enter(late);
  await visit.page.locator('.answer', { hasText: '太久没有联网' }).waitFor();
  expect(await visit.word('answered')).toBe('不能放行');
  expect(await answer()).toContain('看证件人工放行');
  await visit.enter(CARLA);
  await visit.word('unknown');
  await visit.page.keyboard.press('Enter');
  expect(await visit.word('admitted')).toBe('已放行');
});

test('a second window waits until the first is closed, and goes on by itself', async () => {
  visit = await visitLane(town, STATION);
  const second = await visit.context.newPage();
  await second.goto(`${house.address}/lane/?lang=en`);
  await second.locator('.gatehouse h1', { hasText: 'another window' }).waitFor();
  await visit.page.close();
  await second.locator('[name=password]').waitFor();
});
