/** The other end of a wire, for tests of channels: lines in and out of a socket. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { parseAddress } from '../src/agent/address.ts';

/** A connection that speaks lines. */
export interface Wire {
  readonly socket: Socket;
  send(bytes: string | Uint8Array): void;
  /** The next line, or `undefined` when the other side has hung up. */
  next(): Promise<string | undefined>;
  close(): void;
}

/** Connects to `host:port`. */
export async function openWire(address: string): Promise<Wire> {
  const where = parseAddress(address);
  if (where === undefined) throw new Error(`${address} is no address`);
  const socket = connect({ ...where, noDelay: true });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    async next() {
      const { done, value } = await lines.next();
      return done === true ? undefined : value;
    },
    close: () => socket.destroy(),
  };
}
