/**
 * The agent's configuration: one JSON file, checked as a whole at the start. Every mistake names
 * its field, in both languages; a word that is not known is a mistake too.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isLoopback, parseAddress } from './address.ts';

/** Something is wrong with the configuration; the message has a line for each mistake. */
export class ConfigError extends Error {}

/** Both languages in one message: who installs gates may read either. */
const say = (en: string, zh: string): { error: string } => ({ error: `${en} · ${zh}` });

const FILE = z.string(say('a file name', '一个文件名')).min(1, say('a file name', '一个文件名'));
const ADDRESS = z.string().transform((text, context) => {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  context.addIssue({
    code: 'custom',
    message: 'a host and a port, such as 127.0.0.1:7440 · 主机和端口，例如 127.0.0.1:7440',
  });
  return z.NEVER;
});
const DIRECTION = z.enum(['in', 'out'], say('in or out', 'in（进）或 out（出）'));
const count = (least: number, most: number) =>
  z
    .number(say('a number', '一个数'))
    .int(say('a whole number', '一个整数'))
    .min(least, say(`${least} at least`, `至少 ${least}`))
    .max(most, say(`${most} at most`, `至多 ${most}`));

const SERIAL = z.strictObject({
  kind: z.literal('serial'),
  device: FILE,
  baud: count(300, 4_000_000).optional(),
  direction: DIRECTION.default('in'),
});
const WEDGE = z.strictObject({ kind: z.literal('wedge'), direction: DIRECTION.default('in') });
const TCP = z.strictObject({
  kind: z.literal('tcp'),
  listen: ADDRESS,
  direction: DIRECTION.default('in'),
  mostConnections: count(1, 1024).default(16),
  idleSeconds: count(10, 86_400).default(3600),
});
const CHANNEL = z.discriminatedUnion(
  'kind',
  [SERIAL, WEDGE, TCP],
  say('kind is serial, wedge or tcp', 'kind 为 serial、wedge 或 tcp'),
);
const TURNSTILE = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('log') }),
    z.strictObject({ kind: z.literal('file'), path: FILE }),
    z.strictObject({
      kind: z.literal('tcp'),
      address: ADDRESS,
      withinMs: count(50, 10_000).default(1000),
    }),
  ],
  say('kind is log, file or tcp', 'kind 为 log、file 或 tcp'),
);
const STATION = z.strictObject({
  listen: ADDRESS,
  peers: z.array(ADDRESS).max(64, say('64 at most', '至多 64 个')),
  secretFile: FILE,
});
const LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
const MODES = ['production', 'conformance'] as const;

const CONFIG = z.strictObject({
  home: FILE,
  mode: z
    .enum(MODES, say(`one of ${MODES.join(', ')}`, `${MODES.join('、')} 之一`))
    .default('production'),
  channels: z
    .array(CHANNEL)
    .min(1, say('one at least', '至少一个'))
    .max(16, say('16 at most', '至多 16 个')),
  turnstile: TURNSTILE,
  http: z.strictObject({ listen: ADDRESS }).default({ listen: { host: '127.0.0.1', port: 7430 } }),
  station: STATION.optional(),
  /** Where passback is judged, if not at the venue: a bus says its vehicle. */
  place: z.string(say('a name', '一个名称')).min(1, say('a name', '一个名称')).optional(),
  staffed: z.boolean(say('true or false', 'true 或 false')).default(false),
  mostCodesPerSecond: count(1, 1000).default(50),
  /** The spool's bound; full, the gate is a staffed lane. */
  spoolMegabytes: count(1, 65_536).default(256),
  log: z
    .enum(LEVELS, say(`one of ${LEVELS.join(', ')}`, `${LEVELS.join('、')} 之一`))
    .default('info'),
  conformance: z.strictObject({ profile: FILE }).optional(),
});

/** How this agent runs; every file's name is absolute. */
export type GateConfig = z.output<typeof CONFIG>;
export type ChannelConfig = GateConfig['channels'][number];

const GENERIC: Readonly<Record<string, string>> = {
  invalid_type: 'is missing or of another type · 缺少或类型不对',
  unrecognized_keys: 'is not known · 不认识的字段',
};

function messagesOf(issue: z.core.$ZodIssue): string[] {
  const at = issue.path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`,
    )
    .join('');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => (at === '' ? key : `${at}.${key}`));
    return names.map((name) => `${name}: ${GENERIC.unrecognized_keys}`);
  }
  const isOurs = issue.message.includes(' · ');
  return [`${at}: ${isOurs ? issue.message : (GENERIC[issue.code] ?? issue.message)}`];
}

/** The configuration that the text holds; `folder` is where relative file names begin. Throws `ConfigError`. */
export function parseConfig(text: string, folder: string): GateConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`no JSON · 不是 JSON: ${(cause as Error).message}`);
  }
  const parsed = CONFIG.safeParse(json);
  if (!parsed.success) {
    throw new ConfigError([...new Set(parsed.error.issues.flatMap(messagesOf))].join('\n'));
  }
  const config = withAbsoluteFiles(parsed.data, folder);
  const mistakes = judgeTogether(config);
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'));
  return config;
}

function withAbsoluteFiles(config: GateConfig, folder: string): GateConfig {
  const from = (name: string): string => path.resolve(folder, name);
  const { turnstile, station, conformance } = config;
  return {
    ...config,
    home: from(config.home),
    turnstile: turnstile.kind === 'file' ? { ...turnstile, path: from(turnstile.path) } : turnstile,
    ...(station && { station: { ...station, secretFile: from(station.secretFile) } }),
    ...(conformance && { conformance: { profile: from(conformance.profile) } }),
  };
}

/** What is well-formed by itself and must not go together. */
function judgeTogether(config: GateConfig): string[] {
  const { channels, http, mode, conformance } = config;
  const mistakes: string[] = [];
  const add = (field: string, en: string, zh: string): void => {
    mistakes.push(`${field}: ${en} · ${zh}`);
  };
  if (!isLoopback(http.listen)) {
    add(
      'http.listen',
      'an address of this machine: nobody signs in there',
      '只能是本机地址：此处无人登录',
    );
  }
  if (channels.filter(({ kind }) => kind === 'wedge').length > 1) {
    add(
      'channels',
      'one wedge only: there is one standard input',
      '只能有一个 wedge：标准输入只有一个',
    );
  }
  if ((mode === 'conformance') !== (conformance !== undefined)) {
    add(
      'conformance',
      'goes with mode conformance, and with no other',
      '与 mode 为 conformance 时同用，且只在此时使用',
    );
  }
  return mistakes;
}

/** Reads the file. Throws `ConfigError`, which names the file. */
export function readConfig(file: string): GateConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `${file}: cannot be read · 无法读取 (${(cause as NodeJS.ErrnoException).code})`,
    );
  }
  try {
    return parseConfig(text, path.dirname(path.resolve(file)));
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause;
    const lines = cause.message.split('\n').map((line) => `${path.basename(file)}: ${line}`);
    throw new ConfigError(lines.join('\n'));
  }
}

const LEAST_SECRET_BYTES = 32;

/** The station's secret: a file that only its owner reads, 32 bytes or more. Throws `ConfigError`. */
export function readSecret(file: string): Uint8Array {
  const name = 'station.secretFile';
  let secret: Uint8Array;
  let mode: number;
  try {
    secret = Buffer.from(readFileSync(file, 'utf8').trim(), 'utf8');
    mode = statSync(file).mode;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConfigError(`${name}: cannot be read · 无法读取 (${code})`);
  }
  if ((mode & 0o077) !== 0) {
    throw new ConfigError(`${name}: others can read it; chmod 600 · 他人可读，请执行 chmod 600`);
  }
  if (secret.length < LEAST_SECRET_BYTES) {
    throw new ConfigError(
      `${name}: ${LEAST_SECRET_BYTES} characters at least · 至少 ${LEAST_SECRET_BYTES} 个字符`,
    );
  }
  return secret;
}
