/**
 * One staffed lane: a gate's own core in the browser, on a disk in IndexedDB. It decides by the
 * same rules, writes down before it says yes, and uploads whenever the server is reached.
 */
import {
  type Confirm,
  type Gate,
  type GateAnswer,
  type GateStatus,
  openGate,
  type Server,
} from '@liyu/gate';
import { fromBase64Url } from '@liyu/pass';
import { webCrypto } from '@liyu/pass/web';
import { isAnswer, isRevoked, openDevice } from './device.ts';
import { openDisk } from './disk.ts';
import { openGateServer } from './gate-server.ts';
import { readJson, request } from './http.ts';
import type { Identity, Keep, SealingKey } from './keep.ts';
import { type LookUp, lookUp, type NoLookUp } from './look-up.ts';
import { type Place, placeOf } from './place.ts';
import { type ShownPerson, sealPerson } from './seal.ts';
import type { Shown } from './shown.ts';
import { clock, random } from './system.ts';

/** Which way somebody goes. */
export type Direction = 'in' | 'out';

/** How the lane does, for its status line. */
export interface LaneStatus {
  /** Whether the server answered the last time that it was asked. */
  readonly isReached: boolean;
  readonly isRevoked: boolean;
  readonly gate: GateStatus;
  /** Seconds since the last upload or sign of life that the server took; `null` before it. */
  readonly uploadedSecondsAgo: number | null;
}

/** A lane at work. */
export interface Lane {
  readonly venue: string;
  /** `undefined` until the programme has come for the first time. */
  place(): Place | undefined;
  status(): LaneStatus;
  /** Judges a code; while the server is reached, its word counts too, and it tells the name. */
  scan(
    code: string,
    direction: Direction,
  ): Promise<{ answer: GateAnswer; found?: LookUp | NoLookUp }>;
  /** Asks the server about a document or card. */
  find(shown: ShownPerson, direction: Direction): Promise<LookUp | NoLookUp>;
  /** Whether a document can be sealed: the lane has been online once. */
  canSeal(): boolean;
  /** Writes down that the clerk lets somebody in. */
  admit(
    shown: ShownPerson,
    direction: Direction,
    clerk: string,
    reason: string,
  ): Promise<GateAnswer>;
  /** Refreshes and uploads now. */
  wake(): void;
  stop(): void;
}

const KEY_WITHIN_MS = 10_000;

/** Opens the lane and keeps it in touch with the server. `onChange` is told when its status may be another. */
export async function openLane(
  identity: Identity,
  keep: Keep,
  onChange: () => void,
): Promise<Lane> {
  const { venue } = identity;
  let place = await keep.find('place');
  let sealingKey = await keep.find('sealingKey');
  const contact = { isReached: navigator.onLine, isRevoked: false, uploadedAt: Number.NaN };

  const takePlace = async (served: unknown): Promise<void> => {
    place = placeOf(served, venue) ?? place;
    if (place !== undefined) await keep.put('place', place);
  };
  const server = watched(openGateServer(identity.gateId, openDevice(identity)), contact, takePlace);
  const gate = await openGate({
    config: { venue, staffed: true, rootKey: rootPoint(identity) },
    disk: await openDisk(`liyu-lane-${identity.clientId}`),
    clock,
    random,
    server,
    crypto: webCrypto,
  });
  const takeSealingKey = async (): Promise<void> => {
    const response = await request('/lane-keys/current', KEY_WITHIN_MS);
    if (!response.ok) return;
    sealingKey = await readJson<SealingKey>(response);
    await keep.put('sealingKey', sealingKey);
  };
  const loops = startLoops(gate, takeSealingKey, onChange);
  const ask = async (shown: Shown, direction: Direction): Promise<LookUp | NoLookUp> => {
    const found = await lookUp(venue, direction, shown);
    contact.isReached = found !== 'unreachable';
    onChange();
    return found;
  };
  const recorded = (): void => {
    onChange();
    loops.wake();
  };

  return {
    venue,
    place: () => place,
    status: () => ({
      isReached: contact.isReached,
      isRevoked: contact.isRevoked,
      gate: gate.status(),
      uploadedSecondsAgo: Number.isNaN(contact.uploadedAt)
        ? null
        : Math.floor((clock.monotonic() - contact.uploadedAt) / 1000),
    }),
    async scan(code, direction) {
      let found: LookUp | NoLookUp | undefined;
      const confirm: Confirm = async () => {
        found = await ask({ code }, direction);
        return typeof found === 'string' ? undefined : found;
      };
      const answer = await gate.scan(code, { direction, confirm });
      recorded();
      return found === undefined ? { answer } : { answer, found };
    },
    find: ask,
    canSeal: () => sealingKey !== undefined,
    async admit(shown, direction, clerk, reason) {
      if (sealingKey === undefined) throw new Error('invariant broken: there is a key to seal to');
      const person = await sealPerson(shown, sealingKey);
      const answer = await gate.admit({ direction, clerk, reason, person });
      recorded();
      return answer;
    },
    wake: () => loops.wake(),
    stop: () => loops.stop(),
  };
}

function rootPoint({ rootKey }: Identity) {
  const lastByte = fromBase64Url(rootKey.y).at(-1) ?? 0;
  return { x: fromBase64Url(rootKey.x), yIsOdd: (lastByte & 1) === 1 };
}

/** The server, and what its answers tell of the line to it. */
function watched(
  server: Server,
  contact: { isReached: boolean; isRevoked: boolean; uploadedAt: number },
  takeProgramme: (served: unknown) => Promise<void>,
): Server {
  const noted = async <T>(asked: Promise<T>): Promise<T> => {
    try {
      const answer = await asked;
      contact.isReached = true;
      return answer;
    } catch (cause) {
      contact.isReached = isAnswer(cause);
      if (isRevoked(cause)) contact.isRevoked = true;
      throw cause;
    }
  };
  return {
    trustList: (etag) => noted(server.trustList(etag)),
    statusList: (kid, since, etag) => noted(server.statusList(kid, since, etag)),
    async programme(etag) {
      const fetched = await noted(server.programme(etag));
      contact.isRevoked = false;
      if (fetched.kind === 'newer') await takeProgramme(fetched.content.programme);
      return fetched;
    },
    async sendBatch(records, sentAt) {
      const answer = await noted(server.sendBatch(records, sentAt));
      contact.uploadedAt = clock.monotonic();
      return answer;
    },
  };
}

const SOON_MS = 50;

/** Two loops: newer lists, and what waits in the spool. Each turn says when the next is due. */
function startLoops(gate: Gate, takeSealingKey: () => Promise<void>, onChange: () => void) {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  let isStopped = false;
  const later = (name: string, turn: () => Promise<number>, delayMs: number): void => {
    clearTimeout(timers.get(name));
    if (isStopped) return;
    const run = async (): Promise<void> => {
      const nextMs = await turn();
      onChange();
      later(name, turn, Math.max(SOON_MS, nextMs));
    };
    timers.set(
      name,
      setTimeout(() => void run(), delayMs),
    );
  };
  const refresh = async (): Promise<number> => {
    const { nextDelayMs } = await gate.refreshOnce();
    await takeSealingKey().catch(() => undefined);
    return nextDelayMs;
  };
  const sync = async (): Promise<number> => (await gate.syncOnce()).nextDelayMs;
  const wake = (): void => later('sync', sync, 0);
  const onOnline = (): void => {
    later('refresh', refresh, 0);
    wake();
  };
  addEventListener('online', onOnline);
  onOnline();
  return {
    wake,
    stop() {
      isStopped = true;
      removeEventListener('online', onOnline);
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
