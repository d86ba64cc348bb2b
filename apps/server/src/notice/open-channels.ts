/** The channels that the configuration names; in development the log stands in for a missing one. */
import { readFileSync } from 'node:fs';
import { type Config, ConfigError } from '../config.ts';
import type { Clock } from '../edge/clock.ts';
import type { Channels } from './channel.ts';
import { logChannel } from './log.ts';
import { smsChannel } from './sms.ts';
import { smtpChannel } from './smtp.ts';

const SHORTEST_KEY = 32;

/** Opens them. Throws `ConfigError` when the key of the SMS gateway cannot be read. */
export function openChannels(config: Config, clock: Clock, note: (line: string) => void): Channels {
  const standIn = config.mode === 'development' ? logChannel(note) : undefined;
  const { sms, smtp } = config;
  return {
    sms: sms === undefined ? standIn : smsChannel(sms.url, readKey(sms.keyFile), clock),
    email: smtp === undefined ? standIn : smtpChannel(smtp.url, smtp.from),
  };
}

function readKey(file: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigError('LIYU_SMS_KEY_FILE: the file cannot be read');
  }
  if (text.length < SHORTEST_KEY) {
    throw new ConfigError(`LIYU_SMS_KEY_FILE: a key has ${SHORTEST_KEY} characters or more`);
  }
  return Buffer.from(text);
}
