/**
 * I6: a thousand canaries go through a real server at its most talkative, by every way in, and are
 * looked for in everything that it wrote or answered: files, write-ahead log, logs, metrics,
 * problems, exports, backups.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase } from '../database.ts';
import { type ServerProcess, startServer } from '../server-process.ts';
import { canaryFile, DOCUMENTS, SECRETS, wrongFile } from './canaries.ts';
import { findIn, findInFolder, needlesOf } from './needles.ts';

const NEEDLES = Object.entries(SECRETS).flatMap(([what, secret]) => needlesOf(what, secret));
const SECRET = `${SECRETS.name}天 ${DOCUMENTS[0]} ${SECRETS.telephone}000`;

describe('the search finds a canary', () => {
  const writings: [string, Buffer][] = [
    ['as it is', Buffer.from(SECRET)],
    ['in GBK', Buffer.from('b0a1fd93ec68b0a1', 'hex')],
    ['in UTF-16LE', Buffer.from(SECRET, 'utf16le')],
    ['in UTF-16BE', Buffer.from(SECRET, 'utf16le').swap16()],
    ['in hexadecimal', Buffer.from(Buffer.from(SECRET).toString('hex'))],
    ['in HEXADECIMAL', Buffer.from(Buffer.from(SECRET).toString('hex').toUpperCase())],
    ['in an address', Buffer.from(encodeURIComponent(SECRET))],
    ['in escapes', Buffer.from('\\u9f98\\u9750')],
    ...['', 'x', 'xx'].map((before): [string, Buffer] => [
      `in base64 after ${before.length}`,
      Buffer.from(Buffer.from(`${before}${SECRET}`).toString('base64')),
    ]),
  ];
  test.each(writings)('%s', (_how, bytes) => {
    const around = Buffer.concat([Buffer.alloc(999, 7), bytes, Buffer.alloc(999, 7)]);
    expect(findIn(around, NEEDLES)).not.toEqual([]);
  });

  test('and nothing where there is none', () => {
    expect(findIn(Buffer.from('龘* 140*************2X 199****000'), NEEDLES)).toEqual([]);
  });
});

describe('a real server', () => {
  /** The operator's own files, which hold what he has. */
  let own: string;
  let home: string;
  let server: ServerProcess;
  let environment: Record<string, string>;
  let drop = async (): Promise<void> => {};
  let database: string | undefined;
  const heard: Buffer[] = [];

  beforeAll(async () => {
    own = mkdtempSync(path.join(tmpdir(), 'liyu-own-'));
    home = mkdtempSync(path.join(tmpdir(), 'liyu-canary-'));
    const postgres = process.env.LIYU_TEST_POSTGRES;
    const made = postgres === undefined ? undefined : await createDatabase(postgres);
    environment = {
      LIYU_HOME: home,
      LIYU_MODE: 'development',
      LIYU_LOG: 'trace',
      LIYU_SAMPLE: '0',
      ...(made === undefined ? {} : { DATABASE_URL: made.url }),
    };
    if (made !== undefined) ({ url: database, drop } = made);
    writeFileSync(path.join(own, 'canaries.csv'), canaryFile());
    writeFileSync(path.join(own, 'wrong.csv'), wrongFile());
    mkdirSync(path.join(home, 'out'));
    await start();
  });
  afterAll(async () => {
    await server.stop();
    await drop();
    rmSync(own, { recursive: true });
    rmSync(home, { recursive: true });
  });

  async function start(): Promise<void> {
    server = await startServer(home, environment);
    server.child.stderr?.on('data', (text: Buffer) => heard.push(text));
    server.child.stdout?.on('data', (text: Buffer) => heard.push(text));
  }

  /** Runs a command in the server, as the command line does, and keeps what it says. */
  async function liyu(...argv: string[]): Promise<{ status: number; out: string }> {
    const { token } = JSON.parse(readFileSync(path.join(home, 'server.json'), 'utf8'));
    const response = await send('POST', '/api/v1/commands', {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ argv, folder: own }),
    });
    const lines = (await response.text()).trim().split('\n');
    const said = lines.map((line) => JSON.parse(line) as { print?: string; exit?: number });
    return {
      status: said.at(-1)?.exit ?? 3,
      out: said.map(({ print }) => print ?? '').join('\n'),
    };
  }

  /** Sends a request and keeps the whole answer. */
  async function send(method: string, url: string, more: RequestInit = {}): Promise<Response> {
    const response = await fetch(`${server.address}${url}`, { method, ...more });
    const text = Buffer.from(await response.clone().arrayBuffer());
    heard.push(Buffer.from(JSON.stringify([...response.headers])), text);
    return response;
  }

  test('takes the canaries in, and what is wrong with rows is masked', async () => {
    const { status, out } = await liyu('import', 'canaries.csv', '--json');
    expect([status, JSON.parse(out).imported]).toEqual([0, DOCUMENTS.length]);
    const wrong = await liyu('import', 'wrong.csv', '--errors', 'errors.csv', '--json');
    expect(wrong.status).toBe(1);
    expect(JSON.parse(wrong.out).rejected.length).toBeGreaterThan(8);
    for (const name of ['canaries.csv', 'wrong.csv']) {
      const form = new FormData();
      const content = name === 'wrong.csv' ? wrongFile() : canaryFile();
      form.set('file', new Blob([content]), name);
      const sent = await send('POST', '/api/v1/donation-imports', { body: form });
      expect(sent.status).toBeLessThan(300);
      const { importId } = (await sent.json()) as { importId: string };
      await send('GET', `/api/v1/donation-imports/${importId}/events`);
      await send('GET', `/api/v1/donation-imports/${importId}`);
    }
  });

  test('does everything with them', async () => {
    const [resident = '', passport = ''] = [DOCUMENTS[0], DOCUMENTS[9]];
    for (const document of [resident, passport]) {
      await liyu('standing', '--document', document, '--json');
      await liyu('decide', '--document', document, '--benefit', 'site', '--site', 'jinci-museum');
      const { out } = await liyu('code', '--document', document, '--json');
      const code = (JSON.parse(out) as { code: string }).code;
      for (let times = 0; times < 2; times += 1) {
        await liyu('scan', '--code', code, '--venue', 'metro-demo', '--json');
      }
      const who = ['--document', document, '--by', 'Li', '--reason', 'phone broken'];
      const admitted = await liyu('admit', ...who, '--venue', 'jinci-museum', '--json');
      const { redemptionId } = JSON.parse(admitted.out) as { redemptionId: string };
      await liyu('reverse', redemptionId, '--reason', 'wrong desk', '--json');
      await liyu('admit', ...who.slice(0, 4), '--reason', document, '--venue', 'jinci-museum');
    }
    await liyu('standing', '--document', `${resident}9`, '--json');
    await liyu('standing', '--summary', '--json');
    await liyu('correct', '--donation', 'CAN5', '--void', '--reason', `${SECRETS.telephone}005`);
    await liyu('correct', '--donation', 'CAN5', '--mistake', '--reason', 'typed twice', '--json');
    await liyu('settle', '--partner', 'jinci-museum', '--month', '2026-11', '--json');
    await liyu('audit', 'checkpoint', '--json');
    await liyu('audit', 'export', path.join(home, 'out', 'audit'), '--json');
    await liyu('audit', 'verify', '--json');
    await liyu('keys', 'rotate-fields', '--json');
    const backup = path.join(home, 'out', 'backup');
    expect((await liyu('backup', '--out', backup, '--json')).status).toBe(0);
    expect((await liyu('backup', 'verify', backup, '--json')).status).toBe(0);
  });

  test('refuses them in every field of every route', async () => {
    const document = (await (await send('GET', '/api/openapi.json')).json()) as OpenApi;
    const filled = encodeURIComponent(SECRET);
    const headers = { 'user-agent': DOCUMENTS[0] ?? '', 'x-request-id': DOCUMENTS[0] ?? '' };
    for (const [address, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const url = address.replace(/\{\w+\}/g, filled);
        const shape = operation.requestBody?.content['application/json']?.schema;
        const bodies = shape === undefined ? [undefined] : [fill(shape), {}, [SECRET]];
        for (const body of bodies) {
          const json = { 'content-type': 'application/json' };
          const more = body === undefined ? {} : { body: JSON.stringify(body) };
          const all = body === undefined ? headers : { ...headers, ...json };
          await send(method.toUpperCase(), `${url}?document=${filled}`, { headers: all, ...more });
        }
      }
    }
    const url = '/api/v1/redemptions';
    const json = { ...headers, 'content-type': 'application/json' };
    await send('POST', url, { headers: json, body: `{"code":"${SECRET}` });
    await send('POST', url, { headers, body: SECRET });
    await send('GET', `/${filled}`, { headers: { ...headers, authorization: `Bearer ${filled}` } });
    await send('GET', '/api/v1/approvals', { headers: { ...headers, cookie: `liyu=${filled}` } });
    await send('GET', '/metrics');
  });

  test('and has written and said them nowhere', async () => {
    await server.kill();
    expect(findInFolder(home, NEEDLES)).toEqual([]);
    await start();
    await server.stop();
    expect(findInFolder(home, NEEDLES)).toEqual([]);
    expect(saidLines().flatMap((line) => found(line))).toEqual([]);
    expect(heard.length).toBeGreaterThan(100);
    if (database !== undefined) expect(await findInServer(database)).toEqual([]);
    await start();
  });

  function saidLines(): string[] {
    return heard.flatMap((said) => said.toString('latin1').split('\n'));
  }

  function found(line: string): string[] {
    const bytes = Buffer.from(line, 'latin1');
    return findIn(bytes, NEEDLES).map((one) => `${one}: ${bytes.toString().slice(0, 300)}`);
  }
});

/** The files of the database on its server, write-ahead log included, after a checkpoint. */
async function findInServer(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('checkpoint');
  const { rows } = await client.query(
    "select current_setting('data_directory') as folder, oid from pg_database where datname = current_database()",
  );
  await client.end();
  const { folder, oid } = rows[0] as { folder: string; oid: number };
  return [path.join(folder, 'base', String(oid)), path.join(folder, 'pg_wal')].flatMap((one) =>
    findInFolder(one, NEEDLES),
  );
}

interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<string, { requestBody?: { content: Readonly<Record<string, { schema: Shape }>> } }>
      >
    >
  >;
}

/** A value of the shape with a canary in every text. */
function fill(shape: Shape): unknown {
  if (shape.anyOf?.[0] !== undefined) return fill(shape.anyOf[0]);
  if (shape.type === 'object') {
    const parts = Object.entries(shape.properties ?? {}).map(([name, part]) => [name, fill(part)]);
    return { ...Object.fromEntries(parts), [SECRET]: SECRET };
  }
  if (shape.type === 'array') return [fill(shape.items ?? {})];
  return shape.type === 'integer' || shape.type === 'number' ? 19912345000 : SECRET;
}
