/**
 * Codes by TCP: one line a code, one line of JSON back, in order, over many connections. It is for
 * readers on the lane's own network, so it binds where the configuration says and nowhere else.
 */
import { createServer, type Socket } from 'node:net';
import type { Address } from './address.ts';
import type { Channel } from './channel.ts';
import { CONVERSATION_LIMITS, type Conversation, converse, type Present } from './conversation.ts';
import { listenOn } from './listen.ts';

/** How it is served. */
export interface TcpChannelOptions {
  readonly listen: Address;
  /** Connections at a time; the next is told so and hung up on. */
  readonly mostConnections: number;
  /** A connection on which nothing comes for so long is hung up on. */
  readonly idleSeconds: number;
}

/** Serves the channel. Rejects when the address cannot be listened on. */
export async function openTcpChannel(
  options: TcpChannelOptions,
  present: Present,
): Promise<Channel> {
  const open = new Set<Conversation>();
  const limits = { ...CONVERSATION_LIMITS, idleMs: options.idleSeconds * 1000 };
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    if (open.size >= options.mostConnections) return turnAway(socket);
    const conversation = converse({ input: socket, output: socket }, present, limits);
    open.add(conversation);
    void conversation.over.then(() => open.delete(conversation));
  });
  const address = await listenOn(server, options.listen);
  return {
    name: `tcp ${address}`,
    address,
    async stop() {
      server.close();
      const all = [...open];
      for (const conversation of all) conversation.end();
      await Promise.all(all.map(({ over }) => over));
    },
  };
}

/** A line, so that a machine can read why. */
function turnAway(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.end(`${JSON.stringify({ open: false, error: 'too_many_connections' })}\n`);
  socket.resume();
  setTimeout(() => socket.destroy(), 1000).unref();
}
