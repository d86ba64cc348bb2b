import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { recordSampleLog } from './test/sample-log.ts';

let city: TestCore;

beforeAll(async () => {
  city = await openTestCore('2026-10-05T08:00:00+08:00');
  await recordSampleLog(city);
});
afterAll(() => city.close());

async function liyu(...argv: string[]): Promise<{ status: number; answer: unknown }> {
  const { status, answer } = await runLiyu(city, argv);
  return { status, answer };
}

test('verify answers 0 and what it looked at; checkpoint places and signs; export writes', async () => {
  expect(await liyu('audit', 'verify')).toEqual({
    status: 0,
    answer: { ok: true, leaves: 26, sequenced: 25, checkpoints: 9, problems: [] },
  });
  const { answer } = await liyu('audit', 'checkpoint');
  expect(answer).toMatchObject({ sequenced: 1, checkpoint: { number: 10, size: 26 } });
  expect(await liyu('audit', 'checkpoint')).toEqual({
    status: 0,
    answer: { sequenced: 0, checkpoint: null },
  });
  expect(await liyu('audit', 'export', 'out')).toEqual({
    status: 0,
    answer: { folder: path.join(city.home, 'out'), leaves: 26, checkpoints: 10 },
  });
});

test('a fen more in a row: verify answers 1 and names the row', async () => {
  const { rows } = await sql<{ id: string }>`update ${sql.table('redemption')}
    set waived_fen = waived_fen + 1 where venue_id = 'jinci-museum'
    returning redemption_id as id`.execute(city.core.database);
  const { status, answer } = await liyu('audit', 'verify');
  expect(status).toBe(1);
  const { ok, problems } = answer as { ok: boolean; problems: { what: string }[] };
  expect(ok).toBe(false);
  expect(problems.map(({ what }) => what)).toEqual([
    `redemption ${rows[0]?.id} differs from the body: waivedFen`,
  ]);
});
