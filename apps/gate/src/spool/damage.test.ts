/** Whatever happens to the bytes: the intact prefix is kept, and every damage is found and told. */
import { expect, test } from 'vitest';
import { createMemoryDisk } from '../../test/memory-disk.ts';
import { appendAll, begin, reopen, textOf } from '../../test/spooled.ts';

const NUMBERS = Array.from({ length: 20 }, (_, number) => number);
const SEGMENT = 'spool/0000000001.spool';

async function written(): Promise<Uint8Array> {
  const disk = createMemoryDisk();
  await appendAll(await begin(disk), NUMBERS);
  return disk.files.get(SEGMENT) as Uint8Array;
}

/** Where each record ends. */
async function endsOf(bytes: Uint8Array): Promise<number[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    at += 8 + view.getUint32(at, true);
    ends.push(at);
  }
  return ends;
}

test('cut at every byte of 20 records: the whole ones are kept, the rest is put aside', async () => {
  const bytes = await written();
  const ends = await endsOf(bytes);
  expect(ends).toHaveLength(20);
  for (let at = 0; at <= bytes.length; at += 1) {
    const disk = createMemoryDisk();
    disk.files.set(SEGMENT, bytes.slice(0, at));
    const whole = ends.filter((end) => end <= at).length;
    const kept = ends[whole - 1] ?? 0;
    const { spool, found } = await reopen(disk);
    expect(found).toEqual(NUMBERS.slice(0, whole).map((number) => textOf(number)));
    expect(spool.newest).toEqual(whole === 0 ? null : { bootEpoch: 1, seq: whole - 1 });
    expect(spool.cuts.map(({ offset, bytes: cut }) => [offset, cut])).toEqual(
      at === kept ? [] : [[kept, at - kept]],
    );
    if (at > kept) {
      expect(disk.files.get(spool.cuts[0]?.keptAs ?? '')).toEqual(bytes.slice(kept, at));
    }
    expect((await reopen(disk)).spool.cuts).toEqual([]);
    expect((await reopen(disk)).found).toEqual(found);
  }
});

test('10,000 flipped bits: each is found, what stands before it is kept, nothing else is read', async () => {
  const bytes = await written();
  const ends = await endsOf(bytes);
  const bits = bytes.length * 8;
  let undetected = 0;
  for (let turn = 0; turn < 10_000; turn += 1) {
    const bit = Math.floor((turn * bits) / 10_000);
    const flipped = bytes.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const disk = createMemoryDisk();
    disk.files.set(SEGMENT, flipped);
    const { spool, found } = await reopen(disk);
    const whole = ends.filter((end) => end <= bit >> 3).length;
    if (spool.cuts.length !== 1) undetected += 1;
    const expected = NUMBERS.slice(0, whole).map((number) => textOf(number));
    if (found.join() !== expected.join()) undetected += 1;
  }
  expect(undetected).toBe(0);
});

test('a record that rots while the gate runs is put aside when it is read; the others are sent', async () => {
  const disk = createMemoryDisk();
  const limits = { segmentBytes: 400 };
  const spool = await begin(disk, 1, limits);
  await appendAll(spool, NUMBERS);
  const first = disk.files.get(SEGMENT) as Uint8Array;
  const inSecond = (await endsOf(first))[0] ?? 0;
  first[inSecond + 20] = (first[inSecond + 20] ?? 0) ^ 1;
  const bounds = { most: 500, mostBytes: 1_000_000, isDue: () => true };
  const sent = await spool.waiting(bounds);
  const lost = (await endsOf(first)).length - 1;
  expect(spool.cuts).toMatchObject([{ segment: SEGMENT, offset: inSecond }]);
  expect(sent.map(({ seq }) => seq)).toEqual(
    NUMBERS.filter((number) => number === 0 || number > lost),
  );
  expect(spool.status().waiting).toBe(sent.length);
});

test('a segment with a gap in its numbers was not written by a gate: it is cut there', async () => {
  const disk = createMemoryDisk();
  await appendAll(await begin(disk, 1), [0, 1]);
  await appendAll(await begin(disk, 2), [2]);
  const second = 'spool/0000000002.spool';
  const [one, two] = [SEGMENT, second].map((name) => disk.files.get(name) as Uint8Array);
  disk.files.set(SEGMENT, Uint8Array.of(...(one ?? []), ...(two ?? [])));
  const { spool } = await reopen(disk);
  expect(spool.cuts).toMatchObject([{ segment: SEGMENT, bytes: two?.length }]);
});
