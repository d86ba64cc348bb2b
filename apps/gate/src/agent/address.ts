/** A host and port as the configuration writes it: `127.0.0.1:7440`, `[::1]:7440`, `gate-2:7441`. */

/** Where to listen or connect. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const SHAPE = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/;

/** Reads an address; `undefined` when the text is none. Port 0 is any free one. */
export function parseAddress(text: string): Address | undefined {
  const [, six, name, port = ''] = SHAPE.exec(text) ?? [];
  const host = six ?? name;
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host, port: Number(port) };
}

/** The text of an address. */
export function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether the address is of this machine. */
export function isLoopback({ host }: Address): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
