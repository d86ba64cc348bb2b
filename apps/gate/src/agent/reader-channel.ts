/**
 * A reader on a serial line (a tty's device file), and a keyboard wedge (lines on standard input).
 * A reader that is unplugged is waited for; answers go back where the codes came from.
 */
import { execFile } from 'node:child_process';
import { close, constants, open } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import { promisify } from 'node:util';
import type { Channel } from './channel.ts';
import {
  CONVERSATION_LIMITS,
  type Conversation,
  converse,
  type Ends,
  type Present,
} from './conversation.ts';

/** Readers are silent all night, and nobody hangs up on a cable. */
const LIMITS = { ...CONVERSATION_LIMITS, idleMs: 2_147_483_647 };
const AGAIN_AFTER_MS = 2_000;

/** How a serial reader is connected. */
export interface SerialOptions {
  readonly device: string;
  /** Set by `stty` when given; else the line is taken as it is. */
  readonly baud?: number | undefined;
}

/** Reads from the device until it is stopped. `onFault` hears when it cannot be opened. */
export function openSerialChannel(
  options: SerialOptions,
  present: Present,
  onFault: (cause: unknown) => void,
): Channel {
  const stopping = new AbortController();
  let conversation: Conversation | undefined;
  const turn = async (): Promise<void> => {
    const stream = await openDevice(options);
    conversation = converse(stream, present, LIMITS);
    if (stopping.signal.aborted) conversation.end();
    await conversation.over;
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await turn().catch(onFault);
      await wait(AGAIN_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    name: `serial ${options.device}`,
    async stop() {
      stopping.abort();
      conversation?.end();
      await running;
    },
  };
}

/** Raw, without echo: else the line discipline would send every code back to the reader. */
async function openDevice({ device, baud }: SerialOptions): Promise<Ends> {
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
  const descriptor = await promisify(open)(device, O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (!isatty(descriptor)) {
    await promisify(close)(descriptor);
    throw new Error(`${device} is no serial line`);
  }
  const speed = baud === undefined ? [] : [String(baud)];
  const settings = [...speed, 'raw', '-echo', '-echoe', '-echok', 'cs8', '-parenb', '-cstopb'];
  await promisify(execFile)('stty', ['-F', device, ...settings]);
  return { input: new ReadStream(descriptor), output: new WriteStream(descriptor) };
}

/** Reads standard input, to which a keyboard wedge types, and answers on standard output. */
export function openWedgeChannel(standard: Ends, present: Present): Channel {
  const conversation = converse(standard, present, LIMITS);
  return {
    name: 'wedge',
    async stop() {
      conversation.end();
      await conversation.over;
    },
  };
}
