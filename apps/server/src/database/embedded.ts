/**
 * The embedded PostgreSQL as a pool of one connection, for Kysely's PostgreSQL dialect: the same
 * dialect and the same queries as on a server.
 */
import { Worker } from 'node:worker_threads';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { EmbeddedAnswer, EmbeddedRequest } from './embedded-worker.ts';

interface Waiting {
  resolve(answer: EmbeddedAnswer): void;
  reject(cause: Error): void;
}

/** Opens the embedded database in `folder` and resolves when it takes queries. */
export async function openEmbedded(folder: string): Promise<PostgresPool> {
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
    workerData: { folder },
  });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let gone: Error | undefined;
  const expect = (id: number): Promise<EmbeddedAnswer> =>
    new Promise((resolve, reject) => {
      if (gone === undefined) waiting.set(id, { resolve, reject });
      else reject(gone);
    });
  const end = (cause: Error): void => {
    gone = cause;
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
  };
  worker.on('message', (answer: EmbeddedAnswer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  worker.on('error', (cause: Error) => end(cause));
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      end(new Error('the embedded database has ended'));
      resolve();
    });
  });
  await expect(0);

  const query = async (sql: string, parameters: readonly unknown[] = []): Promise<unknown> => {
    const request: EmbeddedRequest = { id: nextId++, sql, parameters };
    const answer = expect(request.id);
    worker.postMessage(request);
    return resultOf(await answer, sql);
  };
  return oneAtATime(query as PostgresPoolClient['query'], async () => {
    worker.postMessage('close');
    await exited;
  });
}

/** The shape of `pg`'s result; a failure carries PostgreSQL's code as `pg`'s error does. */
function resultOf(answer: EmbeddedAnswer, sql: string): unknown {
  if ('failure' in answer) {
    throw Object.assign(new Error(answer.failure.message), { code: answer.failure.code });
  }
  const command = sql.trimStart().slice(0, 6).toUpperCase();
  const returned = answer.rows.length > 0;
  return { command, rowCount: returned ? answer.rows.length : answer.affected, rows: answer.rows };
}

/** Lends the one client to one caller after another, in the order in which they ask. */
function oneAtATime(query: PostgresPoolClient['query'], close: () => Promise<void>): PostgresPool {
  let turn: Promise<void> = Promise.resolve();
  return {
    async connect() {
      const before = turn;
      let release = (): void => {};
      turn = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      return { query, release };
    },
    end: close,
    options: {},
  };
}
