/**
 * The gates of one station share what they have taken, over their own network: hashes only, each
 * line sealed by the station's secret. Before a gate opens it asks all others at once. Whoever is
 * silent is not waited for: the gate opens, and the use is marked.
 */
import { toHex } from '@liyu/pass';
import { type Address, parseAddress } from '../agent/address.ts';
import type { Station, StationKey } from '../station-seam.ts';
import { createKeyMemory, type HeldKey, type KeyMemory } from './key-memory.ts';
import { listenForPeers } from './listener.ts';
import { callPeer, type Peer, type Question, type Reply } from './peer.ts';
import { hashKey } from './sealed-line.ts';

/** A station that can be told what the gate had taken before it was started again. */
export interface RememberingStation extends Station {
  remember(keys: readonly StationKey[]): void;
}

/** A station that is joined. */
export interface JoinedStation extends RememberingStation {
  readonly address: string;
  readonly peers: readonly Peer[];
  leave(): Promise<void>;
}

/** How a gate joins. */
export interface StationOptions {
  /** The gate's own name, which no other gate of the station has. */
  readonly name: string;
  readonly listen: Address;
  readonly peers: readonly Address[];
  readonly secret: Uint8Array;
  readonly random: { bytes(length: number): Uint8Array };
  /** Milliseconds of a clock that never steps back. */
  readonly nowMs: () => number;
}

/** A person stands at the gate: longer than this nobody waits for a neighbour. */
export const PEERS_WITHIN_MS = 150;
const NONCE_BYTES = 16;

/** Joins the station. Rejects when the address cannot be listened on. */
export async function joinStation(options: StationOptions): Promise<JoinedStation> {
  const { name, secret, nowMs } = options;
  const memory = createKeyMemory(name);
  const nonce = (): string => toHex(options.random.bytes(NONCE_BYTES));
  const listener = await listenForPeers({ listen: options.listen, secret, nonce }, (question) =>
    answerPeer(memory, name, question, nowMs()),
  );
  const own = parseAddress(listener.address);
  const others = options.peers.filter(({ host, port }) => host !== own?.host || port !== own.port);
  const peers = others.map((address) => callPeer(address, name, secret));
  return {
    ...createStation(options, memory, peers),
    address: listener.address,
    peers,
    async leave() {
      for (const peer of peers) peer.close();
      await listener.close();
    },
  };
}

/** What this gate answers another that asks. */
export function answerPeer(
  memory: KeyMemory,
  name: string,
  question: Question,
  nowMs: number,
): Reply {
  if (question.op === 'reserve') {
    return { name, holders: memory.ask(question.from, question.keys, nowMs) };
  }
  if (question.op === 'release') memory.release(question.from, question.hashes);
  return { name, holders: [] };
}

/** The station without its sockets: `peers` are asked, however they are reached. */
export function createStation(
  { name, secret, nowMs }: Pick<StationOptions, 'name' | 'secret' | 'nowMs'>,
  memory: KeyMemory,
  peers: readonly Pick<Peer, 'ask'>[],
): RememberingStation {
  const held = ({ text, keepSeconds }: StationKey): HeldKey => ({
    hash: hashKey(secret, text),
    keepMs: keepSeconds * 1000,
  });
  const giveBack = (keys: readonly HeldKey[]): void => {
    memory.drop(keys);
    const hashes = keys.map(({ hash }) => hash);
    for (const peer of peers) void peer.ask({ op: 'release', from: name, hashes }, PEERS_WITHIN_MS);
  };
  return {
    async reserve(keys) {
      const asked = keys.map(held);
      const kindAt = (index: number): StationKey['kind'] => keys[index]?.kind ?? 'replayed';
      const claim = memory.begin(asked, nowMs());
      if ('takenHash' in claim) {
        const index = asked.findIndex(({ hash }) => hash === claim.takenHash);
        return { taken: kindAt(index), silentPeers: 0 };
      }
      const question: Question = { op: 'reserve', from: name, keys: asked };
      const replies = await Promise.all(peers.map((peer) => peer.ask(question, PEERS_WITHIN_MS)));
      const heard = replies.filter((reply) => reply !== undefined);
      const silentPeers = replies.length - heard.length;
      const index = findTaken(name, heard, asked.length);
      if (index === undefined && !claim.hasYielded) {
        memory.hold(claim, nowMs());
        return { taken: null, silentPeers };
      }
      memory.abandon(claim);
      giveBack(claim.fresh);
      return { taken: kindAt(index ?? 0), silentPeers };
    },
    release: (keys) => giveBack(keys.map(held)),
    remember(keys) {
      for (const key of keys.map(held)) memory.hold({ keys: [key] }, nowMs());
    },
  };
}

/**
 * The key that somebody holds, or `undefined`. What one gate says of another counts only where that
 * other has not spoken for itself: it may have asked, and given way.
 */
function findTaken(self: string, replies: readonly Reply[], keys: number): number | undefined {
  const spoken = new Map(replies.map((reply) => [reply.name, reply]));
  for (let index = 0; index < keys; index += 1) {
    const isTaken = replies.some((reply) => {
      const holder = reply.holders[index];
      if (holder === null || holder === undefined || holder === self) return false;
      return holder === reply.name || !spoken.has(holder);
    });
    if (isTaken) return index;
  }
  return undefined;
}
