/** The first line of standard input, for a password that must not stand among the arguments. */
import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** A program that started us may hold a socket open and never write to it. */
const PATIENCE_MS = 1000;
const MOST = 4096;

/**
 * Reads the first line, or `undefined` when there is none: standard input is a terminal or closed,
 * or a socket on which nothing comes.
 */
export async function readFirstLine(input: Readable & { fd: number }): Promise<string | undefined> {
  const kind = fstatSync(input.fd, { throwIfNoEntry: false });
  if (kind === undefined || kind.isCharacterDevice()) return undefined;
  const line = lineOf(input);
  const silence = wait(PATIENCE_MS, undefined, { ref: false });
  const read = await (kind.isSocket() ? Promise.race([line, silence]) : line);
  input.destroy();
  return read === '' ? undefined : read;
}

async function lineOf(input: Readable): Promise<string | undefined> {
  let text = '';
  for await (const part of input.setEncoding('utf8')) {
    text += part;
    if (text.includes('\n') || text.length > MOST) break;
  }
  return text.split('\n')[0]?.replace(/\r$/, '');
}
