import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import type { Core } from '../core.ts';
import { NoKeys } from '../database/field-keys.ts';
import { appendCheckpoint, createLogTurn, logKeyOf } from './checkpoint.ts';
import { leafOf } from './leaf.ts';
import { readLogKey } from './log-key.ts';
import { openCheckpoint } from './note.ts';
import { openRecordedLog } from './recorded-store.ts';
import { sequenceLeaves } from './sequence.ts';
import { insertLeaf, loadCheckpoints, loadEntries } from './store.ts';
import { recordSampleLog } from './test/sample-log.ts';
import { verifyAudit } from './verify.ts';

let city: TestCore;

beforeAll(async () => {
  city = await openTestCore('2026-10-05T08:00:00+08:00');
});
afterAll(() => city.close());

test('a log without a leaf verifies, and has no head to sign', async () => {
  expect(await sequenceLeaves(city.core)).toBe(0);
  expect(await appendCheckpoint(city.core)).toBeUndefined();
  const none = { leaves: 0, sequenced: 0, checkpoints: 0, problems: [] };
  expect(await verifyAudit(city.core)).toEqual({ ok: true, ...none });
});

test('uses, refusals, reversals, nights and settlements verify', async () => {
  await recordSampleLog(city);
  const kinds = await city.core.database
    .selectFrom('audit_leaf')
    .select(({ fn }) => ['subject', fn.countAll<number>().as('count')])
    .groupBy('subject')
    .execute();
  expect(Object.fromEntries(kinds.map(({ subject, count }) => [subject, count]))).toEqual({
    redemption: 12,
    refusal: 8,
    reversal: 3,
    night_end: 1,
    settlement: 2,
  });
  const report = await verifyAudit(city.core);
  expect(report).toEqual({ ok: true, leaves: 26, sequenced: 25, checkpoints: 9, problems: [] });
});

describe('checkpoints', () => {
  test('are C2SP notes, numbered, one only when the tree has grown', async () => {
    const [first] = await loadCheckpoints(city.core.database, 0, 1);
    const { origin } = logKeyOf(city.core);
    const lines = first?.note.split('\n') ?? [];
    expect(lines.slice(0, 2)).toEqual([origin, '3']);
    expect(lines[2]).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(lines[3]).toBe('checkpoint 1 2026-10-05T00:00:30.000Z');
    expect(lines[5]).toMatch(new RegExp(`^— ${origin} [A-Za-z0-9+/]+=*$`));
    const made = await appendCheckpoint(city.core);
    expect(made?.number).toBe(10);
    expect(await appendCheckpoint(city.core)).toBeUndefined();
  });

  test('two that want the same number: one gets it, the other looks again', async () => {
    await addLeaves(city.core, 20);
    await sequenceLeaves(city.core);
    const made = await Promise.all([1, 2, 3].map(() => appendCheckpoint(city.core)));
    expect(made.filter((one) => one !== undefined)).toHaveLength(1);
  });

  test('the key is in the home, 0600; production makes none by itself', () => {
    const file = path.join(city.home, 'keys', 'audit.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const elsewhere = path.join(city.home, 'elsewhere');
    expect(() => readLogKey(elsewhere, false)).toThrow(NoKeys);
    expect(existsSync(elsewhere)).toBe(false);
    expect(readLogKey(path.dirname(file), false).origin).toBe(logKeyOf(city.core).origin);
  });

  test('of another log or key do not hold', async () => {
    const [stored] = await loadCheckpoints(city.core.database, 0, 1);
    const other = readLogKey(path.join(city.home, 'other'), true);
    const { origin } = logKeyOf(city.core);
    const note = stored?.note ?? '';
    expect(openCheckpoint(other, note)).toEqual({ wrong: `the note is of another log, ${origin}` });
    expect(openCheckpoint({ ...other, origin }, note)).toEqual({
      wrong: 'the signature does not hold',
    });
  });
});

/** Leaves that speak of nothing, for tests of the order only. */
async function addLeaves(core: Core, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    await insertLeaf(core.database, leafOf(core, 'refusal', core.newId(), { at }));
  }
}

async function expectOneOrder(core: Core): Promise<void> {
  const entries = await loadEntries(core.database, 0, 100_000);
  const leaves = await openRecordedLog(core.database).countLeaves();
  expect(entries.map(({ treeIndex }) => treeIndex)).toEqual(entries.map((_, at) => at));
  expect(new Set(entries.map(({ leafId }) => leafId)).size).toBe(leaves);
  expect(entries).toHaveLength(leaves);
}

describe('sequencing', () => {
  test('eight at once, while leaves are appended: one order without a gap', async () => {
    const appending = addLeaves(city.core, 300);
    const sequencers = Array.from({ length: 8 }, async () => {
      let placed = 0;
      for (let turn = 0; turn < 10; turn += 1) {
        // Every other turn wants the newest leaves only: other leaves, but the same places.
        const after = turn % 2 === 0 ? city.core.newId() : undefined;
        placed += await sequenceLeaves(city.core, after);
      }
      return placed;
    });
    const placed = await Promise.all(sequencers);
    await appending;
    const rest = await sequenceLeaves(city.core);
    expect(placed.reduce((sum, count) => sum + count, rest)).toBe(300);
    await expectOneOrder(city.core);
  });

  test('killed before any of its statements, it leaves one order without a gap', async () => {
    await addLeaves(city.core, 40);
    let survived = false;
    for (let statements = 0; !survived; statements += 1) {
      const mortal = { ...city.core, database: city.core.database.withPlugin(killAt(statements)) };
      const work = [sequenceLeaves(mortal), addLeaves(city.core, 3), sequenceLeaves(city.core)];
      const [outcome] = await Promise.allSettled(work);
      survived = outcome?.status === 'fulfilled';
      await expectOneOrder(city.core).catch(() => sequenceLeaves(city.core));
      await expectOneOrder(city.core);
    }
    expect(await sequenceLeaves(city.core)).toBe(0);
  });

  test('the timer’s turn places and signs; a turn under way is left alone', async () => {
    const turn = createLogTurn(city.core);
    await addLeaves(city.core, 2);
    await Promise.all([turn(), turn()]);
    await expectOneOrder(city.core);
    city.setNow('2026-11-03T09:00:00+08:00');
    await addLeaves(city.core, 2);
    await turn();
    await expectOneOrder(city.core);
    expect(await appendCheckpoint(city.core)).toBeUndefined();
  });
});

/** Fails from the statement on, as the connection of a killed process does: all is rolled back. */
function killAt(statements: number): KyselyPlugin {
  let left = statements;
  return {
    transformQuery({ node }) {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}
