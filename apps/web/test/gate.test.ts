/** Journeys through the gate: who is offered, what opens, what stays shut and what is written down. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { LedgerLine } from '../src/demo/client.ts';
import { formatDay, formatMoney } from '../src/shared/format.ts';
import { type House, openHouse } from './house.ts';
import { type Coming, type Visit, visitDemo } from './visit.ts';

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

/** The place of a kind, by its number in the row of places. */
function findPlace(benefit: string, mode?: string): number {
  return visit.setting.venues.findIndex(
    (venue) => venue.benefit === benefit && venue.mode === mode,
  );
}

const goTo = (place: number) => visit.page.locator('.place').nth(place).click();
const sign = () => visit.answer.getAttribute('data-sign');

/** Every posting of a line stands in the page's first line, debit and credit, with its sum. */
async function expectPostings(line: LedgerLine): Promise<void> {
  const shown = await visit.page.locator('.line:first-child .posting').allInnerTexts();
  expect(shown.map((text) => text.split(/\s*\n\s*/))).toEqual(
    line.postings.map(({ debit, credit, amountFen }) => [
      '借',
      debit.zh,
      formatMoney(amountFen),
      '贷',
      credit.zh,
      formatMoney(amountFen),
    ]),
  );
}

test('five designs and one ended card are offered, names masked, and it says sample data', async () => {
  await come();
  const { donors, sample } = visit.setting;
  expect(sample).toBe(true);
  const designs = donors.map(({ card, design }) => (card.state === 'ended' ? 'ended' : design));
  expect(designs).toEqual(['first', 'second', 'bronze', 'silver', 'gold', 'ended']);
  const cards = visit.page.locator('.donor .card');
  for (const [at, { design, name }] of donors.entries()) {
    expect(await cards.nth(at).getAttribute('class')).toContain(`card-${design}`);
    const shown = await visit.page.locator('.donor-name b').nth(at).innerText();
    expect(shown).toBe(name);
    expect(shown).toMatch(/^\p{Script=Han}{1,2}[*＊]+$/u);
  }
  expect(await visit.page.locator('.donor-name').last().innerText()).toContain('已到期');
  expect(await visit.page.locator('.sample').innerText()).toContain('样例数据');
});

test('the metro gate opens; debit and credit of the fare stand in the ledger', async () => {
  await come();
  const { request, answer } = await visit.show(() => goTo(findPlace('ride', 'metro')));
  expect(answer).toMatchObject({ open: true, code: 'granted' });
  expect(request.direction).toBe('in');
  expect(await sign()).toBe('yes');
  expect(await visit.page.locator('.scene').getAttribute('data-open')).toBe('');
  const line = await visit.newestLine();
  expect(line).toMatchObject({ id: answer.redemptionId, outcome: 'open', admittedBy: 'code' });
  await expectPostings(line);
});

test('a bus opens, and its fare is debited to the programme and credited to the operator', async () => {
  await come();
  const { answer } = await visit.show(() => goTo(findPlace('ride', 'bus')));
  expect(answer.waivedFen).toBeGreaterThan(0);
  expect(await visit.answer.innerText()).toContain(formatMoney(answer.waivedFen ?? 0));
  const line = await visit.newestLine();
  expect(line.postings).toMatchObject([{ amountFen: answer.waivedFen }]);
  await expectPostings(line);
});

test('the phone can be dragged onto the gate', async () => {
  await come();
  const phone = await visit.page.locator('.code-sheet').boundingBox();
  const gate = await visit.page.locator('.gate').boundingBox();
  if (!phone || !gate) throw new Error('phone or gate is not on the page');
  const { mouse } = visit.page;
  const { answer } = await visit.show(async () => {
    await mouse.move(phone.x + 100, phone.y + 100);
    await mouse.down();
    await mouse.move(gate.x + gate.width / 2, gate.y + gate.height / 2, { steps: 4 });
    await mouse.up();
  });
  expect(answer.open).toBe(true);
});

test('a screenshot is refused after 46 seconds, and the gate says how old it is', async () => {
  await come({ language: 'en' });
  await visit.play('screenshot');
  const { answer } = await visit.show(() => visit.page.locator('.shot .button').nth(1).click());
  expect(answer).toMatchObject({ open: false, code: 'stale' });
  const [, seconds] = /is (\d+) seconds old/.exec(await visit.answer.innerText()) ?? [];
  expect(Number(seconds)).toBeGreaterThanOrEqual(46);
  expect(Number(seconds)).toBeLessThanOrEqual(57);
  expect((await visit.newestLine()).outcome).toBe('refused');
});

test('the same code twice: the second showing is refused', async () => {
  await come({ language: 'en' });
  const first = await visit.show(() => visit.play('twice'));
  expect(first.answer.open).toBe(true);
  const second = await visit.show(async () => undefined);
  expect(second.request.code).toBe(first.request.code);
  expect(second.answer).toMatchObject({ open: false, code: 'replayed' });
  expect(await sign()).toBe('amber');
  expect(await visit.answer.innerText()).toContain('This code has been used already');
});

test('an ended card is refused and names its last day', async () => {
  await come();
  const ended = visit.setting.donors.find(({ card }) => card.state === 'ended');
  const { answer } = await visit.show(() => visit.play('ended'));
  expect(answer.open).toBe(false);
  expect(await sign()).toBe('red');
  const day = formatDay(ended?.card.validThrough ?? '', 'zh-CN');
  expect(await visit.answer.innerText()).toContain(`已于${day}到期`);
  expect(await visit.page.locator('.phone-note').innerText()).toContain(day);
});

test('a hospital desk says first waive, and the sum to pay is what the rules answer', async () => {
  await come();
  await visit.show(() => visit.play('desk'));
  const form = visit.page.locator('.desk');
  await form.locator('select').selectOption('general');
  await form.locator('input').first().fill('37.50');
  await form.locator('input').last().fill('12.05');
  const { request, answer } = await visit.show(() => visit.page.locator('.hold').click());
  expect(request).toMatchObject({ level: 'general', fee: 3750, insured: 1205 });
  // The general clinic is waived in full: what insurance left.
  expect(answer).toMatchObject({ open: true, waivedFen: 2545, toPayFen: 0 });
  expect(await visit.answer.locator('b').innerText()).toBe('可免 ¥25.45');
  expect(await visit.answer.locator('.answer-sum').innerText()).toBe('应付 ¥0.00');
  await form.locator('select').selectOption('chief');
  const chief = await visit.show(() => visit.page.locator('.hold').click());
  const { waivedFen, toPayFen } = chief.answer;
  expect((waivedFen ?? 0) + (toPayFen ?? 0)).toBe(2545);
  expect(await visit.answer.innerText()).toContain(`应付 ${formatMoney(toPayFen ?? 0)}`);
  await expectPostings(await visit.newestLine());
  await form.locator('input').last().fill('99');
  expect(await form.locator('.field-said').innerText()).toBe('医保已付不能多于诊察费。');
  expect(await form.locator('input').last().getAttribute('aria-invalid')).toBe('true');
});

test('where only honour cards go free, an annual card is told so', async () => {
  await come({ language: 'en' });
  await visit.choose(2);
  const { answer } = await visit.show(() => visit.play('garden'));
  expect(answer).toMatchObject({ open: false, code: 'honour_only' });
  expect(await visit.answer.innerText()).toContain('free for the honour card only');
  const line = await visit.newestLine();
  expect(line).toMatchObject({ outcome: 'refused', postings: [] });
  expect(await visit.page.locator('.line:first-child .posting').count()).toBe(0);
});

test('staff let someone in, and the ledger says that staff did', async () => {
  await come();
  await visit.play('staff');
  const form = visit.page.locator('.staff');
  await form.locator('input').fill('');
  await form.locator('button[type=submit]').click();
  expect(await form.locator('.field-said').innerText()).toBe('请填经办人。');
  await form.locator('input').fill('值班员 07');
  await form.locator('select').selectOption('unreadable');
  const { answer } = await visit.show(() => form.locator('button[type=submit]').click());
  expect(answer.open).toBe(true);
  expect(await visit.answer.locator('b').innerText()).toBe('工作人员已放行');
  expect(await visit.newestLine()).toMatchObject({ outcome: 'open', admittedBy: 'staff' });
  expect(await visit.page.locator('.line:first-child .line-staff').innerText()).toBe('人工放行');
});
