import { expect, test } from 'vitest';
import { createMemoryDisk } from '../../test/memory-disk.ts';
import { appendAll, begin, NOON, reopen, textOf, waitingTexts } from '../../test/spooled.ts';

const texts = (...numbers: number[]) => numbers.map((number) => textOf(number));

test('what was answered survives a power cut, torn writes behind it or not', async () => {
  for (const survives of [0, 0.3, 0.99]) {
    const disk = createMemoryDisk();
    const spool = await begin(disk);
    await appendAll(spool, [0, 1, 2]);
    disk.failWhen((operation) => (operation === 'sync' ? 'EIO' : undefined));
    await expect(spool.append(textOf(3), NOON)).rejects.toMatchObject({ code: 'EIO' });
    disk.failWhen(() => undefined);
    disk.cutPower(() => survives);
    expect((await reopen(disk)).found).toEqual(texts(0, 1, 2));
  }
});

test('a write that failed once leaves nothing behind, even if the power goes at once', async () => {
  for (const failing of ['append', 'sync']) {
    const disk = createMemoryDisk();
    const spool = await begin(disk);
    await appendAll(spool, [0]);
    let failures = 0;
    disk.failWhen((operation) => {
      if (operation !== failing || failures > 0) return undefined;
      failures += 1;
      return 'EIO';
    });
    await expect(spool.append(textOf(1), NOON)).rejects.toMatchObject({ code: 'EIO' });
    disk.cutPower(() => 1);
    const { spool: next, found } = await reopen(disk);
    expect(found).toEqual(texts(0));
    expect(next.cuts).toEqual([]);
  }
});

test('records of one moment share a sync, and keep their order', async () => {
  const disk = createMemoryDisk();
  const spool = await begin(disk);
  let syncs = 0;
  disk.failWhen((operation) => {
    if (operation === 'sync') syncs += 1;
    return undefined;
  });
  const numbers = Array.from({ length: 50 }, (_, number) => number);
  const keys = await Promise.all(numbers.map((number) => spool.append(textOf(number), NOON)));
  expect(keys.map(({ seq }) => seq)).toEqual(numbers);
  expect(syncs).toBeLessThanOrEqual(2);
  expect(await waitingTexts(spool)).toEqual(texts(...numbers));
});

test('what the server has is not sent again, also after a restart', async () => {
  const disk = createMemoryDisk();
  const spool = await begin(disk);
  const keys = await appendAll(spool, [0, 1, 2, 3]);
  await spool.acknowledge([keys[0], keys[2]].filter((key) => key !== undefined));
  expect(await waitingTexts(spool)).toEqual(texts(1, 3));
  disk.cutPower();
  const { spool: next, found } = await reopen(disk);
  expect(found).toEqual(texts(0, 1, 2, 3));
  expect(await waitingTexts(next)).toEqual(texts(1, 3));
});

test('an acknowledgement that was not noted durably is none: the record is sent again', async () => {
  const disk = createMemoryDisk();
  const spool = await begin(disk);
  const keys = await appendAll(spool, [0, 1]);
  for (const failing of ['append', 'sync']) {
    disk.failWhen((operation) => (operation === failing ? 'EIO' : undefined));
    await expect(spool.acknowledge(keys)).rejects.toMatchObject({ code: 'EIO' });
    expect(spool.status().waiting).toBe(2);
  }
  disk.failWhen(() => undefined);
  disk.cutPower(() => 0.5);
  const { spool: next } = await reopen(disk);
  expect(await waitingTexts(next)).toEqual(texts(0, 1));
  await next.acknowledge(keys);
  disk.cutPower();
  expect(await waitingTexts((await reopen(disk)).spool)).toEqual([]);
});

test('after seven days what the server has is let go; what it does not have is kept', async () => {
  const disk = createMemoryDisk();
  const spool = await begin(disk, 1, { segmentBytes: 300 });
  const keys = await appendAll(spool, [0, 1, 2, 3, 4, 5, 6, 7]);
  await spool.acknowledge(keys.slice(0, 5));
  const week = 7 * 86_400_000;
  await spool.prune(NOON + week);
  expect(spool.status().records).toBe(8);
  await spool.prune(NOON + week + 1);
  expect(spool.status().records).toBeLessThan(8);
  expect(await waitingTexts(spool)).toEqual(texts(5, 6, 7));
  expect(await waitingTexts((await reopen(disk)).spool)).toEqual(texts(5, 6, 7));
});

test('what the server asks for again is sent again, as long as it is kept', async () => {
  const disk = createMemoryDisk();
  const spool = await begin(disk, 1, { segmentBytes: 300 });
  const keys = await appendAll(spool, [0, 1, 2, 3, 4, 5]);
  await spool.acknowledge(keys);
  expect(await spool.sendAgain(({ seq }) => seq >= 4)).toBeGreaterThan(0);
  expect(await waitingTexts(spool)).toEqual(expect.arrayContaining(texts(4, 5)));
  disk.cutPower();
  const { spool: next } = await reopen(disk);
  expect(await waitingTexts(next)).toEqual(expect.arrayContaining(texts(4, 5)));
  expect(await next.sendAgain(({ bootEpoch }) => bootEpoch === 9)).toBe(0);
});

test('a full spool takes nothing that it could not keep, and never drops what still waits', async () => {
  const disk = createMemoryDisk();
  const limits = { mostBytes: 1500, segmentBytes: 300 };
  const spool = await begin(disk, 1, limits);
  let taken = 0;
  for (; taken < 100; taken += 1) {
    const isTaken = await spool.append(textOf(taken), NOON).then(
      () => true,
      (fault: { code: string }) => fault.code !== 'ENOSPC',
    );
    if (!isTaken) break;
  }
  expect(taken).toBeGreaterThan(5);
  expect(spool.status().waiting).toBe(taken);
  expect(await waitingTexts(spool)).toHaveLength(taken);
  await spool.acknowledge([0, 1, 2, 3].map((seq) => ({ bootEpoch: 1, seq })));
  expect(await spool.append(textOf(taken), NOON)).toEqual({ bootEpoch: 1, seq: taken });
  const numbers = Array.from({ length: taken - 3 }, (_, at) => at + 4);
  expect(await waitingTexts(spool)).toEqual(texts(...numbers));
});

test('a full disk: what the server has makes room, oldest first', async () => {
  const disk = createMemoryDisk();
  const spool = await begin(disk, 1, { segmentBytes: 200 });
  const keys = await appendAll(spool, [0, 1, 2, 3]);
  const files = () => [...disk.files.keys()].filter((name) => name.endsWith('.spool')).length;
  const most = files();
  disk.failWhen((operation) => {
    return operation === 'append' && files() >= most ? 'ENOSPC' : undefined;
  });
  await expect(spool.append(textOf(4), NOON)).rejects.toMatchObject({ code: 'ENOSPC' });
  disk.failWhen(() => undefined);
  await spool.acknowledge(keys.slice(0, 2));
  disk.failWhen((operation) => {
    return operation === 'append' && files() >= most ? 'ENOSPC' : undefined;
  });
  expect(await spool.append(textOf(4), NOON)).toEqual({ bootEpoch: 1, seq: 4 });
  disk.failWhen(() => undefined);
  expect(await waitingTexts(spool)).toEqual(texts(2, 3, 4));
});

test('a batch has its bounds, and a record that is not due holds up no other', async () => {
  const spool = await begin(createMemoryDisk(), 1, { segmentBytes: 300 });
  await appendAll(spool, [0, 1, 2, 3, 4]);
  const isDue = ({ seq }: { seq: number }) => seq !== 0;
  const three = await spool.waiting({ most: 3, mostBytes: 1_000_000, isDue });
  expect(three.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  const small = await spool.waiting({ most: 3, mostBytes: 1, isDue });
  expect(small.map(({ seq }) => seq)).toEqual([1]);
});
