/** Kinds of requests: how often each may come, and which go first when the server is busy. */

import type { FastifyRequest } from 'fastify';
import type { Queue } from './waiting-room.ts';

/** What holds for a kind of request. */
export interface Kind {
  /** So many a minute from one address (IPv6: from one /64), whoever calls. */
  readonly perAddress: number;
  /** So many a minute of one known caller; left out where nobody is known yet. */
  readonly perCaller?: number;
  /** Where it waits when the server is busy; left out: with the others. */
  readonly queue?: Queue;
  /** Is open for long and does next to nothing: it takes no turn. */
  readonly watches?: true;
  readonly why: string;
}

/** The table. A route says its kind by `config: { traffic }`; without a word it is `rest`. */
export const TRAFFIC = {
  use: {
    perAddress: 6000,
    perCaller: 600,
    queue: 'first',
    why: "an operator's gates share an address; one gate or desk sees a person a second at most, and sends again what it kept",
  },
  token: {
    perAddress: 600,
    queue: 'first',
    why: 'a machine signs in once in ten minutes; after a power cut all gates of an operator do so at once',
  },
  list: {
    perAddress: 6000,
    queue: 'first',
    why: 'a gate without a fresh list stops opening; it asks every five minutes',
  },
  signIn: {
    perAddress: 60,
    queue: 'signIn',
    why: 'a password costs 128 MiB and a third of a second to check; an office shares an address',
  },
  oneTimeCode: {
    perAddress: 30,
    queue: 'signIn',
    why: 'each may cost a message; a person asks for one, and types it wrong a few times',
  },
  enrolment: {
    perAddress: 60,
    queue: 'signIn',
    why: 'a device enrols once; whoever guesses secrets is held up',
  },
  batch: {
    perAddress: 6000,
    perCaller: 240,
    queue: 'first',
    why: 'a gate sends what it kept, up to 500 records at a time, before anybody reads a report',
  },
  file: {
    perAddress: 120,
    perCaller: 30,
    why: 'a file is big; a blood centre sends a few a day',
  },
  watch: {
    perAddress: 600,
    perCaller: 60,
    watches: true,
    why: 'a page keeps one open while an import runs, and asks again when the line breaks',
  },
  rest: {
    perAddress: 6000,
    perCaller: 600,
    why: 'a page has up to twenty parts, and a hospital full of people shares an address',
  },
} as const satisfies Record<string, Kind>;
export type Traffic = keyof typeof TRAFFIC;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `monitor`: never limited and never waiting, so that a full server can be seen to be full. */
    traffic?: Traffic | 'monitor';
  }
}

/** The kind of the request; `undefined` for a monitor's. */
export function trafficOf({ routeOptions }: FastifyRequest): Traffic | undefined {
  const { traffic = 'rest' } = routeOptions.config;
  return traffic === 'monitor' ? undefined : traffic;
}
