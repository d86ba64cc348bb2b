/** A disk that fails at any operation: what was answered stands, what was not never happened. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryDisk } from '../../test/memory-disk.ts';
import { begin, NOON, reopen, textOf, waitingTexts } from '../../test/spooled.ts';
import type { Spool } from './spool.ts';

const LIMITS = { segmentBytes: 300 };

/** Appends and acknowledges; answers which records were taken, and which were not. */
async function work(spool: Spool, numbers: readonly number[]) {
  const taken: number[] = [];
  const refused: number[] = [];
  for (const number of numbers) {
    try {
      const key = await spool.append(textOf(number), NOON);
      taken.push(number);
      if (number % 3 === 0) await spool.acknowledge([key]);
    } catch (fault) {
      expect(fault).toMatchObject({ name: 'DiskFault' });
      if (!taken.includes(number)) refused.push(number);
    }
  }
  return { taken, refused };
}

async function operationsOfWork(): Promise<number> {
  const disk = createMemoryDisk();
  await work(await begin(disk, 1, LIMITS), [0, 1, 2, 3, 4, 5]);
  return disk.asked;
}

test.each(['ENOSPC', 'EIO'])('%s at each operation, once and for a while', async (code) => {
  const operations = await operationsOfWork();
  expect(operations).toBeGreaterThan(12);
  for (const lasting of [1, 2, 5]) {
    for (let first = 1; first <= operations; first += 1) {
      const disk = createMemoryDisk();
      let spool: Spool;
      disk.failWhen((_, number) =>
        first <= number && number < first + lasting ? code : undefined,
      );
      try {
        spool = await begin(disk, 1, LIMITS);
      } catch {
        disk.failWhen(() => undefined);
        spool = await begin(disk, 1, LIMITS);
      }
      const { taken, refused } = await work(spool, [0, 1, 2, 3, 4, 5]);
      disk.failWhen(() => undefined);
      // The disk has healed: so has the spool.
      taken.push(...(await work(spool, [6])).taken);
      expect(taken).toContain(6);
      disk.cutPower(() => 0.7);
      const { found } = await reopen(disk, LIMITS);
      expect(found).toEqual(taken.map((number) => textOf(number)));
      for (const number of refused) expect(found).not.toContain(textOf(number));
    }
  }
});

test('whatever the order of records, receipts, faults and power cuts: nothing is lost or doubled', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('append' as const) },
    { weight: 3, arbitrary: fc.constant('acknowledge' as const) },
    { weight: 1, arbitrary: fc.constant('power' as const) },
    { weight: 1, arbitrary: fc.constant('fault' as const) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      async (steps, survives) => {
        const disk = createMemoryDisk();
        let epoch = 1;
        let spool = await begin(disk, epoch, LIMITS);
        const waiting: string[] = [];
        let number = 0;
        for (const one of steps) {
          if (one === 'append') {
            number += 1;
            await spool.append(textOf(number), NOON);
            waiting.push(textOf(number));
          } else if (one === 'acknowledge') {
            const batch = await spool.waiting({ most: 2, mostBytes: 10_000, isDue: () => true });
            await spool.acknowledge(batch);
            for (const { body } of batch) waiting.splice(waiting.indexOf(body), 1);
          } else if (one === 'fault') {
            disk.failWhen((operation) => (operation === 'sync' ? 'EIO' : undefined));
            await expect(spool.append('{"at":"2026-01-01"}', NOON)).rejects.toThrow();
            disk.failWhen(() => undefined);
            // The next record takes back what the fault has left.
            number += 1;
            await spool.append(textOf(number), NOON);
            waiting.push(textOf(number));
          } else {
            disk.cutPower(() => survives);
            epoch += 1;
            spool = await begin(disk, epoch, LIMITS);
          }
          expect(await waitingTexts(spool)).toEqual(waiting);
          expect(spool.status().waiting).toBe(waiting.length);
          expect(spool.cuts).toEqual([]);
        }
      },
    ),
    { numRuns: 200 },
  );
});
