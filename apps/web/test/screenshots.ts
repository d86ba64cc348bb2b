/**
 * Makes the pictures of `docs/screenshots` from the real server and page, so that they can be made
 * again whenever the page changes: `node apps/web/test/screenshots.ts`.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type House, openHouse } from './house.ts';
import { type Coming, settle, type Visit, visitDemo } from './visit.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../docs/screenshots');

/** Writes a picture and says how large it is. */
function keep(name: string, picture: Uint8Array): void {
  const file = path.join(FOLDER, `${name}.png`);
  writeFileSync(file, picture);
  process.stdout.write(`${name}.png ${Math.round(statSync(file).size / 1024)} KB\n`);
}

/** Opens the demo, does what the picture shows, and takes it. */
async function take(
  house: House,
  name: string,
  coming: Coming,
  deed: (visit: Visit) => Promise<void>,
): Promise<void> {
  const visit = await visitDemo(house, coming);
  await deed(visit);
  await settle(visit.page);
  await visit.page.mouse.move(0, 0);
  await visit.page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
  keep(name, await visit.page.screenshot());
  if (visit.complaints.length > 0) throw new Error(`${name}: ${visit.complaints.join('\n')}`);
  await visit.close();
}

/** Goes to a place of the row and shows the code there. */
async function goTo(visit: Visit, place: number): Promise<void> {
  await visit.show(() => visit.page.locator('.place').nth(place).click());
  await visit.newestLine();
}

/** A donor of a design enters a site, then rides in and out: the ledger has a split fare. */
async function openGate(visit: Visit, design: string): Promise<void> {
  await visit.choose(visit.setting.donors.findIndex((donor) => donor.design === design));
  const site = visit.setting.venues.findIndex(({ benefit }) => benefit === 'site');
  for (const place of [site, 0, 1]) await goTo(visit, place);
}

/** The five cards, each as its own picture, laid out on paper; then the same in grey. */
async function takeCards(house: House): Promise<void> {
  const visit = await visitDemo(house, { isStill: true, density: 2 });
  const cards: string[] = [];
  for (const [donor, { card }] of visit.setting.donors.entries()) {
    if (card.state === 'ended') continue;
    await visit.choose(donor);
    const picture = await visit.page.locator('.phone .card').screenshot();
    cards.push(`<img alt="" src="data:image/png;base64,${picture.toString('base64')}">`);
  }
  await visit.close();
  const page = await house.browser.newPage({ viewport: { width: 960, height: 448 } });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 28px 24px; box-sizing: border-box; height: 448px; display: flex;
      flex-wrap: wrap; justify-content: center; align-content: center; gap: 24px;
      background: #fbfaf7; }
    img { width: 288px; height: 182px; border-radius: 16px;
      box-shadow: 0 1px 1px rgb(40 25 10 / 20%), 0 10px 24px -8px rgb(40 25 10 / 38%); }
  </style>${cards.join('')}`);
  keep('cards', await page.screenshot());
  await page.addStyleTag({ content: 'html { filter: grayscale(1) }' });
  keep('cards-grey', await page.screenshot());
}

mkdirSync(FOLDER, { recursive: true });
const house = await openHouse();
try {
  await take(house, 'demo', {}, (visit) => openGate(visit, 'gold'));
  await take(house, 'demo-en', { language: 'en' }, (visit) => openGate(visit, 'silver'));
  await take(house, 'demo-phone', { width: 360, height: 740 }, async () => undefined);
  await take(house, 'demo-elder', { isElder: true }, (visit) => openGate(visit, 'bronze'));
  await take(house, 'demo-refused', {}, async (visit) => {
    await visit.show(() => visit.play('ended'));
    await visit.newestLine();
  });
  await takeCards(house);
} finally {
  await house.close();
}
