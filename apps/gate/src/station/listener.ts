/** What a gate of a station answers the others. A line that is not sealed ends the connection. */
import { createServer, type Socket } from 'node:net';
import { z } from 'zod';
import type { Address } from '../agent/address.ts';
import { createLineSplitter } from '../agent/line-splitter.ts';
import { listenOn } from '../agent/listen.ts';
import { LONGEST_STATION_LINE, type Question, type Reply } from './peer.ts';
import { openLine, sealLine } from './sealed-line.ts';

const MOST_CONNECTIONS = 128;
/** Who has not asked anything in so long is no gate of ours. */
const SILENT_MS = 45_000;
const FIRST_WITHIN_MS = 5_000;

const HASH = z.string().regex(/^[0-9a-f]{64}$/);
const NAME = z.string().min(1).max(128);
const KEY = z.strictObject({ hash: HASH, keepMs: z.number().int().min(1).max(86_400_000) });
const QUESTION = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('hello'), from: NAME }),
  z.strictObject({ op: z.literal('reserve'), from: NAME, keys: z.array(KEY).max(8) }),
  z.strictObject({ op: z.literal('release'), from: NAME, hashes: z.array(HASH).max(8) }),
]);

/** The door that the other gates call at. */
export interface Listener {
  readonly address: string;
  close(): Promise<void>;
}

/** Listens. `nonce` gives 32 hex digits that were never given before. */
export async function listenForPeers(
  options: { readonly listen: Address; readonly secret: Uint8Array; readonly nonce: () => string },
  answer: (question: Question) => Reply,
): Promise<Listener> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    if (open.size >= MOST_CONNECTIONS) return void socket.destroy();
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket, { secret: options.secret, nonce: options.nonce() }, answer);
  });
  const address = await listenOn(server, options.listen);
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function serve(
  socket: Socket,
  seal: { readonly secret: Uint8Array; readonly nonce: string },
  answer: (question: Question) => Reply,
): void {
  const splitter = createLineSplitter(LONGEST_STATION_LINE);
  let heard = 0;
  socket.setNoDelay(true);
  socket.setTimeout(FIRST_WITHIN_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.write(`LIYU-STATION 1 ${seal.nonce}\n`);
  socket.on('data', (bytes: Buffer) => {
    for (const { text } of splitter.push(bytes)) {
      const question = QUESTION.safeParse(openLine(seal, 'ask', heard, text));
      if (!question.success) return void socket.destroy();
      socket.setTimeout(SILENT_MS);
      socket.write(`${sealLine(seal, 'answer', heard, answer(question.data))}\n`);
      heard += 1;
    }
    if (splitter.pending > LONGEST_STATION_LINE) socket.destroy();
  });
}
