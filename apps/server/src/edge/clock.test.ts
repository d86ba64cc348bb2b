import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Instant } from '@liyu/domain/kernel';
import { expect, test } from 'vitest';
import { createIds } from './clock.ts';
import { startDevice } from './device.ts';

test('ids are UUIDv7, unique, and sort in the order in which they were made', () => {
  let milliseconds = 1_790_000_000_000;
  const clock = { now: () => new Date(milliseconds).toISOString() as Instant };
  const newId = createIds(clock, { bytes: (length) => new Uint8Array(length).fill(0xff) });
  const made: string[] = [];
  for (let at = 0; at < 20_000; at += 1) {
    made.push(newId());
    if (at % 5000 === 4999) milliseconds += at === 9999 ? -60_000 : 1;
  }
  expect(new Set(made).size).toBe(made.length);
  expect([...made].sort()).toEqual(made);
  expect(made[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('every start of a device has an epoch of its own, and every mark a number', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-'));
  const [first, second] = [startDevice(home, () => 'a'), startDevice(home, () => 'b')];
  const marks = [first(), first(), second()];
  expect(marks).toEqual([
    { id: 'server-a', bootEpoch: 1, seq: 1 },
    { id: 'server-a', bootEpoch: 1, seq: 2 },
    { id: 'server-a', bootEpoch: 2, seq: 1 },
  ]);
});
