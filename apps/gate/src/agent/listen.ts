/** Listening, as a promise. */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { type Address, addressText } from './address.ts';

/** Listens, and answers the address with its port. Rejects when it cannot. */
export async function listenOn(server: Server, { host, port }: Address): Promise<string> {
  server.listen({ host, port });
  await once(server, 'listening');
  const { port: given } = server.address() as AddressInfo;
  return addressText({ host, port: given });
}
