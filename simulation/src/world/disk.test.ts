import { expect, test } from 'vitest';
import { holdDiskToContract } from '../../../apps/gate/test/disk-contract.ts';
import { createDice } from './dice.ts';
import { createDisk } from './disk.ts';
import { createFaultCounter } from './faults.ts';
import type { Schedule } from './schedule.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const atOnce = { now: 0, sleep: async () => {} } as unknown as Schedule;
const make = (seed: string) => createDisk(atOnce, createDice(seed), createFaultCounter());

holdDiskToContract('the simulated disk', () => make('contract').begin().disk);

test('a power cut keeps what was synced, and of the rest no more than was written', async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed += 1) {
    const medium = make(`cut ${seed}`);
    const { disk } = medium.begin();
    await disk.append('spool/1', bytes(1, 2));
    await disk.sync('spool/1');
    await disk.append('spool/1', bytes(3, 4, 5));
    medium.losePower();
    const left = [...(medium.read('spool/1') ?? [])];
    expect(left.slice(0, 2)).toEqual([1, 2]);
    expect(left.length).toBeLessThanOrEqual(5);
    for (const [at, value] of left.entries()) expect([at + 1, 0]).toContain(value);
    seen.add(left.join());
  }
  expect(seen.size).toBeGreaterThan(3);
});

test('a name that was never synced may be gone, and a replaced file never is', async () => {
  const found = { gone: 0, there: 0 };
  for (let seed = 0; seed < 50; seed += 1) {
    const medium = make(`name ${seed}`);
    const { disk } = medium.begin();
    await disk.append('new', bytes(1));
    await disk.replace('kept', bytes(7));
    medium.losePower();
    expect(medium.read('kept')).toEqual(bytes(7));
    if (medium.read('new') === undefined) found.gone += 1;
    else found.there += 1;
  }
  expect(found.gone).toBeGreaterThan(0);
  expect(found.there).toBeGreaterThan(0);
});

test('a full disk says so, and an agent that was ended hears nothing any more', async () => {
  const medium = make('full');
  const session = medium.begin();
  medium.setFull(true);
  await expect(session.disk.append('one', bytes(1))).rejects.toMatchObject({ code: 'ENOSPC' });
  medium.setFull(false);
  let answered = false;
  session.end();
  void session.disk.append('one', bytes(1)).then(() => {
    answered = true;
  });
  await new Promise(setImmediate);
  expect(answered).toBe(false);
});
