/** Limits by address and by caller, on the real server: who is over one hears when to come again. */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { makeMachine, ORIGIN, signInAt } from '../machine/test/machines.ts';
import { buildHttp } from './http.ts';
import { makeRateLimits } from './rate-limit.ts';
import { TRAFFIC } from './traffic.ts';

let city: TestCore;
let server: FastifyInstance;
let behindProxy: FastifyInstance;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
  const build = (proxies: readonly string[]) => {
    const config = { ...city.core.config, origin: ORIGIN, proxies };
    const core = { ...city.core, config };
    return buildHttp({ core, token: 'owner', open: false, logLevel: 'silent', checkAnswers: true });
  };
  server = await build([]);
  behindProxy = await build(['10.0.0.0/8']);
});
afterAll(async () => {
  await server.close();
  await behindProxy.close();
  await city.close();
});

/** Asks for a token with nothing in the form. */
function knock(remoteAddress: string, forwarded?: string, at = server) {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
  };
  return at.inject({ method: 'POST', url: '/api/v1/token', payload: '', headers, remoteAddress });
}

async function knockOften(remoteAddress: string, forwarded?: string, at = server): Promise<void> {
  for (let sent = 0; sent < TRAFFIC.token.perAddress; sent += 1) {
    const { statusCode } = await knock(remoteAddress, forwarded, at);
    if (statusCode !== 400) throw new Error(`request ${sent + 1} was answered ${statusCode}`);
  }
}

describe('by address', () => {
  test('one more than the limit is told when to come again; other addresses are not', async () => {
    await knockOften('192.0.2.1');
    const over = await knock('192.0.2.1');
    expect(over.statusCode).toBe(429);
    expect(over.headers['content-type']).toContain('application/problem+json');
    expect(over.json()).toMatchObject({ code: 'too_many_requests', status: 429 });
    const again = Number(over.headers['retry-after']);
    expect(again).toBeGreaterThanOrEqual(1);
    expect(again).toBeLessThanOrEqual(60);
    expect((await knock('192.0.2.2')).statusCode).toBe(400);
    const rest = await server.inject({ url: '/api/v1/trust-list', remoteAddress: '192.0.2.1' });
    expect(rest.statusCode).toBe(200);
  });

  test('a header makes no other address of it, unless a proxy of ours wrote it', async () => {
    expect((await knock('192.0.2.1', '198.51.100.1')).statusCode).toBe(429);
    await knockOften('10.1.1.1', '198.51.100.1', behindProxy);
    const status = async (forwarded: string) =>
      (await knock('10.1.1.1', forwarded, behindProxy)).statusCode;
    expect(await status('198.51.100.1')).toBe(429);
    expect(await status('203.0.113.9, 198.51.100.1')).toBe(429);
    expect(await status('203.0.113.9')).toBe(400);
  });

  test('of IPv6 a whole network of 64 bits is one address', async () => {
    await knockOften('2001:db8:1:2::1');
    expect((await knock('2001:db8:1:2:ffff::9')).statusCode).toBe(429);
    expect((await knock('2001:db8:1:3::1')).statusCode).toBe(400);
  });
});

describe('by caller', () => {
  const sendFile = (token: string, remoteAddress: string) =>
    server.inject({
      method: 'POST',
      url: '/api/v1/donation-imports',
      headers: { authorization: `Bearer ${token}` },
      remoteAddress,
    });

  test('whatever addresses it comes from; another machine, and the owner, are not limited by it', async () => {
    const one = await makeMachine(city.core, 'bank-1', ['ES256']);
    const other = await makeMachine(city.core, 'bank-2', ['ES256']);
    const token = await signInAt(server, city.core, one);
    for (let sent = 0; sent < TRAFFIC.file.perCaller; sent += 1) {
      const { statusCode } = await sendFile(token, `192.0.3.${sent}`);
      expect(statusCode).not.toBe(429);
    }
    const over = await sendFile(token, '192.0.3.200');
    expect(over.statusCode).toBe(429);
    expect(Number(over.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(
      (await sendFile(await signInAt(server, city.core, other), '192.0.3.200')).statusCode,
    ).not.toBe(429);
    for (let sent = 0; sent <= TRAFFIC.file.perAddress; sent += 1) {
      expect((await sendFile('owner', '192.0.3.201')).statusCode).not.toBe(429);
    }
  });
});

test('the counts are bounded: who comes from 5,000 addresses pushes out only the oldest', async () => {
  const bare = fastify();
  const { limitAddress } = await makeRateLimits(bare);
  await bare.ready();
  const reply = { header: () => reply } as unknown as FastifyReply;
  const comeFrom = (ip: string) => {
    const routeOptions = { config: { traffic: 'oneTimeCode' } };
    return limitAddress({ ip, routeOptions } as unknown as FastifyRequest, reply);
  };
  const old = '192.0.2.1';
  for (let sent = 0; sent < TRAFFIC.oneTimeCode.perAddress; sent += 1) await comeFrom(old);
  await expect(comeFrom(old)).rejects.toThrow('a minute');
  for (let at = 0; at < 4999; at += 1) await comeFrom(`10.0.${at >> 8}.${at & 255}`);
  await expect(comeFrom(old)).rejects.toThrow('a minute');
  for (let at = 0; at < 5000; at += 1) await comeFrom(`10.1.${at >> 8}.${at & 255}`);
  await comeFrom(old);
});
