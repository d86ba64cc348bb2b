/** The code on the phone: what it is, that other readers read it, that it turns and is really read. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseCode } from '@liyu/pass';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { modulesOf, readWithZbar, readWithZxing, writeFilm } from './eyes.ts';
import { type House, openHouse } from './house.ts';
import { type Coming, type Visit, visitDemo } from './visit.ts';

const FILM = 'phone.y4m';
let house: House;
let visit: Visit;

beforeAll(async () => {
  house = await openHouse((folder) => [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${path.join(folder, FILM)}`,
  ]);
  return house.close;
});
afterEach(async () => {
  expect(visit.complaints).toEqual([]);
  await visit.close();
});

async function come(coming: Coming = {}): Promise<void> {
  visit = await visitDemo(house, coming);
}

/** A screenshot of the window, as a file. */
async function photograph(name: string): Promise<string> {
  const file = path.join(house.folder, `${name}.png`);
  await visit.page.locator('.code-canvas').scrollIntoViewIfNeeded();
  await visit.page.screenshot({ path: file });
  return file;
}

/** What the phone shows now, read off a screenshot. */
async function readPhone(name: string) {
  const [text = '', ...others] = readWithZbar(await photograph(name));
  expect(others).toEqual([]);
  const parsed = parseCode(text);
  if ('malformed' in parsed || !parsed.showing) throw new Error(`no shown code: ${text}`);
  return { text, pass: parsed.pass, showing: parsed.showing };
}

test.each([
  { width: 1440, height: 900, density: 1 },
  { width: 360, height: 740, density: 1 },
  { width: 360, height: 740, density: 3 },
])(
  'at $width x $height, density $density, other readers read what the gate read',
  async (coming) => {
    await come(coming);
    const { request, answer } = await visit.show(() => visit.page.locator('.hold').click());
    expect(answer.open).toBe(true);
    const file = await photograph(`phone-${coming.width}-${coming.density}`);
    expect(readWithZbar(file)).toEqual([request.code]);
    expect(request.code).toMatch(/^LY1:.{353}$/);
    const seen = await readWithZxing(readFileSync(file));
    expect(seen).toMatchObject({ text: request.code, version: '11', ecLevel: 'M' });
  },
);

const DRAWN = "document.querySelector('.code-canvas').toDataURL()";

test('the code turns after 10 seconds: a later moment, the next number, the same pass', async () => {
  await come();
  const before = await readPhone('before');
  const drawn = await visit.page.evaluate<string>(DRAWN);
  await expect
    .poll(() => visit.page.evaluate<string>(DRAWN), { timeout: 12_000, interval: 250 })
    .not.toBe(drawn);
  const after = await readPhone('after');
  expect(after.pass).toEqual(before.pass);
  expect(after.showing.seq).toBe(before.showing.seq + 1);
  expect([10, 11]).toContain(after.showing.iat - before.showing.iat);
});

/** From now on the phone's screen shows these modules, whatever the page draws; none is white. */
async function putOnScreen(modules: readonly (readonly boolean[])[]): Promise<void> {
  await visit.page.evaluate(`{
    const pen = document.querySelector('.code-canvas').getContext('2d');
    const paint = CanvasRenderingContext2D.prototype.fillRect.bind(pen);
    const modules = ${JSON.stringify(modules)};
    pen.fillRect = () => {
      pen.fillStyle = '#ffffff';
      paint(0, 0, pen.canvas.width, pen.canvas.height);
      pen.fillStyle = '#000000';
      modules.forEach((row, y) => row.forEach((is, x) => { if (is) paint(x * 4, y * 4, 4, 4); }));
    };
  }`);
}

test('a covered screen is not read: nothing is asked, and the way on is said', async () => {
  await come({ language: 'en' });
  await putOnScreen([]);
  const before = visit.asked.length;
  await visit.page.locator('.hold').click();
  await visit.answer.filter({ hasText: 'No code was found in the picture' }).waitFor();
  expect(await visit.answer.innerText()).toContain('Staff at the counter will help you');
  const asked = visit.asked.slice(before).map(({ pathname }) => pathname);
  expect(asked).not.toContain('/api/v1/redemptions');
});

test('what is read is the picture: a stranger on the screen reaches the gate and is refused', async () => {
  await come();
  await putOnScreen(modulesOf('LY1:A STRANGER'));
  const { request, answer } = await visit.show(() => visit.page.locator('.hold').click());
  expect(request.code).toBe('LY1:A STRANGER');
  expect(answer).toMatchObject({ open: false, code: 'malformed' });
  expect(await visit.answer.getAttribute('data-sign')).toBe('red');
});

test('a film of a phone before the camera opens the gate', async () => {
  await come();
  const { text } = await readPhone('filmed');
  writeFilm(path.join(house.folder, FILM), text);
  const button = visit.page.locator('.camera button');
  const { request, answer } = await visit.show(() => button.click());
  expect(request.code).toBe(text);
  expect(answer.open).toBe(true);
  expect((await visit.newestLine()).outcome).toBe('open');
  await button.click();
  await visit.page.locator('.camera-view').waitFor({ state: 'detached' });
});
