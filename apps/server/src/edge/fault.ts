/**
 * A fault as it may be written down: what kind it is and where it came from, without the values
 * that it was about. A database says the values of a row in its error, a parser its input.
 */
import { z } from 'zod';

/** What a log may hold of an error. */
export interface Fault {
  readonly type: string;
  readonly message: string;
  /** The error's own code, or PostgreSQL's SQLSTATE. */
  readonly code?: string;
  /** Names of PostgreSQL's objects, never values. */
  readonly table?: string;
  readonly constraint?: string;
  /** Where it was thrown: lines of code only. */
  readonly stack?: string;
  readonly cause?: Fault;
}

const DEEPEST = 3;
/** SQLSTATE class 22, data exceptions: the message repeats the value. */
const SAYS_THE_VALUE = /^22/;

/** Describes anything that was thrown. */
export function faultOf(cause: unknown, depth = 0): Fault {
  if (!(cause instanceof Error)) return { type: typeof cause, message: '' };
  const { code, table, constraint } = cause as Error & { [name: string]: unknown };
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: cause.name,
    message: messageOf(cause, code),
    ...(isName(code) ? { code } : {}),
    ...(isName(table) ? { table } : {}),
    ...(isName(constraint) ? { constraint } : {}),
    ...(frames.length > 0 ? { stack: frames.join('\n') } : {}),
    ...(cause.cause === undefined || depth === DEEPEST
      ? {}
      : { cause: faultOf(cause.cause, depth + 1) }),
  };
}

function messageOf(cause: Error, code: unknown): string {
  if (cause instanceof z.core.$ZodError) {
    return cause.issues.map((issue) => `${pathOf(issue.path)}: ${issue.code}`).join('; ');
  }
  if (cause instanceof SyntaxError) return '';
  if (typeof code === 'string' && SAYS_THE_VALUE.test(code)) return '';
  return withoutValues(cause.message);
}

/** A path of fields; a key that looks like a value is left out. */
function pathOf(path: readonly PropertyKey[]): string {
  return path.map((part) => (/^\w{1,40}$/.test(String(part)) ? String(part) : '…')).join('.');
}

/**
 * The text with quoted values, long numbers and letters of other scripts taken out. What is quoted
 * stays when it is written as the database and the code write names.
 */
export function withoutValues(text: string): string {
  return text
    .replace(/(["'`])(?:(?!\1).)*\1/gs, (quoted) => (/^.[a-z_.]+.$/.test(quoted) ? quoted : '"…"'))
    .replace(/\d{6,}[\dXx]*/g, '…')
    .replace(/[^\x20-\x7e…]+/g, '…');
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^\w{1,63}$/.test(value);
}
