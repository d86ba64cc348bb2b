/** Donation files over HTTP, on the real database: sent, watched, asked about, interrupted. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../../test/server-process.ts';
import {
  HEADING,
  lineOf,
  openTestCore,
  residentNumber,
  type TestCore,
} from '../../test/test-core.ts';
import { buildHttp } from '../edge/http.ts';

const IMPORTS = '/api/v1/donation-imports';
let city: TestCore;
let server: FastifyInstance;
let address: string;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
  server = await buildHttp({
    core: city.core,
    token: 'the-home-owner-shows-this',
    open: true,
    logLevel: 'silent',
    checkAnswers: true,
  });
  address = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await city.close();
});

type Fields = Readonly<Record<string, string>>;

const row = (number: string, ordinal: number, donatedOn = '2026-03-10'): string =>
  lineOf({ number, document: residentNumber(ordinal), donatedOn });
const fileOf = (...rows: string[]): string => [HEADING, ...rows].join('\n');

function send(text: string | Uint8Array, fields: Fields = {}, to = address): Promise<Response> {
  const form = new FormData();
  form.append('file', new Blob([text as BlobPart]), '../../三月.csv');
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return fetch(`${to}${IMPORTS}`, { method: 'POST', body: form });
}

interface Told {
  readonly id: number;
  readonly event: string;
  readonly body: Record<string, unknown>;
}

/** The events of an import up to its end, as a browser would read them. */
async function listen(importId: string, after?: number, to = address): Promise<Told[]> {
  const headers = after === undefined ? {} : { 'last-event-id': String(after) };
  const response = await fetch(`${to}${IMPORTS}/${importId}/events`, { headers });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  return (await response.text())
    .split('\n\n')
    .filter((frame) => frame.startsWith('id: '))
    .map((frame) => {
      const [id = '', event = '', said = ''] = frame
        .split('\n')
        .map((line) => line.slice(line.indexOf(': ') + 2));
      return { id: Number(id), event, body: JSON.parse(said) };
    });
}

async function importIdOf(response: Response): Promise<string> {
  expect(response.status).toBe(202);
  const { importId, address: where } = (await response.json()) as Record<string, string>;
  expect(response.headers.get('location')).toBe(`${IMPORTS}/${importId}`);
  expect(where).toBe(`${IMPORTS}/${importId}`);
  return importId ?? '';
}

/** Sends the file, waits for its end and answers what became of it. */
async function take(text: string | Uint8Array, fields: Fields = {}) {
  const importId = await importIdOf(await send(text, fields));
  await listen(importId);
  return ask(importId);
}

// biome-ignore lint/suspicious/noExplicitAny: an answer, looked at field by field
async function ask(importId: string, to = address): Promise<any> {
  return (await fetch(`${to}${IMPORTS}/${importId}`)).json();
}

/** What lies in the home of imports at work. */
const left = (): string[] =>
  readdirSync(path.join(city.home, 'imports')).filter((name) => !name.endsWith('.errors'));
const donationsOf = async (number: string): Promise<number> => {
  const rows = await city.core.database
    .selectFrom('donation')
    .select('import_id')
    .where('donation_number', '=', number)
    .execute();
  return rows.length;
};

test('a file is taken in, told about step by step, and its rows count', async () => {
  const importId = await importIdOf(await send(fileOf(row('R1', 1), row('R2', 2))));
  const told = await listen(importId);
  expect(told.map(({ event }) => event)).toEqual(['received', 'started', 'encoding', 'done']);
  expect(told.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(told.map(({ id }) => id));
  expect(await ask(importId)).toMatchObject({
    state: 'done',
    received: { source: 'http', fileName: '三月.csv', by: 'owner', dryRun: false },
    report: { rows: 2, imported: 2, unchanged: 0, conflicts: 0, rejected: [], kept: true },
    encoding: 'utf-8',
    progress: null,
    errors: [],
  });
  expect(await donationsOf('R1')).toBe(1);
  expect(left()).toEqual([]);
});

test('sent again, the same file changes nothing; a dry run keeps nothing', async () => {
  await take(fileOf(row('S1', 1)));
  expect((await take(fileOf(row('S1', 1)))).report).toMatchObject({ imported: 0, unchanged: 1 });
  const dry = await take(fileOf(row('S2', 1)), { dryRun: 'true' });
  expect(dry).toMatchObject({ state: 'done', report: { imported: 1, kept: false } });
  expect(await donationsOf('S2')).toBe(0);
});

test('a heading that nobody knows is named as far as it can be shown', async () => {
  const [headings = '', ...rows] = fileOf(row('H1', 1)).split('\n');
  const long = `${'备'.repeat(39)}𠮷`;
  const file = [`${headings},a\0b,${long}注`, ...rows].join('\n');
  const { state, report } = await take(file);
  expect(state).toBe('done');
  expect(report).toMatchObject({ imported: 1 });
  const said = report.warnings.map(({ message }: { message: { en: string } }) => message.en);
  expect(said).toEqual(['ab', long].map((name) => expect.stringContaining(`"${name}"`)));
});

test('wrong rows are named in both languages and come back as a file, for its owner, for a day', async () => {
  const bad = `=cmd|x,${row('X', 3, '2026-02-30').slice(2)}`;
  const rows = fileOf(row('T1', 3), bad, row('T2', 4, '2027-01-01'));
  const answer = await take(rows);
  expect(answer.report).toMatchObject({ imported: 1, errors: 3, kept: true });
  expect(answer.report.rejected[0]).toMatchObject({ row: 3, column: 'donation_number' });
  expect(answer.report.rejected[0].message.zh).toMatch(/\p{Script=Han}/u);

  expect(left()).toEqual([]);
  const sealed = path.join(city.home, 'imports', `${answer.importId}.errors`);
  expect(statSync(sealed).mode & 0o777).toBe(0o600);
  expect(readFileSync(sealed).includes(residentNumber(3))).toBe(false);

  const response = await fetch(`${address}${IMPORTS}/${answer.importId}/errors.csv`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const lines = (await response.text()).split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[1]).toContain(",'=cmd|x,");
  expect(lines[2]).toContain(`,T2,`);

  city.setNow('2026-11-25T12:00:01+08:00');
  await take(fileOf(row('T3', 4)));
  expect((await fetch(`${address}${IMPORTS}/${answer.importId}/errors.csv`)).status).toBe(404);
  expect(existsSync(sealed)).toBe(false);
});

test('all or nothing: one wrong row, and nothing of the file is in', async () => {
  const answer = await take(fileOf(row('U1', 1), row('U2', 1, '2026-02-30')), {
    allOrNothing: 'true',
  });
  expect(answer).toMatchObject({ state: 'done', report: { imported: 0, kept: false, errors: 1 } });
  expect(await donationsOf('U1')).toBe(0);
});

test('a file that is none is refused with its reason in both languages', async () => {
  const answer = await take('献血码,姓名\nA,B\n');
  expect(answer).toMatchObject({ state: 'refused', report: null });
  expect(answer.errors[0]).toMatchObject({ code: 'headings_missing' });
  expect(answer.errors[0].message.zh).toMatch(/\p{Script=Han}/u);
  const gbk = await take(fileOf(row('V1', 1)), { encoding: 'utf-16le' });
  expect(gbk.state).toBe('refused');
  expect(left()).toEqual([]);
});

test('warnings name unknown headings and other cities', async () => {
  const line = `${row('W1', 5)}大同,x`;
  const { report } = await take(`${HEADING},备注\n${line}\n`);
  expect(report.warnings.map(({ code }: { code: string }) => code)).toEqual([
    'heading_unknown',
    'other_city',
  ]);
});

describe('what is no donation file on its way is a problem that names the field', () => {
  test.each<[string, Fields, string]>([
    ['an unknown field', { keep: 'true' }, ''],
    ['no yes or no', { dryRun: 'perhaps' }, '/dryRun'],
    ['an unknown encoding', { encoding: 'latin1' }, '/encoding'],
  ])('%s', async (_what, fields, pointer) => {
    const response = await send(fileOf(row('Y1', 1)), fields);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as {
      errors: { pointer: string; message: { zh: string } }[];
    };
    expect(errors[0]?.pointer).toBe(pointer);
    expect(errors[0]?.message.zh).not.toBe('');
    expect(left()).toEqual([]);
  });

  test('no file, another form, and more than 50 MB', async () => {
    const empty = new FormData();
    empty.append('dryRun', 'true');
    const url = `${address}${IMPORTS}`;
    expect((await fetch(url, { method: 'POST', body: empty })).status).toBe(400);
    const headers = { 'content-type': 'text/csv' };
    expect((await fetch(url, { method: 'POST', body: HEADING, headers })).status).toBe(415);
    const cut = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nabc',
    });
    expect(cut.status).toBe(400);
    expect(await cut.json()).toMatchObject({ errors: [{ pointer: '', code: 'form_malformed' }] });
    const twice = new FormData();
    for (const name of ['a.csv', 'b.csv']) twice.append('file', new Blob([HEADING]), name);
    const two = await (await fetch(url, { method: 'POST', body: twice })).json();
    expect(two).toMatchObject({ status: 400, errors: [{ pointer: '/file', code: 'too_many' }] });
    const large = await send(new Uint8Array(50 * 1024 * 1024 + 1));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ code: 'file_too_large' });
    expect(left()).toEqual([]);
  });
});

test('more rows than are taken over HTTP: nothing of the file is in', async () => {
  const rows = Array.from({ length: 200_001 }, () => 'Z1,,,,,,,,');
  const answer = await take(fileOf(row('Z0', 1), rows.join('\n')));
  expect(answer).toMatchObject({ state: 'refused', errors: [{ code: 'too_many_rows' }] });
  expect(await donationsOf('Z0')).toBe(0);
});

test('an import that is none answers 404, whatever is asked', async () => {
  const none = `${address}${IMPORTS}/01a205b3-e388-7000-a496-3529da07342d`;
  const answers = await Promise.all(
    ['', '/events', '/errors.csv'].map(async (what) => (await fetch(`${none}${what}`)).text()),
  );
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0] ?? '')).toMatchObject({ status: 404, code: 'not_found' });
});

const MANY = Array.from({ length: 6000 }, (_, at) => row(`M${at}`, at % 300, '1990-01-01'));

test('listeners hear the same, from where they left off, while it runs and after its end', async () => {
  const importId = await importIdOf(await send(fileOf(...MANY)));
  const [one, other] = await Promise.all([listen(importId), listen(importId)]);
  expect(one.at(-1)?.event).toBe('done');
  expect(other.at(-1)).toEqual(one.at(-1));
  const progress = one.filter(({ event }) => event === 'progress').map(({ body }) => body);
  expect(progress.length).toBeGreaterThan(2);
  expect(progress.at(-1)).toMatchObject({ rows: 6000, size: Buffer.byteLength(fileOf(...MANY)) });
  const later = await listen(importId);
  expect(later).toEqual(one.filter(({ event }) => event !== 'progress'));
  expect(await listen(importId, later[1]?.id)).toEqual(later.slice(2));
  const headers = { 'last-event-id': String(one.at(-1)?.id) };
  const seen = await fetch(`${address}${IMPORTS}/${importId}/events`, { headers });
  expect(seen.status).toBe(204);
});

test('what waits is bounded: 503 says when to come back, and the rest is taken in', async () => {
  const sent = await Promise.all(
    Array.from({ length: 12 }, (_, at) => send(fileOf(...MANY, row(`Q${at}`, 1)))),
  );
  const full = sent.filter(({ status }) => status === 503);
  expect(full.length).toBeGreaterThan(0);
  expect(Number(full[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  const taken = sent.filter(({ status }) => status === 202);
  expect(taken.length).toBeGreaterThan(1);
  for (const response of taken) {
    const told = await listen(await importIdOf(response));
    expect(told.at(-1)).toMatchObject({ event: 'done', body: { imported: 1 } });
  }
});

/** A request whose body stops in the middle: the connection is cut when the file has begun. */
async function cut(to: string): Promise<void> {
  const request = http.request(`${to}${IMPORTS}`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 1e6 },
  });
  request.on('error', () => {});
  request.write('--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n');
  request.write(HEADING);
  await new Promise((resolve) => request.write('\n', resolve));
  await new Promise((resolve) => {
    request.on('close', resolve);
    request.destroy();
  });
}

test('a connection that is cut leaves no file and takes no place for good', async () => {
  for (let at = 0; at < 20; at += 1) await cut(address);
  let response = await send(fileOf(row('C1', 1)));
  while (response.status === 503) response = await send(fileOf(row('C1', 1)));
  expect((await listen(await importIdOf(response))).at(-1)?.event).toBe('done');
  expect(left()).toEqual([]);
});

describe('a server of its own', () => {
  test('kill -9 amid an import: interrupted, nothing in, no file left, and it can be sent again', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'liyu-http-'));
    const file = fileOf(...Array.from({ length: 20_000 }, (_, at) => row(`K${at}`, at % 900)));
    const first = await startServer(home, { LIYU_SAMPLE: '0' });
    const importId = await importIdOf(await send(file, {}, first.address));
    const queued = await importIdOf(await send(fileOf(row('L1', 1)), {}, first.address));
    const response = await fetch(`${first.address}${IMPORTS}/${importId}/events`);
    let heard = '';
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += text;
      if (heard.includes('event: progress')) break;
    }
    await first.kill();

    const second = await startServer(home, { LIYU_SAMPLE: '0' });
    for (const id of [importId, queued]) {
      expect(await ask(id, second.address)).toMatchObject({ state: 'interrupted', report: null });
      expect((await listen(id, 5000, second.address)).map(({ event }) => event)).toEqual([
        'interrupted',
      ]);
    }
    expect(readdirSync(path.join(home, 'imports'))).toEqual([]);
    const again = await importIdOf(await send(file, {}, second.address));
    await listen(again, 0, second.address);
    const { report } = await ask(again, second.address);
    expect(report).toMatchObject({ rows: 20_000, imported: 20_000, unchanged: 0 });

    const last = await importIdOf(await send(file.replaceAll('K', 'N'), {}, second.address));
    const stream = await fetch(`${second.address}${IMPORTS}/${last}/events`);
    expect(await second.stop()).toBe(0);
    expect(await stream.text()).toMatch(/event: interrupted\ndata: \{.*\}\n\n$/);
    rmSync(home, { recursive: true });
  }, 120_000);
});

test('imports are listed, newest first, page by page, with their ids', async () => {
  const list = async (query = ''): Promise<{ importId: string }[]> =>
    ((await (await fetch(`${address}${IMPORTS}${query}`)).json()) as { imports: [] }).imports;
  await city.importText(fileOf(row('ZA1', 1)));
  const { importId } = await take(fileOf(row('ZA2', 1), row('ZA3', 1, '2026-02-30')));
  const [one, two] = await list();
  expect(one).toMatchObject({ importId, source: 'http', imported: 1, rejected: 1, state: 'done' });
  expect(two).toMatchObject({ source: null, imported: 1, state: 'done' });
  expect(await list(`?limit=1&before=${importId}`)).toEqual([two]);
  expect(await ask(two?.importId ?? '')).toMatchObject({ state: 'done', received: null });
});

test('an import is taken back over HTTP: shown first, and asked for where something is lost', async () => {
  const ordinal = 700;
  const rows = Array.from({ length: 10 }, (_, at) =>
    lineOf({
      number: `RV${at}`,
      document: residentNumber(ordinal),
      donatedOn: `20${16 + at}-05-05`,
      amount: '400',
    }),
  );
  const { importId } = await take(fileOf(...rows));
  const revert = async (body: object, id = importId): Promise<Response> =>
    fetch(`${address}${IMPORTS}/${id}/revert`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const reason = 'the wrong month';
  expect((await revert({})).status).toBe(400);
  const preview = await revert({ reason, preview: true });
  expect(preview.status).toBe(200);
  expect(await preview.json()).toMatchObject({ kept: false, effect: { lost: 1 } });
  const asked = await revert({ reason });
  expect(asked.status).toBe(202);
  expect(await asked.json()).toMatchObject({ kept: false, approval: { needed: true } });
  expect((await ask(importId)).state).toBe('done');

  const old = await take(fileOf(row('RW1', ordinal, '1990-01-01')));
  expect((await revert({ reason }, old.importId)).status).toBe(200);
  expect(await ask(old.importId)).toMatchObject({
    state: 'reverted',
    reverted: { by: 'owner', reason },
  });
  expect((await revert({ reason }, old.importId)).status).toBe(409);
  expect((await revert({ reason }, '01a205b3-e388-7000-a496-3529da07342d')).status).toBe(404);
  const listed = (await (await fetch(`${address}${IMPORTS}?limit=1`)).json()) as {
    imports: object[];
  };
  expect(listed.imports[0]).toMatchObject({ importId: old.importId, state: 'reverted' });
});
