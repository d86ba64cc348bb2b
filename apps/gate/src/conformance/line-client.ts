/** The client's end of a TCP channel, for whoever tries one out. */
import { connect, type Socket } from 'node:net';
import type { Address } from '../agent/address.ts';
import { createLineSplitter } from '../agent/line-splitter.ts';

/** A connection to a channel. */
export interface LineClient {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** The next line; rejects when none comes in time, or the other side hangs up. */
  next(): Promise<string>;
  /** Resolves when the other side has hung up; rejects when it has not in time. */
  hungUp(): Promise<void>;
  close(): void;
}

const MOST_LINE = 65_536;

/** Connects. Rejects when that fails within the time. */
export async function openLineClient(address: Address, withinMs: number): Promise<LineClient> {
  const socket = connect({ ...address, noDelay: true });
  const lines: string[] = [];
  const waiting: { resolve(line: string): void; reject(cause: Error): void }[] = [];
  const splitter = createLineSplitter(MOST_LINE);
  const end = Promise.withResolvers<void>();
  await limit(
    new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    }),
    withinMs,
    'no connection',
  );
  socket.on('data', (bytes: Buffer) => {
    for (const line of splitter.push(bytes)) {
      const text = Buffer.from(line.text, 'latin1').toString('utf8');
      const next = waiting.shift();
      if (next === undefined) lines.push(text);
      else next.resolve(text);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    end.resolve();
    for (const { reject } of waiting.splice(0)) reject(new Error('it hung up'));
  });
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    next() {
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (socket.destroyed) return Promise.reject(new Error('it hung up'));
      const later = new Promise<string>((resolve, reject) => waiting.push({ resolve, reject }));
      return limit(later, withinMs, 'no answer');
    },
    hungUp: () => limit(end.promise, withinMs, 'it did not hang up'),
    close: () => socket.destroy(),
  };
}

/** The promise, or an error when it takes longer. */
function limit<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} in ${ms} ms`)), ms);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
