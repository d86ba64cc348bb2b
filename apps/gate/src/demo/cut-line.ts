/** The wire between gate and server, as one that can be cut: a TCP relay on loopback. */
import { connect, createServer, type Socket } from 'node:net';
import type { Address } from '../agent/address.ts';
import { listenOn } from '../agent/listen.ts';

/** A wire. */
export interface CutLine {
  readonly address: string;
  readonly isCut: boolean;
  /** Cuts it: what is on its way is lost, and nobody gets through. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** A relay to the target, on a free port. */
export async function layLine(target: Address): Promise<CutLine> {
  const ends = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): Socket => {
    ends.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => ends.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) {
      near.destroy();
      return;
    }
    const far = keep(connect({ ...target }));
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const address = await listenOn(server, { host: '127.0.0.1', port: 0 });
  const cut = (): void => {
    isCut = true;
    for (const socket of ends) socket.destroy();
  };
  return {
    address,
    get isCut() {
      return isCut;
    },
    cut,
    mend() {
      isCut = false;
    },
    close() {
      cut();
      server.close();
    },
  };
}
