/** `npm run crash` in short: on the embedded database, or on PostgreSQL when that is tested. */
import { expect, test } from 'vitest';
import { startPostgres } from '../own-postgres.ts';
import { type CampaignReport, killEmbedded, killOnPostgres, killPostgres } from './campaign.ts';

const say = (): void => undefined;

async function onPostgres(): Promise<CampaignReport[]> {
  const server = await startPostgres();
  try {
    return [
      await killOnPostgres({ kills: 6, say }, server),
      await killPostgres({ kills: 2, say }, server),
    ];
  } finally {
    server.remove();
  }
}

test('kill -9: nothing acknowledged is lost, nothing is double or half', async () => {
  const isEmbedded = process.env.LIYU_TEST_POSTGRES === undefined;
  const reports = isEmbedded ? [await killEmbedded({ kills: 4, say })] : await onPostgres();
  for (const { kills, scans, resent, breaches } of reports) {
    expect(breaches).toEqual([]);
    expect(kills).toBeGreaterThan(1);
    expect(scans).toBeGreaterThan(kills * 20);
    expect(resent).toBeGreaterThan(0);
  }
}, 300_000);
