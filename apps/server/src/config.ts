/** The configuration, read once from the environment and checked; errors name the variable. */
import path from 'node:path';
import { z } from 'zod';

/** How talkative the log is, the most important first. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const ADDRESS = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
    error: 'addresses with commas between them, such as 10.0.0.5,10.1.0.0/16',
  })
  .refine((text) => !text.endsWith('/0'), 'not everybody: any caller could then name his address');

const ENVIRONMENT = z.object({
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'a number from 0 to 65535')
    .optional(),
  LIYU_HOST: z.union([z.ipv4(), z.ipv6()], { error: 'an IP address to listen on' }).optional(),
  LIYU_PROXY: z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .pipe(z.array(ADDRESS))
    .optional(),
  LIYU_HOME: z.string().optional(),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'an address such as postgresql://name@host:5432/liyu',
    })
    .optional(),
  LIYU_MODE: z.enum(['production', 'development'], words('production', 'development')).optional(),
  LIYU_SAMPLE: z.enum(['0', '1'], words('0', '1')).optional(),
  LIYU_PROGRAMME: z.string().optional(),
  LIYU_LOG: z.enum(LOG_LEVELS, words(...LOG_LEVELS)).optional(),
  LIYU_ORIGIN: z
    .string()
    .refine(isOrigin, 'https and a host without a path, such as https://liyu.example')
    .optional(),
  LIYU_SMS_URL: z
    .url({ protocol: /^https?$/, error: 'an address such as https://sms.example.org/send' })
    .optional(),
  LIYU_SMS_KEY_FILE: z.string().optional(),
  LIYU_SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'an address such as smtp://name:password@host:587' })
    .optional(),
  LIYU_SMTP_FROM: z.email('the address that e-mail comes from').optional(),
  LIYU_STAFF_EMAIL: z.email('the address at which staff are told').optional(),
  LIYU_OIDC_ISSUER: z
    .string()
    .refine(isIssuer, 'https and the address that the provider calls its issuer')
    .optional(),
  LIYU_OIDC_CLIENT_ID: z.string().optional(),
  LIYU_OIDC_CLIENT_SECRET: z.string().optional(),
  NODE_ENV: z.string().optional(),
});

/** An issuer of OpenID Connect Discovery 1.0, section 3; without TLS on loopback only. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isOrigin(url.origin) && /^[^?#@]+$/.test(text);
}

/** An origin as browsers write it; without TLS on loopback only. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url?.origin !== text) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}

/** Whether the address is of this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

function words(...allowed: readonly string[]): { error: string } {
  return { error: `one of ${allowed.join(', ')}` };
}

/** The city's identity provider, and who we are there. */
export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How this process runs. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Whose X-Forwarded-For is believed; empty: nobody's. */
  readonly proxies: readonly string[];
  readonly logLevel: LogLevel;
  readonly home: string;
  readonly databaseUrl: string | undefined;
  readonly mode: 'production' | 'development';
  readonly sample: boolean;
  readonly programmeFolder: string;
  /** How those outside call this server; undefined: the address on which it listens. */
  readonly origin: string | undefined;
  /** The gateway for SMS, and the file with the key shared with it. */
  readonly sms: { readonly url: string; readonly keyFile: string } | undefined;
  readonly smtp: { readonly url: string; readonly from: string } | undefined;
  /** Where staff are told that something waits for a person; undefined: nowhere. */
  readonly staffEmail: string | undefined;
  /** Where staff may sign in, beside their passwords. */
  readonly oidc: OidcConfig | undefined;
}

/** The configuration is wrong; the message names the variable and what is expected. */
export class ConfigError extends Error {}

const LOOPBACK = '127.0.0.1';
const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Reads the configuration; a variable that is set to nothing is not set. Throws `ConfigError`. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.entries(environment).filter(([, value]) => value?.trim() !== '');
  const parsed = ENVIRONMENT.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${String(issue.path[0])}: ${issue.message}`,
    );
    throw new ConfigError([...new Set(problems)].join('\n'));
  }
  const values = parsed.data;
  const mode = values.LIYU_MODE ?? (values.DATABASE_URL ? 'production' : 'development');
  refuseUnsafe(values, mode);
  const { LIYU_SMS_URL: smsUrl, LIYU_SMS_KEY_FILE: keyFile } = values;
  const { LIYU_SMTP_URL: smtpUrl, LIYU_SMTP_FROM: from } = values;
  return {
    port: values.PORT ?? 8080,
    host: values.LIYU_HOST ?? LOOPBACK,
    proxies: values.LIYU_PROXY ?? [],
    staffEmail: values.LIYU_STAFF_EMAIL,
    logLevel: values.LIYU_LOG ?? (mode === 'production' ? 'info' : 'warn'),
    home: path.resolve(values.LIYU_HOME ?? './var'),
    databaseUrl: values.DATABASE_URL,
    mode,
    sample: mode === 'development' && values.LIYU_SAMPLE !== '0',
    programmeFolder: path.resolve(values.LIYU_PROGRAMME ?? path.join(ROOT, 'programmes/taiyuan')),
    origin: values.LIYU_ORIGIN,
    sms: smsUrl && keyFile ? { url: smsUrl, keyFile: path.resolve(keyFile) } : undefined,
    smtp: smtpUrl && from ? { url: smtpUrl, from } : undefined,
    oidc: oidcOf(values),
  };
}

/** Settings that need each other, and what would send a notice in the clear. */
function refuseHalfChannels(values: z.infer<typeof ENVIRONMENT>): void {
  for (const [one, other] of [
    ['LIYU_SMS_URL', 'LIYU_SMS_KEY_FILE'],
    ['LIYU_SMTP_URL', 'LIYU_SMTP_FROM'],
  ] as const) {
    const [missing, given] = values[one] === undefined ? [one, other] : [other, one];
    if (values[missing] === undefined && values[given] !== undefined) {
      throw new ConfigError(`${missing}: ${given} needs it`);
    }
  }
  const sms = values.LIYU_SMS_URL && new URL(values.LIYU_SMS_URL);
  if (sms && sms.protocol === 'http:' && !isLoopback(sms)) {
    throw new ConfigError('LIYU_SMS_URL: codes go by https, except to this machine');
  }
}

/** All of it or nothing, and with it the origin to which the provider sends people back. */
function oidcOf(values: z.infer<typeof ENVIRONMENT>): OidcConfig | undefined {
  const names = ['LIYU_OIDC_ISSUER', 'LIYU_OIDC_CLIENT_ID', 'LIYU_OIDC_CLIENT_SECRET'] as const;
  if (names.every((name) => values[name] === undefined)) return undefined;
  const missing = [...names, 'LIYU_ORIGIN' as const].filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw new ConfigError(missing.map((name) => `${name}: LIYU_OIDC_… need it too`).join('\n'));
  }
  const [issuer = '', clientId = '', clientSecret = ''] = names.map((name) => values[name]);
  return { issuer, clientId, clientSecret };
}

/** Throws for settings that are well-formed and must not go together. */
function refuseUnsafe(values: z.infer<typeof ENVIRONMENT>, mode: Config['mode']): void {
  refuseHalfChannels(values);
  if (values.DATABASE_URL === undefined && mode === 'production') {
    throw new ConfigError(
      'DATABASE_URL: production needs PostgreSQL; the embedded database may lose data in a power cut',
    );
  }
  if (values.DATABASE_URL === undefined && values.NODE_ENV === 'production') {
    throw new ConfigError(
      'NODE_ENV: the embedded database is for development only; set DATABASE_URL',
    );
  }
  const host = values.LIYU_HOST ?? LOOPBACK;
  if (mode === 'development' && !/^(127\.|::1$)/.test(host)) {
    throw new ConfigError(
      `LIYU_HOST: in development nobody signs in, so only ${LOOPBACK} or ::1 is listened on`,
    );
  }
}
