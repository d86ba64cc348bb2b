/**
 * The way between a gate and the server: slow, sometimes cut; requests are lost, come twice, come
 * late after newer ones; answers are lost; caches answer with what was true before.
 */
import type { Instant } from '@liyu/domain/kernel';
import {
  type BatchAnswer,
  BatchRefused,
  type Fetched,
  type ServedProgramme,
  type Server,
} from '@liyu/gate';
import type { Caller } from '../../../apps/server/src/access/caller.ts';
import type { Answered, Asked, Centre } from './centre.ts';
import { MINUTE, SECOND } from './city-time.ts';
import type { Dice } from './dice.ts';
import type { FaultCounter } from './faults.ts';
import type { Schedule } from './schedule.ts';

/** A gate's way to the server, and what the world does to it. */
export interface Way {
  readonly server: Server;
  isCut: boolean;
  /** Uploads pass, lists do not. */
  isStuck: boolean;
  /** How often things go wrong on the way, from 0 to 1; nought when faults are over. */
  trouble: number;
}

/** What the world hears of every record that is on its way. */
export type Tap = (records: readonly { bootEpoch: number; seq: number; body: string }[]) => void;

const GIVES_UP = 10 * SECOND;

/** A way for the caller. */
export function createWay(
  centre: Centre,
  caller: { readonly who: Caller; readonly gateId: string },
  world: { schedule: Schedule; dice: Dice; faults: FaultCounter },
  tap: Tap,
): Way {
  const { schedule, dice, faults } = world;
  const older = new Map<string, Answered>();
  const way = { isCut: false, isStuck: false, trouble: 0 };
  const ask = (asked: Asked): Promise<Answered> =>
    schedule.work(() => centre.ask(caller.who, asked));

  /** A request goes out and its answer comes back, or does not: then it is given up. */
  async function travel(asked: Asked): Promise<Answered> {
    await schedule.sleep(dice.between(10, 150));
    if (way.isCut) return fail();
    if (asked.method === 'POST' && dice.chance(way.trouble)) {
      const kind = dice.below(4);
      if (kind === 0) {
        faults.count('request_lost');
        return fail();
      }
      if (kind === 1) {
        faults.count('request_late');
        schedule.after(dice.between(GIVES_UP, 5 * MINUTE), () => askQuietly(asked));
        return fail();
      }
      if (kind === 2) {
        faults.count('request_doubled');
        schedule.after(dice.between(1, MINUTE), () => askQuietly(asked));
      } else {
        await ask(asked);
        faults.count('answer_lost');
        return fail();
      }
    }
    const answer = await ask(asked);
    await schedule.sleep(dice.between(10, 150));
    return way.isCut ? fail() : answer;
  }

  async function fail(): Promise<never> {
    await schedule.sleep(GIVES_UP);
    throw new Error('no answer');
  }

  async function askQuietly(asked: Asked): Promise<void> {
    await ask(asked).catch(() => undefined);
  }

  /** A list, perhaps an older one out of a cache. */
  async function list(url: string, etag: string | null): Promise<Answered> {
    if (way.isStuck) return fail();
    const before = older.get(url);
    if (before !== undefined && dice.chance(way.trouble / 4)) {
      faults.count('list_old');
      await schedule.sleep(dice.between(10, 150));
      return before;
    }
    const answer = await travel({ method: 'GET', url, etag });
    if (answer.status === 200 && (before === undefined || dice.chance(0.2))) older.set(url, answer);
    return answer;
  }

  const server: Server = {
    trustList: async (etag) => fetchedOf(await list('/api/v1/trust-list', etag), (body) => body),
    async statusList(kid, since, etag) {
      const from = since === null ? '' : `?since=${since}`;
      return fetchedOf(await list(`/api/v1/status-lists/${kid}${from}`, etag), (body) => body);
    },
    async programme(etag) {
      const url = `/api/v1/gates/${caller.gateId}/programme`;
      return fetchedOf(
        await list(url, etag),
        (body) => JSON.parse(Buffer.from(body).toString('utf8')) as ServedProgramme,
      );
    },
    async sendBatch(records, sentAt) {
      tap(records);
      const answer = await travel({
        method: 'POST',
        url: `/api/v1/gates/${caller.gateId}/batches`,
        etag: null,
        body: JSON.stringify({ sentAt, records }),
      });
      const text = answer.body.toString('utf8');
      if (answer.status >= 400 && answer.status < 500) throw new BatchRefused(text);
      if (answer.status !== 200) throw new Error(text);
      return JSON.parse(text) as BatchAnswer;
    },
  };
  return Object.assign(way, { server });
}

function fetchedOf<T>(answer: Answered, read: (body: Uint8Array) => T): Fetched<T> {
  const now = answer.now as Instant;
  if (answer.status === 304) return { kind: 'same', now };
  if (answer.status !== 200) throw new Error(answer.body.toString('utf8'));
  return { kind: 'newer', content: read(new Uint8Array(answer.body)), etag: answer.etag, now };
}
