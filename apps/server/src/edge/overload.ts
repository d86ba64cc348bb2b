/** A server that is asked for more than it can do does what it can, and says so to the others. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import { type Kind, TRAFFIC, trafficOf } from './traffic.ts';
import { createWaitingRoom, type Seats, type Turn } from './waiting-room.ts';

/**
 * Scans of the same moment share a transaction, so many at work are quicker than few. Those who
 * wait are done within about a second, before a gate gives up.
 */
const SEATS: Seats = { atWork: 64, othersAtWork: 16, firstWaiting: 192, othersWaiting: 64 };
const AGAIN_SECONDS = { first: 1, others: 5 } as const;

/**
 * Makes every request but a monitor's wait for its turn. Where the room is full, the answer is 503
 * with `Retry-After`, before anything is read or looked up. A turn begins when the body is there,
 * and ends when the answer is, so that who sends or reads slowly keeps nobody else waiting.
 */
export function takeTurns(server: FastifyInstance, seats: Seats = SEATS): void {
  const room = createWaitingRoom(seats);
  const turns = new WeakMap<FastifyRequest, Turn>();
  server.addHook('onRequest', async (request, reply) => {
    const traffic = trafficOf(request);
    if (traffic === undefined || !room.isFull(goesFirst(traffic))) return;
    throw overloaded(reply, goesFirst(traffic));
  });
  server.addHook('preValidation', async (request, reply) => {
    const traffic = trafficOf(request);
    if (traffic === undefined) return;
    const turn = room.enter(goesFirst(traffic));
    if (turn === undefined) {
      throw overloaded(reply, goesFirst(traffic));
    }
    turns.set(request, turn);
    reply.raw.once('close', () => turn.leave());
    if (!(await turn.called)) throw new Problem(503, 'gone', 'the caller has gone');
  });
  server.addHook('onSend', async (request) => turns.get(request)?.leave());
}

function goesFirst(traffic: keyof typeof TRAFFIC): boolean {
  const kind: Kind = TRAFFIC[traffic];
  return kind.first === true;
}

function overloaded(reply: FastifyReply, first: boolean): Problem {
  reply.header('retry-after', String(first ? AGAIN_SECONDS.first : AGAIN_SECONDS.others));
  return new Problem(503, 'overloaded', 'too much to do; nothing was recorded');
}
