/**
 * A line between two gates of a station: a running number, a MAC by the station's secret, JSON. The
 * MAC covers the connection's nonce and who speaks, so that no line is good anywhere else or twice.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who speaks: the gate that asks, or the one that answers. */
export type Voice = 'ask' | 'answer';

/** What seals the lines of one connection. */
export interface Seal {
  readonly secret: Uint8Array;
  /** Fresh for each connection, from the gate that was called. */
  readonly nonce: string;
}

const SHAPE = /^(\d{1,15}) ([0-9a-f]{64}) (\{.*\})$/;

function macOf({ secret, nonce }: Seal, voice: Voice, count: number, json: string): Buffer {
  return createHmac('sha256', secret).update(`${voice} ${nonce} ${count} ${json}`).digest();
}

/** The line that says it, without its end. */
export function sealLine(seal: Seal, voice: Voice, count: number, said: unknown): string {
  const json = JSON.stringify(said);
  return `${count} ${macOf(seal, voice, count, json).toString('hex')} ${json}`;
}

/** What the line says, if it is the `count`-th of this voice and sealed by the secret. */
export function openLine(seal: Seal, voice: Voice, count: number, line: string): unknown {
  const [, number, mac = '', json = ''] = SHAPE.exec(line) ?? [];
  if (Number(number) !== count) return undefined;
  if (!timingSafeEqual(Buffer.from(mac, 'hex'), macOf(seal, voice, count, json))) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The hash by which the gates of a station speak of a key; nobody else can tell what it is of. */
export function hashKey(secret: Uint8Array, text: string): string {
  return createHmac('sha256', secret).update(`key ${text}`).digest('hex');
}
