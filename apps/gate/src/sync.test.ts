import { expect, test } from 'vitest';
import { city, type Stand, standAt } from '../test/stand.ts';
import { BatchRefused } from './index.ts';

const NOON = '2026-11-25T12:00:00+08:00';

/** Scans so many cards, each of which is let in. */
async function letIn(stand: Stand, many: number): Promise<void> {
  for (let at = 0; at < many; at += 1) {
    expect(await stand.scan(await city.makeCard())).toBe('granted');
  }
}

/** Turns until nothing waits; the time goes on as the gate asks for. Answers the seconds. */
async function drain(stand: Stand, most = 200): Promise<number> {
  const from = stand.clock.time;
  for (let turn = 0; turn < most; turn += 1) {
    const { waiting, nextDelayMs } = await stand.gate.syncOnce();
    if (waiting === 0) break;
    stand.clock.pass(nextDelayMs / 1000);
  }
  return (stand.clock.time - from) / 1000;
}

const opened = (stand: Stand) => stand.records().filter((record) => record.opened === true);

test('answers that are lost cost nothing: sent again, known, once at the server', async () => {
  const stand = await standAt(NOON);
  await letIn(stand, 5);
  stand.server.losesAnswers = true;
  expect(await stand.gate.syncOnce()).toMatchObject({ acknowledged: 0, waiting: 6 });
  stand.server.losesAnswers = false;
  await drain(stand);
  expect(opened(stand)).toHaveLength(5);
  expect(stand.gate.status().spool?.waiting).toBe(0);
});

test('one record that the server cannot keep holds up no other, and is sent again', async () => {
  const stand = await standAt(NOON);
  await letIn(stand, 8);
  let isPoison = true;
  stand.server.judge = ({ seq }) => (seq === 3 && isPoison ? 'failed' : undefined);
  expect(await stand.gate.syncOnce()).toMatchObject({ acknowledged: 8, failed: 1, waiting: 1 });
  await letIn(stand, 2);
  expect(await stand.gate.syncOnce()).toMatchObject({ sent: 2, acknowledged: 2, waiting: 1 });
  isPoison = false;
  expect(await drain(stand)).toBeLessThan(600);
  expect(opened(stand)).toHaveLength(10);
});

test('a quarantined record is acknowledged all the same', async () => {
  const stand = await standAt(NOON);
  await letIn(stand, 2);
  stand.server.judge = ({ seq }) => (seq === 1 ? 'quarantined' : undefined);
  expect(await stand.gate.syncOnce()).toMatchObject({ acknowledged: 3, waiting: 0 });
});

test('a batch that is refused is halved until one record stands alone; the others go through', async () => {
  const stand = await standAt(NOON);
  await letIn(stand, 20);
  const send = stand.server.sendBatch.bind(stand.server);
  stand.server.sendBatch = async (records, sentAt) => {
    if (records.some(({ seq }) => seq === 7)) throw new BatchRefused('unreadable');
    return send(records, sentAt);
  };
  for (let turn = 0; turn < 60 && (stand.gate.status().spool?.waiting ?? 0) > 1; turn += 1) {
    stand.clock.pass((await stand.gate.syncOnce()).nextDelayMs / 1000);
  }
  expect(stand.gate.status().spool?.waiting).toBe(1);
  expect(opened(stand)).toHaveLength(19);
});

test('after an outage of five hours everything is there within ten minutes', async () => {
  const stand = await standAt(NOON);
  stand.server.isDown = true;
  await letIn(stand, 30);
  let next = 0;
  for (let gone = 0; gone < 5 * 3600; gone += next / 1000) {
    next = (await stand.gate.syncOnce()).nextDelayMs;
    expect(next).toBeLessThanOrEqual(60_000);
    stand.clock.pass(next / 1000);
  }
  stand.server.isDown = false;
  expect(await drain(stand)).toBeLessThan(600);
  expect(opened(stand)).toHaveLength(30);
});

test('a server that was restored gets everything of seven days again', async () => {
  const stand = await standAt(NOON);
  await letIn(stand, 4);
  await drain(stand);
  stand.server.records.clear();
  stand.server.ledger = 'another';
  stand.clock.pass(61);
  await stand.restart();
  await drain(stand);
  await drain(stand);
  expect(opened(stand)).toHaveLength(4);
  const batches = stand.server.batches.length;
  stand.clock.pass(5);
  await stand.gate.syncOnce();
  expect(stand.server.batches).toHaveLength(batches);
});

test('a server that says from where gets it from there; gaps are filled from what is kept', async () => {
  const stand = await standAt(NOON);
  await letIn(stand, 4);
  await drain(stand);
  const { bootEpoch = 0 } = (await stand.gate.scan('nothing')).mark ?? {};
  stand.server.records.clear();
  stand.server.resendFrom = { bootEpoch, seq: 2 };
  await stand.gate.syncOnce();
  stand.server.resendFrom = null;
  await drain(stand);
  expect(opened(stand).length).toBeGreaterThanOrEqual(3);
  const send = stand.server.sendBatch.bind(stand.server);
  stand.server.records.clear();
  let asked = 0;
  stand.server.sendBatch = async (records, sentAt) => {
    asked += 1;
    const answer = await send(records, sentAt);
    return asked === 1 ? { ...answer, gaps: [{ bootEpoch, from: 0, to: 4 }] } : answer;
  };
  await stand.gate.scan('nothing');
  await stand.gate.syncOnce();
  await drain(stand);
  expect(opened(stand)).toHaveLength(4);
});

test('idle, a sign of life a minute; it sets the clock', async () => {
  const stand = await standAt(NOON);
  await drain(stand);
  const batches = stand.server.batches.length;
  stand.clock.pass(59);
  await stand.gate.syncOnce();
  expect(stand.server.batches).toHaveLength(batches);
  stand.clock.pass(1);
  await stand.gate.syncOnce();
  expect(stand.server.batches.at(-1)).toEqual([]);
  expect(stand.gate.status().contactAgeSeconds).toBe(0);
});

test('a batch has 500 records at most, and what is sent is what was spooled', async () => {
  const stand = await standAt(NOON);
  await Promise.all(Array.from({ length: 1200 }, (_, at) => stand.gate.scan(`LY1:RUBBISH ${at}`)));
  const turns: number[] = [];
  for (;;) {
    const { sent, waiting, nextDelayMs } = await stand.gate.syncOnce();
    turns.push(sent);
    if (waiting === 0) break;
    expect(nextDelayMs).toBe(0);
  }
  expect(turns).toEqual([500, 500, 201]);
  const codes = stand.records().map(({ code }) => code);
  expect(codes.slice(1)).toEqual(Array.from({ length: 1200 }, (_, at) => `LY1:RUBBISH ${at}`));
});
