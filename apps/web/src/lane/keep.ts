/**
 * What a lane keeps beside its gate's files, in IndexedDB: which gate it is, its key (which cannot
 * leave the browser), the server's key to seal to, and how clerks unlock it without a network.
 * Nothing of a donor is ever here.
 */

import type { WebKey } from '@liyu/pass/web';
import { type IDBPDatabase, openDB } from 'idb';
import type { Place } from './place.ts';

/** Which gate this browser is. */
export interface Identity {
  readonly gateId: string;
  readonly clientId: string;
  readonly venue: string;
  readonly partner: string;
  /** The exact audience of the assertions with which it signs in. */
  readonly tokenUrl: string;
  readonly kid: string;
  readonly privateKey: WebKey;
  /** The root that signs trust lists, pinned when the lane was enrolled. */
  readonly rootKey: { readonly x: string; readonly y: string };
}

/** The server's public key to which documents are sealed. */
export interface SealingKey {
  readonly kid: string;
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** How a clerk who has signed in here unlocks the lane while there is no network. */
export interface Unlock {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly check: Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  readonly goodUntil: number;
}

interface Kept {
  identity: Identity;
  sealingKey: SealingKey;
  unlockKey: WebKey;
  place: Place;
}

/** The keep of this browser. */
export interface Keep {
  find<K extends keyof Kept>(name: K): Promise<Kept[K] | undefined>;
  put<K extends keyof Kept>(name: K, value: Kept[K]): Promise<void>;
  findUnlock(clerk: string): Promise<Unlock | undefined>;
  putUnlock(clerk: string, unlock: Unlock): Promise<void>;
  removeUnlock(clerk: string): Promise<void>;
}

/** Opens it. */
export async function openKeep(): Promise<Keep> {
  const database: IDBPDatabase = await openDB('liyu-lane-keep', 1, {
    upgrade(fresh) {
      fresh.createObjectStore('kept');
      fresh.createObjectStore('unlocks');
    },
  });
  return {
    find: (name) => database.get('kept', name),
    put: async (name, value) => void (await database.put('kept', value, name)),
    findUnlock: (clerk) => database.get('unlocks', clerk),
    putUnlock: async (clerk, unlock) => void (await database.put('unlocks', unlock, clerk)),
    removeUnlock: (clerk) => database.delete('unlocks', clerk),
  };
}
