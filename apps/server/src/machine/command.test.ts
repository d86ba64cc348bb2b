/** `machine add`, `list`, `rotate`, `disable` and `login link`, as the owner of the home calls them. */
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openTestCore, type TestCore } from '../../test/test-core.ts';
import { jwkOf, makeKey } from './test/machines.ts';

let city: TestCore;
const key = makeKey('ES256', 'k1');
const files: Readonly<Record<string, unknown>> = {
  'good.jwk': jwkOf(key),
  'set.jwk': { keys: [jwkOf(makeKey('EdDSA', 'k2')), jwkOf(makeKey('PS256', 'k3'))] },
  'private.jwk': { ...key.privateKey.export({ format: 'jwk' }), kid: 'k1' },
  'no-kid.jwk': { ...jwkOf(key), kid: undefined },
  'twice.jwk': { keys: [jwkOf(key), jwkOf(key)] },
  'off-curve.jwk': { ...jwkOf(key), y: Buffer.alloc(32, 7).toString('base64url') },
  'p384.jwk': { ...jwkOf(key), crv: 'P-384' },
  'hmac.jwk': { kty: 'oct', k: 'AAAA', kid: 'k1', alg: 'HS256' },
  'rsa-without-alg.jwk': { ...jwkOf(makeKey('RS256', 'k4')), alg: undefined },
  'encrypts.jwk': { ...jwkOf(key), use: 'enc' },
  'wrong-alg.jwk': { ...jwkOf(key), alg: 'ES384' },
};

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(path.join(city.home, name), JSON.stringify(value));
  }
  const pem = createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' });
  writeFileSync(path.join(city.home, 'key.pem'), pem);
});
afterAll(() => city.close());

const liyu = (...argv: string[]) => runLiyu(city, argv);
const gate = ['--name', 'gate-1', '--role', 'device', '--partner', 'metro-2'];

test('a machine is added, listed, given other keys, and disabled for good', async () => {
  const added = await liyu('machine', 'add', ...gate, '--jwk', 'good.jwk');
  expect(added).toMatchObject({
    status: 0,
    answer: {
      name: 'gate-1',
      state: 'registered',
      role: 'device',
      partner: 'metro-2',
      keys: [{ kid: 'k1', alg: 'ES256' }],
    },
  });
  const rotated = await liyu('machine', 'rotate', '--name', 'gate-1', '--jwk', 'set.jwk');
  const keys = [
    { kid: 'k2', alg: 'EdDSA' },
    { kid: 'k3', alg: 'PS256' },
  ];
  expect(rotated.answer).toMatchObject({ state: 'keys_changed', keys });
  await liyu('machine', 'add', '--name', 'bank', '--role', 'blood_bank', '--jwk', 'good.jwk');
  expect((await liyu('machine', 'list')).answer).toMatchObject([
    { name: 'bank', partner: null },
    { name: 'gate-1', keys },
  ]);
  const disabled = await liyu('machine', 'disable', '--name', 'gate-1');
  expect(disabled.answer).toMatchObject({ state: 'disabled', keys: [] });
  for (const again of [
    ['disable', '--name', 'gate-1'],
    ['rotate', '--name', 'gate-1', '--jwk', 'good.jwk'],
    ['add', ...gate, '--jwk', 'good.jwk'],
  ]) {
    const { status, notes } = await liyu('machine', ...again);
    expect([status, notes]).toEqual([2, expect.stringMatching(/^--name: gate-1 is/)]);
  }
});

describe('a key file that is not taken: the option is named, and nothing is registered', () => {
  const wrong = Object.keys(files).filter((name) => !['good.jwk', 'set.jwk'].includes(name));
  test.each([...wrong, 'key.pem', 'missing.jwk'])('%s', async (file) => {
    const bank = ['--name', 'bank-2', '--role', 'blood_bank'];
    const { status, notes } = await liyu('machine', 'add', ...bank, '--jwk', file);
    expect(status).toBe(2);
    expect(notes).toMatch(file === 'missing.jwk' ? /ENOENT/ : /^--jwk: /);
    expect(JSON.stringify((await liyu('machine', 'list')).answer)).not.toContain('bank-2');
  });
});

describe('wrong usage names the option', () => {
  test.each([
    [['machine', 'add', '--name', 'Gate 1', '--role', 'device', '--jwk', 'good.jwk'], /--name/],
    [['machine', 'add', '--name', 'g', '--role', 'operator', '--jwk', 'good.jwk'], /--role/],
    [['machine', 'add', '--name', 'g', '--role', 'device', '--jwk', 'good.jwk'], /--partner/],
    [
      ['machine', 'add', '--name', 'g', '--role', 'clerk', '--partner', 'x', '--jwk', 'good.jwk'],
      /--partner/,
    ],
    [
      [
        'machine',
        'add',
        '--name',
        'g',
        '--role',
        'blood_bank',
        '--partner',
        'bus',
        '--jwk',
        'good.jwk',
      ],
      /--partner/,
    ],
    [['machine', 'disable', '--name', 'nobody'], /--name: no machine/],
    [
      ['login', 'link', '--name', 'nobody', '--issuer', 'https://id.example', '--subject', '1'],
      /--name/,
    ],
  ])('%j', async (argv, message) => {
    const { status, notes } = await liyu(...argv);
    expect([status, notes]).toEqual([2, expect.stringMatching(message)]);
  });
});
