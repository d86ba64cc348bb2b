/**
 * A flood of one request over many connections, one at a time on each: cheap for the sender, so
 * that the server has the machine. It reads of an answer no more than its status.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

/** What came back, by status, in so many seconds. */
export interface Answers {
  readonly byStatus: ReadonlyMap<number, number>;
  /** Requests for which no connection was free. */
  readonly unsent: number;
  readonly seconds: number;
}

/** Open connections to a server, and the request that goes over them. */
export interface Flood {
  /** So many callers, each of which sends again when it is answered. */
  sendInTurn(callers: number, seconds: number): Promise<Answers>;
  /** So many a second, whatever comes back; what is still on its way at the end counts for nothing. */
  sendAtRate(perSecond: number, seconds: number): Promise<Answers>;
  close(): void;
}

const TICK_MS = 5;

/** Connects so often; `request` is what is sent, bytes as HTTP/1.1 writes them. */
export async function openFlood(
  address: URL,
  request: string,
  connections: number,
): Promise<Flood> {
  const bytes = Buffer.from(request);
  const lines = await Promise.all(Array.from({ length: connections }, () => openLine(address)));
  const run = async (seconds: number, work: (count: Count) => Promise<void>): Promise<Answers> => {
    const count: Count = {
      byStatus: new Map(),
      unsent: 0,
      until: performance.now() + seconds * 1e3,
    };
    await work(count);
    return { ...count, seconds };
  };
  return {
    sendInTurn: (callers, seconds) =>
      run(seconds, async (count) => {
        const call = async (line: Line): Promise<void> => {
          while (performance.now() < count.until) await send(line, bytes, count);
        };
        await Promise.all(lines.slice(0, callers).map(call));
      }),
    sendAtRate: (perSecond, seconds) =>
      run(seconds, async (count) => {
        const start = performance.now();
        const idle = [...lines];
        let sent = 0;
        while (performance.now() < count.until) {
          const due = ((performance.now() - start) / 1000) * perSecond;
          for (; sent < due; sent += 1) {
            const line = idle.pop();
            if (line === undefined) count.unsent += 1;
            else void send(line, bytes, count).then(() => idle.push(line));
          }
          await wait(TICK_MS);
        }
      }),
    close: () => {
      for (const { socket } of lines) socket.destroy();
    },
  };
}

interface Count {
  readonly byStatus: Map<number, number>;
  unsent: number;
  readonly until: number;
}

interface Line {
  readonly socket: Socket;
  answered: (status: number) => void;
}

async function openLine(address: URL): Promise<Line> {
  const socket = connect(Number(address.port), address.hostname).setNoDelay();
  await once(socket, 'connect');
  const line: Line = { socket, answered: () => undefined };
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length < end + 4 + length) return;
    const status = Number(text.slice(9, 12));
    text = '';
    line.answered(status);
  });
  return line;
}

async function send(line: Line, bytes: Uint8Array, count: Count): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<number>();
  line.answered = resolve;
  line.socket.write(bytes);
  const status = await promise;
  if (performance.now() > count.until) return;
  count.byStatus.set(status, (count.byStatus.get(status) ?? 0) + 1);
}
