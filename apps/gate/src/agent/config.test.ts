import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, parseConfig, readConfig, readSecret } from './config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'liyu-gate-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD = {
  home: 'gate-home',
  channels: [{ kind: 'tcp', listen: '127.0.0.1:7440', direction: 'out' }],
  turnstile: { kind: 'file', path: 'opened.jsonl' },
};

function mistakesOf(config: unknown): string {
  try {
    parseConfig(typeof config === 'string' ? config : JSON.stringify(config), folder);
  } catch (cause) {
    if (cause instanceof ConfigError) return cause.message;
    throw cause;
  }
  return '';
}

test('a short file is enough; names of files begin where it lies', () => {
  expect(parseConfig(JSON.stringify(GOOD), '/etc/liyu')).toMatchObject({
    home: '/etc/liyu/gate-home',
    mode: 'production',
    staffed: false,
    channels: [
      { listen: { host: '127.0.0.1', port: 7440 }, direction: 'out', mostConnections: 16 },
    ],
    turnstile: { kind: 'file', path: '/etc/liyu/opened.jsonl' },
    http: { listen: { host: '127.0.0.1', port: 7430 } },
  });
});

test.each([
  ['no JSON', '{', 'no JSON · 不是 JSON'],
  ['nothing at all', {}, 'home: a file name · 一个文件名'],
  ['no channel', { ...GOOD, channels: [] }, 'channels: one at least · 至少一个'],
  ['a channel of no kind', { ...GOOD, channels: [{ kind: 'usb' }] }, 'channels[0].kind: kind is'],
  [
    'an address without a port',
    { ...GOOD, channels: [{ kind: 'tcp', listen: 'localhost' }] },
    'channels[0].listen: a host and a port',
  ],
  [
    'a port that there is not',
    { ...GOOD, channels: [{ kind: 'tcp', listen: '127.0.0.1:70000' }] },
    'channels[0].listen: a host and a port',
  ],
  [
    'a direction that is none',
    { ...GOOD, channels: [{ kind: 'wedge', direction: 'up' }] },
    'channels[0].direction: in or out · in（进）或 out（出）',
  ],
  [
    'a word that is not known',
    { ...GOOD, serverUrl: '' },
    'serverUrl: is not known · 不认识的字段',
  ],
  [
    'a word within a channel',
    { ...GOOD, channels: [{ kind: 'wedge', port: 1 }] },
    'channels[0].port: is not known',
  ],
  [
    'two wedges',
    { ...GOOD, channels: [{ kind: 'wedge' }, { kind: 'wedge' }] },
    'channels: one wedge',
  ],
  [
    'a page for strangers',
    { ...GOOD, http: { listen: '0.0.0.0:80' } },
    'http.listen: an address of this',
  ],
  [
    'fixed lists in production',
    { ...GOOD, conformance: { profile: 'p.json' } },
    'conformance: goes with mode conformance',
  ],
  [
    'conformance without a profile',
    { ...GOOD, mode: 'conformance' },
    'conformance: goes with mode',
  ],
  ['half a number', { ...GOOD, mostCodesPerSecond: 0.5 }, 'mostCodesPerSecond: a whole number'],
])('%s is named', (_what, config, message) => {
  expect(mistakesOf(config)).toContain(message);
});

test('all mistakes are told at once, with the name of the file', () => {
  const file = path.join(folder, 'gate.json');
  writeFileSync(
    file,
    JSON.stringify({ ...GOOD, home: 7, log: 'loud', turnstile: { kind: 'arm' } }),
  );
  expect(() => readConfig(file)).toThrow(
    /^gate.json: home: [^\n]+\ngate.json: turnstile[^\n]+\ngate.json: log: one of silent/,
  );
  expect(() => readConfig(path.join(folder, 'none.json'))).toThrow(/cannot be read · 无法读取/);
});

test.each([
  ['is read', 'x'.repeat(32), 0o600, undefined],
  ['is too short', 'x'.repeat(31), 0o600, '32 characters at least'],
  ['is open to others', 'x'.repeat(32), 0o640, 'chmod 600'],
])('a secret that %s', (_what, text, mode, message) => {
  const file = path.join(folder, `secret-${mode}-${text.length}`);
  writeFileSync(file, `${text}\n`, { mode });
  if (message === undefined) expect(readSecret(file)).toHaveLength(32);
  else expect(() => readSecret(file)).toThrow(message);
});
