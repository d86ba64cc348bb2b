/** The stream of events on a real connection. */
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '@liyu/domain/kernel';
import { expect, test } from 'vitest';
import { streamJob } from './event-stream.ts';
import { type ImportEvent, LAST_ORDINAL } from './import-event.ts';
import type { Job } from './import-job.ts';

const at = '2026-11-24T04:00:00.000Z' as Instant;
const STARTED: ImportEvent = { ordinal: 2, event: 'started', body: {}, recordedAt: at };
const ENDED: ImportEvent = {
  ordinal: LAST_ORDINAL,
  event: 'interrupted',
  body: {},
  recordedAt: at,
};

function jobOf(events: ImportEvent[]): Job {
  const received = { fileName: 'a.csv', source: 'http', by: 'owner' } as Job['received'];
  return { importId: 'none', received, events, last: 2, listeners: new Set() };
}

test('a heartbeat keeps a silent stream alive, and it ends with the import', async () => {
  const job = jobOf([STARTED]);
  const server = createServer((_request, response) => streamJob(response, job, 0, 1)).listen(0);
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}`);
  let heard = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    heard += text;
    if (heard.includes(': heartbeat')) for (const listener of job.listeners) listener(ENDED);
  }
  expect(heard).toMatch(/^id: 2\nevent: started\ndata: \{.*\}\n\n: heartbeat\n\n/);
  expect(heard).toMatch(/event: interrupted\ndata: \{.*\}\n\n$/);
  expect(job.listeners.size).toBe(0);
  server.close();
});

test('a listener who goes away is forgotten', async () => {
  const job = jobOf([STARTED]);
  const gone = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    streamJob(response, job, 0);
    response.on('close', gone.resolve);
  }).listen(0);
  const { port } = server.address() as AddressInfo;
  const request = get(`http://127.0.0.1:${port}`, (response) => {
    response.once('data', () => request.destroy());
    response.on('error', () => {});
  });
  request.on('error', () => {});
  await gone.promise;
  expect(job.listeners.size).toBe(0);
  server.close();
});
