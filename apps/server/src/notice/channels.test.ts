/** The channels against servers of the test: SMTP (RFC 5321) and a gateway for SMS. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../test/test-core.ts';
import { ConfigError, readConfig } from '../config.ts';
import type { Channel } from './channel.ts';
import { openChannels } from './open-channels.ts';
import { signSms, smsChannel } from './sms.ts';
import { smtpChannel } from './smtp.ts';

const KEY = Buffer.from('a key of thirty-two characters or more');
const clock = { now: () => instant('2026-11-24T12:00:00+08:00') };
const message = {
  id: '01a205b3-e388-7000-a496-3529da07342d',
  kind: 'claimed',
  to: 'donor@example.org',
  subject: '您的礼遇卡已申领',
  text: '【礼遇】您的卡已申领成功。',
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Mailbox {
  readonly url: string;
  readonly mails: string[];
}

/** A mail server on loopback; `refuse` answers the recipient with that status. */
async function openMailbox(
  refuse?: number,
  options: ConstructorParameters<typeof SMTPServer>[0] = {},
): Promise<Mailbox> {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    ...options,
    onRcptTo(_address, _session, callback) {
      if (refuse === undefined) callback();
      else callback(Object.assign(new Error('no'), { responseCode: refuse }));
    },
    onData(stream, _session, callback) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        mails.push(Buffer.concat(parts).toString());
        callback();
      });
    },
  });
  // A client that breaks off is what some tests are about.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  closing.push(() => new Promise((done) => void server.close(() => done())));
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, mails };
}

function mail(url: string): Channel {
  const channel = smtpChannel(url, 'liyu@example.org');
  closing.unshift(async () => channel.close());
  return channel;
}

describe('SMTP', () => {
  test('delivers the text, under an id that stays the same', async () => {
    const { url, mails } = await openMailbox();
    expect(await mail(url).send(message)).toEqual({ kind: 'sent' });
    const [received = ''] = mails;
    expect(received).toContain(`Message-ID: <${message.id}@liyu>`);
    expect(received).toContain('To: donor@example.org');
    const body = received.split('\r\n\r\n')[1] ?? '';
    expect(Buffer.from(body, 'base64').toString()).toContain(message.text);
  });

  test.each([
    [450, 'again'],
    [550, 'never'],
  ])('the answer %i is "%s"', async (status, kind) => {
    const { url, mails } = await openMailbox(status);
    const outcome = await mail(url).send(message);
    expect(outcome).toEqual({ kind, why: `the mail server answered ${status}` });
    expect(mails).toEqual([]);
  });

  test('a wrong password is "again": once it is mended, everything goes', async () => {
    const { url, mails } = await openMailbox(undefined, {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, callback) => callback(new Error('no')),
    });
    const outcome = await mail(url.replace('//', '//liyu:wrong@')).send(message);
    expect(outcome).toEqual({ kind: 'again', why: 'the mail server answered 535' });
    expect(mails).toEqual([]);
  });

  test('nobody there is "again", and says nothing of whom', async () => {
    const outcome = await mail('smtp://127.0.0.1:1').send(message);
    expect(outcome).toEqual({ kind: 'again', why: 'the mail server did not answer' });
  });

  test('beyond this machine nothing goes without TLS', async () => {
    const { url, mails } = await openMailbox();
    // Resolves to this machine, and is not a name of it.
    const elsewhere = url.replace('127.0.0.1', '0.0.0.0');
    expect(await mail(elsewhere).send(message)).toMatchObject({ kind: 'again' });
    expect(mails).toEqual([]);
  });

  test('a certificate that nobody signed is not believed', async () => {
    const { url, mails } = await openMailbox(undefined, { secure: true, disabledCommands: [] });
    const outcome = await mail(url.replace('smtp:', 'smtps:')).send(message);
    expect(outcome).toMatchObject({ kind: 'again' });
    expect(mails).toEqual([]);
  });
});

interface Gateway {
  readonly url: string;
  readonly sent: { id: string; to: string; text: string }[];
  readonly requests: { body: string; timestamp: string; signature: string }[];
}

/** A gateway as docs/notices.md asks for: it checks the signature and drops repetitions. */
async function openGateway(answer = 200): Promise<Gateway> {
  const sent: Gateway['sent'] = [];
  const requests: Gateway['requests'] = [];
  const seen = new Set<string>();
  const server: Server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const timestamp = String(request.headers['x-liyu-timestamp']);
    const signature = String(request.headers['x-liyu-signature']);
    requests.push({ body, timestamp, signature });
    const now = Date.parse(clock.now()) / 1000;
    const isFresh = Math.abs(now - Number(timestamp)) <= 300;
    if (!isFresh || signature !== signSms(KEY, Number(timestamp), body)) {
      response.writeHead(401).end();
      return;
    }
    const { id, to, text } = JSON.parse(body);
    if (answer === 200 && !seen.has(id)) sent.push({ id, to, text });
    seen.add(id);
    response.writeHead(answer, answer === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => void server.close(done));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`, sent, requests };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('SMS', () => {
  const sms = { ...message, to: '15400000001' };

  test('is signed, and sent again it is the same message', async () => {
    const gateway = await openGateway();
    const channel = smsChannel(gateway.url, KEY, clock);
    expect(await channel.send(sms)).toEqual({ kind: 'sent' });
    expect(await channel.send(sms)).toEqual({ kind: 'sent' });
    expect(gateway.sent).toEqual([{ id: sms.id, to: sms.to, text: sms.text }]);
  });

  test('a changed body, a later moment and another key are refused by the gateway', async () => {
    const gateway = await openGateway();
    await smsChannel(gateway.url, KEY, clock).send(sms);
    const [{ body, timestamp, signature }] = gateway.requests as [Gateway['requests'][number]];
    const forge = async (more: { body?: string; timestamp?: string }) => {
      const sentAgain = { body, timestamp, ...more };
      const response = await fetch(gateway.url, {
        method: 'POST',
        body: sentAgain.body,
        headers: { 'x-liyu-timestamp': sentAgain.timestamp, 'x-liyu-signature': signature },
      });
      return response.status;
    };
    expect(await forge({ body: body.replace(sms.to, '15499999999') })).toBe(401);
    expect(await forge({ timestamp: String(Number(timestamp) + 1) })).toBe(401);
    expect(await forge({ timestamp: String(Number(timestamp) - 600) })).toBe(401);
    expect(gateway.sent).toHaveLength(1);
    const other = smsChannel(gateway.url, Buffer.from('x'.repeat(32)), clock);
    expect(await other.send(sms)).toEqual({ kind: 'never', why: 'the gateway answered 401' });
  });

  test('the signature is HMAC-SHA-256 over moment, full stop and body', () => {
    expect(signSms(Buffer.from('key'), 1, '{}')).toBe(
      // printf '1.{}' | openssl dgst -sha256 -hmac key
      '1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224',
    );
  });

  test.each([
    [400, 'never'],
    [404, 'never'],
    [408, 'again'],
    [429, 'again'],
    [500, 'again'],
    [503, 'again'],
  ])('the answer %i is "%s"', async (status, kind) => {
    const { url } = await openGateway(status);
    expect(await smsChannel(url, KEY, clock).send(sms)).toMatchObject({ kind });
  });

  test('a gateway that sends elsewhere is not followed', async () => {
    const { url } = await openGateway(302);
    expect(await smsChannel(url, KEY, clock).send(sms)).toMatchObject({ kind: 'again' });
  });

  test('nobody there is "again"', async () => {
    const outcome = await smsChannel('http://127.0.0.1:1/', KEY, clock).send(sms);
    expect(outcome).toEqual({ kind: 'again', why: 'the gateway did not answer' });
  });
});

describe('the configuration', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'liyu-'));
  const keyFile = path.join(folder, 'sms.key');
  afterAll(() => rmSync(folder, { recursive: true }));
  const url = 'https://sms.example/send';

  test.each([
    [{ LIYU_SMS_URL: url }, 'LIYU_SMS_KEY_FILE: LIYU_SMS_URL needs it'],
    [{ LIYU_SMS_KEY_FILE: keyFile }, 'LIYU_SMS_URL: LIYU_SMS_KEY_FILE needs it'],
    [
      { LIYU_SMS_URL: 'http://sms.example/', LIYU_SMS_KEY_FILE: keyFile },
      'LIYU_SMS_URL: codes go by https',
    ],
    [{ LIYU_SMS_URL: 'ftp://sms.example/' }, 'LIYU_SMS_URL: an address such as https'],
    [{ LIYU_SMTP_URL: 'https://mail.example' }, 'LIYU_SMTP_URL: an address such as smtp'],
    [{ LIYU_SMTP_URL: 'smtp://mail.example' }, 'LIYU_SMTP_FROM: LIYU_SMTP_URL needs it'],
    [{ LIYU_SMTP_FROM: 'a name' }, 'LIYU_SMTP_FROM: the address that e-mail comes from'],
  ])('%j', (environment, problem) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
    expect(() => readConfig(environment)).toThrow(problem);
  });

  test('a key that is not there, or too short, is named', () => {
    const config = readConfig({ LIYU_SMS_URL: url, LIYU_SMS_KEY_FILE: keyFile });
    const open = () => openChannels(config, clock, () => {});
    expect(open).toThrow('LIYU_SMS_KEY_FILE: the file cannot be read');
    writeFileSync(keyFile, 'short');
    expect(open).toThrow('LIYU_SMS_KEY_FILE: a key has 32 characters or more');
    writeFileSync(keyFile, KEY);
    expect(open().sms).toBeDefined();
  });

  test('in development the log shows codes and nothing else; production has no log', async () => {
    const lines: string[] = [];
    const { sms } = openChannels(readConfig({}), clock, (line) => lines.push(line));
    await sms?.send({ ...message, kind: 'one_time_code', text: 'code 123456' });
    await sms?.send(message);
    expect(lines).toEqual(['code 123456']);
    const production = readConfig({ DATABASE_URL: 'postgresql://liyu@db/liyu' });
    expect(openChannels(production, clock, () => {})).toEqual({ sms: undefined, email: undefined });
  });
});
