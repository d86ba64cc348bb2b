import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const URL = 'postgresql://localhost/liyu';

describe('a wrong variable is refused, and the message names it and what is expected', () => {
  test.each([
    [{ PORT: '99999' }, 'PORT: a number from 0 to 65535'],
    [{ PORT: '-1' }, 'PORT: a number'],
    [{ PORT: '80.5' }, 'PORT: a number'],
    [{ PORT: '0x50' }, 'PORT: a number'],
    [{ LIYU_HOST: 'liyu.example' }, 'LIYU_HOST: an IP address'],
    [{ LIYU_HOST: '0.0.0.0' }, 'LIYU_HOST: in development nobody signs in'],
    [{ LIYU_PROXY: 'proxy' }, 'LIYU_PROXY: addresses with commas'],
    [{ LIYU_PROXY: '10.0.0.5,,' }, 'LIYU_PROXY: addresses with commas'],
    [{ LIYU_PROXY: '0.0.0.0/0' }, 'LIYU_PROXY: not everybody'],
    [{ LIYU_ORIGIN: 'liyu.example' }, 'LIYU_ORIGIN: https and a host'],
    [{ LIYU_ORIGIN: 'http://liyu.example' }, 'LIYU_ORIGIN: https and a host'],
    [{ LIYU_ORIGIN: 'https://liyu.example/' }, 'LIYU_ORIGIN: https and a host'],
    [{ LIYU_ORIGIN: 'https://name:x@liyu.example' }, 'LIYU_ORIGIN: https and a host'],
    [{ LIYU_MODE: 'test' }, 'LIYU_MODE: one of production, development'],
    [{ LIYU_SAMPLE: 'no' }, 'LIYU_SAMPLE: one of 0, 1'],
    [{ LIYU_LOG: 'loud' }, 'LIYU_LOG: one of silent, fatal, error, warn, info, debug, trace'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL: an address such as postgresql://'],
    [{ DATABASE_URL: 'liyu' }, 'DATABASE_URL: an address such as postgresql://'],
    [{ LIYU_MODE: 'production' }, 'DATABASE_URL: production needs PostgreSQL'],
    [{ NODE_ENV: 'production' }, 'NODE_ENV: the embedded database is for development only'],
  ])('%j', (environment, message) => {
    expect(() => readConfig(environment)).toThrow(ConfigError);
    expect(() => readConfig(environment)).toThrow(message);
  });

  test('every wrong one is named at once, and no value is repeated', () => {
    const wrong = { PORT: 'secret', LIYU_LOG: 'secret', DATABASE_URL: 'my://name:secret@host/x' };
    let said = '';
    try {
      readConfig(wrong);
    } catch (cause) {
      said = (cause as Error).message;
    }
    expect(said.split('\n').map((line) => line.split(':')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'LIYU_LOG',
    ]);
    expect(said).not.toContain('secret');
  });
});

test('nothing set is development on loopback; set to nothing is not set', () => {
  const plain = readConfig({});
  expect(plain).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    proxies: [],
    mode: 'development',
    sample: true,
    logLevel: 'warn',
    databaseUrl: undefined,
  });
  const names = ['PORT', 'LIYU_HOST', 'LIYU_PROXY', 'LIYU_HOME', 'DATABASE_URL', 'LIYU_LOG'];
  expect(readConfig(Object.fromEntries(names.map((name) => [name, ' '])))).toEqual(plain);
});

test('an identity provider is configured whole or not at all; every missing part is named', () => {
  const whole = {
    LIYU_ORIGIN: 'https://liyu.example',
    LIYU_OIDC_ISSUER: 'https://id.example/realms/city',
    LIYU_OIDC_CLIENT_ID: 'liyu',
    LIYU_OIDC_CLIENT_SECRET: 'secret',
  };
  expect(readConfig(whole).oidc).toEqual({
    issuer: 'https://id.example/realms/city',
    clientId: 'liyu',
    clientSecret: 'secret',
  });
  expect(readConfig({}).oidc).toBeUndefined();
  for (const name of Object.keys(whole)) {
    const part = { ...whole, [name]: undefined };
    expect(() => readConfig(part)).toThrow(`${name}: LIYU_OIDC_… need it too`);
  }
  for (const issuer of ['http://id.example', 'id.example', 'https://id.example/?x=1']) {
    expect(() => readConfig({ ...whole, LIYU_OIDC_ISSUER: issuer })).toThrow('LIYU_OIDC_ISSUER');
  }
  expect(readConfig({ ...whole, LIYU_OIDC_ISSUER: 'http://127.0.0.1:1' }).oidc).toBeDefined();
});

test('an origin is https, or on loopback', () => {
  for (const origin of ['https://liyu.example', 'http://127.0.0.1:8080', 'http://localhost:1']) {
    expect(readConfig({ LIYU_ORIGIN: origin }).origin).toBe(origin);
  }
});

test('PostgreSQL means production, unless said otherwise', () => {
  expect(readConfig({ DATABASE_URL: URL })).toMatchObject({
    mode: 'production',
    sample: false,
    logLevel: 'info',
  });
  expect(readConfig({ DATABASE_URL: URL, LIYU_MODE: 'development' }).mode).toBe('development');
});

test('production may listen beyond loopback, behind proxies that are named', () => {
  const config = { DATABASE_URL: URL, LIYU_HOST: '::', LIYU_PROXY: '10.0.0.5, 10.1.0.0/16' };
  expect(readConfig(config)).toMatchObject({ host: '::', proxies: ['10.0.0.5', '10.1.0.0/16'] });
});
