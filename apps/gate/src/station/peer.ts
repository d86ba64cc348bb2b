/** Another gate of the station, as this one calls it: one connection, made anew when it is lost. */
import { connect, type Socket } from 'node:net';
import { z } from 'zod';
import { type Address, addressText } from '../agent/address.ts';
import { createLineSplitter } from '../agent/line-splitter.ts';
import type { HeldKey } from './key-memory.ts';
import { openLine, type Seal, sealLine } from './sealed-line.ts';

/** The longest line between gates. */
export const LONGEST_STATION_LINE = 4096;
/** How the called gate greets: the protocol, its version, the connection's nonce. */
export const GREETING = /^LIYU-STATION 1 ([0-9a-f]{32})$/;

/** What a gate asks another. */
export type Question =
  | { readonly op: 'hello'; readonly from: string }
  | { readonly op: 'reserve'; readonly from: string; readonly keys: readonly HeldKey[] }
  | { readonly op: 'release'; readonly from: string; readonly hashes: readonly string[] };

/** What it is answered: the answering gate, and who holds each key that was asked for. */
export const REPLY = z.object({ name: z.string(), holders: z.array(z.string().nullable()) });
export type Reply = z.infer<typeof REPLY>;

/** A peer that is called. */
export interface Peer {
  readonly address: string;
  readonly isConnected: boolean;
  /** The answer, or `undefined`: it is silent. Resolves within the time. */
  ask(question: Question, withinMs: number): Promise<Reply | undefined>;
  close(): void;
}

/** Calls are tried again after so long, and a quiet line is tried every so often. */
const AGAIN_AFTER_MS = 250;
const KEEP_ALIVE_MS = 15_000;
const SILENT_AFTER_MS = 5_000;
const MOST_WAITING = 256;

interface Waiting {
  readonly question: Question;
  readonly settle: (reply: Reply | undefined) => void;
}

/** Calls the peer until it is closed. */
export function callPeer(address: Address, self: string, secret: Uint8Array): Peer {
  let link: Link | undefined;
  let isClosed = false;
  let again: NodeJS.Timeout | undefined;
  const dial = (): void => {
    link = openLink(address, secret, () => {
      link = undefined;
      if (!isClosed) again = setTimeout(dial, AGAIN_AFTER_MS);
    });
  };
  const ask = (question: Question, withinMs: number): Promise<Reply | undefined> => {
    const at = link;
    if (at === undefined || at.waiting >= MOST_WAITING) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(undefined), withinMs);
      at.ask({
        question,
        settle: (reply) => {
          clearTimeout(late);
          resolve(reply);
        },
      });
    });
  };
  const keepAlive = setInterval(async () => {
    const at = link;
    const reply = await ask({ op: 'hello', from: self }, SILENT_AFTER_MS);
    if (reply === undefined) at?.hangUp();
  }, KEEP_ALIVE_MS);
  dial();
  void ask({ op: 'hello', from: self }, SILENT_AFTER_MS);
  return {
    address: addressText(address),
    get isConnected() {
      return link?.isReady ?? false;
    },
    ask,
    close() {
      isClosed = true;
      clearInterval(keepAlive);
      clearTimeout(again);
      link?.hangUp();
    },
  };
}

/** One connection to the peer; questions wait until it has greeted, answers come in order. */
interface Link {
  readonly isReady: boolean;
  readonly waiting: number;
  ask(waiting: Waiting): void;
  hangUp(): void;
}

function openLink(address: Address, secret: Uint8Array, onEnd: () => void): Link {
  const socket: Socket = connect({ ...address, noDelay: true, timeout: 2 * KEEP_ALIVE_MS });
  const splitter = createLineSplitter(LONGEST_STATION_LINE);
  const unsent: Waiting[] = [];
  const sent: Waiting[] = [];
  let seal: Seal | undefined;
  let asked = 0;
  let answered = 0;
  const send = (): void => {
    if (seal === undefined) return;
    for (const waiting of unsent.splice(0)) {
      socket.write(`${sealLine(seal, 'ask', asked, waiting.question)}\n`);
      asked += 1;
      sent.push(waiting);
    }
  };
  const hear = (text: string): void => {
    if (seal === undefined) {
      const nonce = GREETING.exec(text)?.[1];
      if (nonce === undefined) return void socket.destroy();
      seal = { secret, nonce };
      send();
      return;
    }
    const reply = REPLY.safeParse(openLine(seal, 'answer', answered, text));
    if (!reply.success) return void socket.destroy();
    answered += 1;
    sent.shift()?.settle(reply.data);
  };
  socket.on('data', (bytes: Buffer) => {
    for (const { text } of splitter.push(bytes)) hear(text);
  });
  socket.on('timeout', () => socket.destroy()).on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const { settle } of [...sent, ...unsent]) settle(undefined);
    onEnd();
  });
  return {
    get isReady() {
      return seal !== undefined && !socket.destroyed;
    },
    get waiting() {
      return sent.length + unsent.length;
    },
    ask(waiting) {
      if (socket.destroyed) {
        waiting.settle(undefined);
        return;
      }
      unsent.push(waiting);
      send();
    },
    hangUp: () => void socket.destroy(),
  };
}
