/** Who is called when, and who is told that it is full: no clock, every step by hand. */
import { once } from 'node:events';
import { request } from 'node:http';
import fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { takeTurns } from './overload.ts';
import { answerWithProblems } from './problem.ts';
import { createTurnedAway } from './turned-away.ts';
import { createWaitingRoom, type Seats, type Turn } from './waiting-room.ts';

const SEATS: Seats = {
  atWork: 3,
  first: { atWork: 3, waiting: 2 },
  others: { atWork: 1, waiting: 2 },
  signIn: { atWork: 1, waiting: 1 },
};
const QUEUES = { u: 'first', r: 'others', s: 'signIn' } as const;

/** Names who enters: `u` is a use, `r` the rest, `s` a sign-in; says who was called, in order. */
function openRoom(seats = SEATS) {
  const room = createWaitingRoom(seats);
  const called: string[] = [];
  const places = new Map<string, Turn>();
  return {
    called,
    free: room.free,
    enter(name: string): boolean {
      const place = room.enter(QUEUES[name[0] as keyof typeof QUEUES]);
      if (place === undefined) return false;
      places.set(name, place);
      void place.called.then((isTurn) => called.push(isTurn ? name : `${name} gone`));
      return true;
    },
    async leave(name: string): Promise<void> {
      places.get(name)?.leave();
      await Promise.resolve();
    },
  };
}

describe('the waiting room', () => {
  test('calls uses before the rest, and each of them in the order of coming', async () => {
    const { enter, leave, called } = openRoom({ ...SEATS, others: { atWork: 3, waiting: 2 } });
    for (const name of ['r1', 'r2', 'u1', 'r3', 'u2', 'r4', 'u3']) expect(enter(name)).toBe(true);
    await leave('r1');
    await leave('u1');
    await leave('r2');
    await leave('u2');
    expect(called).toEqual(['r1', 'r2', 'u1', 'u2', 'u3', 'r3', 'r4']);
  });

  test('keeps seats free for uses, however many others wait', async () => {
    const { enter, called } = openRoom();
    for (const name of ['r1', 'r2', 'r3', 'u1', 'u2', 'u3']) enter(name);
    await Promise.resolve();
    expect(called).toEqual(['r1', 'u1', 'u2']);
  });

  test('leaves the rest its seats when a flood of sign-ins comes', async () => {
    const { enter, called } = openRoom();
    const came = ['s1', 's2', 's3', 's4', 'r1', 'u1', 'r2'].map(enter);
    await Promise.resolve();
    expect(came).toEqual([true, true, false, false, true, true, true]);
    expect(called).toEqual(['s1', 'r1', 'u1']);
  });

  test('tells who comes to a full room, of each kind by itself', () => {
    const { enter } = openRoom();
    const came = ['r1', 'r2', 'r3', 'r4', 'u1', 'u2', 'u3', 'u4', 'u5'].map(enter);
    expect(came).toEqual([true, true, true, false, true, true, true, true, false]);
  });

  test('forgets who goes while he waits, and a place is given up once', async () => {
    const { enter, leave, called } = openRoom({ ...SEATS, atWork: 1 });
    for (const name of ['u1', 'u2', 'u3']) enter(name);
    await leave('u2');
    await leave('u2');
    await leave('u1');
    await leave('u1');
    expect(enter('u4')).toBe(true);
    await leave('u3');
    expect(called).toEqual(['u1', 'u2 gone', 'u3', 'u4']);
  });

  test('is empty again after everybody left, so that nothing of a flood stays', async () => {
    const { enter, leave, called, free } = openRoom();
    const names = Array.from({ length: 100 }, (_, at) => `${at % 2 === 0 ? 'u' : 'r'}${at}`);
    const inside = names.filter(enter);
    for (const name of inside) await leave(name);
    for (const name of inside) await leave(name);
    called.length = 0;
    expect(free()).toBe(SEATS.atWork + SEATS.first.waiting);
    expect(['u1', 'u2', 'r1'].map(enter)).toEqual([true, true, true]);
    expect(free()).toBe(SEATS.first.waiting);
    await Promise.resolve();
    expect(called).toEqual(['u1', 'u2', 'r1']);
  });
});

describe('those who found it full', () => {
  test('hear of it in the order of coming, so many at a time; more than it holds hear at once', async () => {
    const away = createTurnedAway(3);
    const heard: string[] = [];
    const turns = ['a', 'b', 'c', 'd'].map((name) => {
      const turn = away.enter();
      void turn?.called.then((isTold) => heard.push(isTold ? name : `${name} gone`));
      return turn;
    });
    expect(turns[3]).toBeUndefined();
    away.tell(1);
    turns[1]?.leave();
    await Promise.resolve();
    expect(heard).toEqual(['a', 'b gone']);
    expect(away.enter()).toBeDefined();
    away.tell(5);
    turns[2]?.leave();
    await Promise.resolve();
    expect(heard).toEqual(['a', 'b gone', 'c']);
  });
});

describe('a server with such a room', () => {
  /** Routes that answer when they are told to, in the order in which they began. */
  function build() {
    const server: FastifyInstance = fastify();
    const came = { in: 0, out: 0 };
    server.addHook('onRequest', async (_request, reply) => {
      came.in += 1;
      reply.raw.once('close', () => {
        came.out += 1;
      });
    });
    answerWithProblems(server);
    takeTurns(server, {
      atWork: 1,
      first: { atWork: 1, waiting: 2 },
      others: { atWork: 1, waiting: 1 },
      signIn: { atWork: 1, waiting: 1 },
    });
    const began: string[] = [];
    const waiting: (() => void)[] = [];
    const work = (name: string) => {
      began.push(name);
      const { promise, resolve } = Promise.withResolvers<string>();
      waiting.push(() => resolve(name));
      return promise;
    };
    server.post('/uses', { config: { traffic: 'use' } }, () => work('use'));
    server.get('/lists', { config: { traffic: 'list' } }, () => work('list'));
    server.get('/reports', () => work('report'));
    server.get('/events', { config: { traffic: 'watch' } }, async () => 'seen');
    server.get('/alive', { config: { traffic: 'monitor' } }, async () => 'alive');
    return { server, began, came, answer: () => waiting.shift()?.() };
  }

  test('does uses and lists before reports, answers 503 above it, and heals', async () => {
    const { server, began, answer } = build();
    const report = () => server.inject('/reports');
    const use = () => server.inject({ method: 'POST', url: '/uses', payload: {} });
    const sent = [report(), report(), server.inject('/lists'), use()];
    await expect.poll(() => began).toEqual(['report']);
    const [noReport, noUse] = [await report(), await use()];
    expect([noReport.statusCode, noReport.headers['retry-after']]).toEqual([503, '5']);
    expect([noUse.statusCode, noUse.headers['retry-after']]).toEqual([503, '1']);
    expect(noUse.headers['content-type']).toContain('application/problem+json');
    expect(noUse.json()).toMatchObject({ code: 'overloaded' });
    for (const url of ['/alive', '/events']) {
      expect((await server.inject(url)).statusCode).toBe(200);
    }
    for (const done of [1, 2, 3, 4]) {
      await expect.poll(() => began.length).toBe(done);
      answer();
    }
    const statuses = (await Promise.all(sent)).map(({ statusCode }) => statusCode);
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(began).toEqual(['report', 'list', 'use', 'report']);
    const again = use();
    await expect.poll(() => began.length).toBe(5);
    answer();
    expect((await again).statusCode).toBe(200);
  });

  test('who goes away while he waits is not waited for, and who sends slowly has no turn', async () => {
    const { server, began, came, answer } = build();
    await server.listen({ host: '127.0.0.1', port: 0 });
    const report = (signal?: AbortSignal) =>
      fetch(`${server.listeningOrigin}/reports`, signal === undefined ? {} : { signal });
    const first = report();
    await expect.poll(() => began).toEqual(['report']);
    const gone = new AbortController();
    const leaving = report(gone.signal);
    await expect.poll(() => came.in).toBe(2);
    gone.abort();
    await expect(leaving).rejects.toThrow();
    await expect.poll(() => came.out).toBe(1);
    const next = report();
    answer();
    expect((await first).status).toBe(200);
    await expect.poll(() => began).toEqual(['report', 'report']);
    const slow = request(`${server.listeningOrigin}/uses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    slow.write('{');
    await expect.poll(() => came.in).toBe(4);
    answer();
    expect((await next).status).toBe(200);
    const quick = report();
    await expect.poll(() => began.length).toBe(3);
    answer();
    expect((await quick).status).toBe(200);
    slow.end('}');
    await expect.poll(() => began.at(-1)).toBe('use');
    answer();
    const [response] = await once(slow, 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
    await server.close();
  });
});
