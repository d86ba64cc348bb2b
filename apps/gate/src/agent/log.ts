/**
 * The agent's log: JSON, a line each, to standard error. What is said of a scan is its record's
 * name, its reason and its marks; never the code, never the pseudonym in it.
 */
import { type Logger, pino } from 'pino';
import type { GateConfig } from './config.ts';

/** A log of that level. An error is told by its name and message: ours hold no code. */
export function createLog(
  level: GateConfig['log'],
  now: () => string,
  stream: { write(line: string): void },
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${now()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
}

export type Log = Pick<Logger, 'error' | 'warn' | 'info' | 'debug'>;

/** What went wrong, short: the kind, the system's code, the first line. No stack, no value. */
export function faultText(cause: unknown): string {
  if (!(cause instanceof Error)) return 'not an error';
  const { name, message } = cause;
  const code = (cause as NodeJS.ErrnoException).code;
  return `${name}${code === undefined ? '' : ` ${code}`}: ${message.split('\n')[0]}`.slice(0, 300);
}
