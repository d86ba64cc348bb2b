/** A server that is asked for more than it can do does what it can, and says so to the others. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { type Kind, TRAFFIC, trafficOf } from './traffic.ts';
import { createTurnedAway } from './turned-away.ts';
import { createWaitingRoom, type Queue, type Seats, type Turn } from './waiting-room.ts';

/**
 * Scans of the same moment share a transaction, so many at work are quicker than few. Those who
 * wait are done within about a second, before a gate gives up.
 */
const SEATS: Seats = {
  atWork: 64,
  first: { atWork: 64, waiting: 192 },
  others: { atWork: 16, waiting: 64 },
  // Anybody may try, from many addresses, and each costs much: the pages of who is in go on.
  signIn: { atWork: 8, waiting: 32 },
};
/** One is turned away for every five that are done; when nothing is done, still some at a time. */
const TURNED_AWAY = { most: 2000, everyMs: 100, forDone: 0.2, least: 5 } as const;
const AGAIN_SECONDS: Readonly<Record<Queue, number>> = { first: 1, others: 5, signIn: 5 };

/**
 * Makes every request but a monitor's and a watcher's wait for its turn. Where the room is full, the answer is 503
 * with `Retry-After`, before anything is read or looked up. A turn begins when the body is there,
 * and ends when the answer is, so that who sends or reads slowly keeps nobody else waiting.
 */
export function takeTurns(server: FastifyInstance, seats: Seats = SEATS): void {
  const room = createWaitingRoom(seats);
  const turnedAway = createTurnedAway(TURNED_AWAY.most);
  let done = 0;
  const timer = setInterval(() => {
    const told = Math.max(TURNED_AWAY.least, Math.ceil(done * TURNED_AWAY.forDone));
    turnedAway.tell(Math.max(told, room.free()));
    done = 0;
  }, TURNED_AWAY.everyMs);
  server.addHook('preClose', async () => {
    clearInterval(timer);
    turnedAway.tell(TURNED_AWAY.most);
  });
  const turns = new WeakMap<FastifyRequest, Turn>();
  server.addHook('onRequest', async (request, reply) => {
    const queue = queueOf(request);
    if (queue === undefined || !room.isFull(queue)) return;
    const turn = turnedAway.enter();
    reply.raw.once('close', () => turn?.leave());
    await turn?.called;
    // Meanwhile there may be room again.
    if (room.isFull(queue)) throw overloaded(reply, queue);
  });
  server.addHook('preValidation', async (request, reply) => {
    const queue = queueOf(request);
    if (queue === undefined) return;
    const turn = room.enter(queue);
    if (turn === undefined) throw overloaded(reply, queue);
    turns.set(request, turn);
    reply.raw.once('close', () => turn.leave());
    if (!(await turn.called)) throw new Problem(503, 'gone', 'the caller has gone');
  });
  server.addHook('onSend', async (request) => {
    const turn = turns.get(request);
    if (turn === undefined) return;
    done += 1;
    turn.leave();
  });
}

/** Where the request waits; `undefined` when it takes no turn at all. */
function queueOf(request: FastifyRequest): Queue | undefined {
  const traffic = trafficOf(request);
  if (traffic === undefined) return undefined;
  const kind: Kind = TRAFFIC[traffic];
  return kind.watches ? undefined : (kind.queue ?? 'others');
}

function overloaded(reply: FastifyReply, queue: Queue): Problem {
  reply.header('retry-after', String(AGAIN_SECONDS[queue]));
  return new Problem(503, 'overloaded', 'too much to do; nothing was recorded');
}
