/**
 * The embedded database in a thread of its own, so that a long query does not stop the event loop.
 * It answers one query at a time, in the order in which they come.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, type Results } from '@electric-sql/pglite';
import { COPY_QUERY } from './copy.ts';
import { PARSERS } from './parsers.ts';

/** A query as it is sent to the thread. */
export interface EmbeddedRequest {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What comes back: rows, or what PostgreSQL said. */
export type EmbeddedAnswer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly affected: number }
  | { readonly id: number; readonly failure: { message: string; code?: string } };

if (parentPort !== null) {
  const port = parentPort;
  const { folder } = workerData as { folder: string };
  const database = await PGlite.create(folder, { parsers: PARSERS });
  let last: Promise<void> = Promise.resolve();
  const ask = ({ sql, parameters }: EmbeddedRequest): Promise<Results> => {
    if (!COPY_QUERY.test(sql)) return database.query(sql, [...parameters]);
    // What a server reads from its client is a file to the embedded one.
    const [rows] = parameters as [Uint8Array<ArrayBuffer>];
    const blob = new Blob([rows]);
    return database.query(sql.replace('STDIN', "'/dev/blob'"), [], { blob });
  };
  const answer = async (request: EmbeddedRequest): Promise<void> => {
    try {
      const result = await ask(request);
      port.postMessage({ id: request.id, rows: result.rows, affected: result.affectedRows ?? 0 });
    } catch (cause) {
      const { message, code } = cause as { message: string; code?: string };
      const failure = code === undefined ? { message } : { message, code };
      port.postMessage({ id: request.id, failure });
    }
  };
  port.on('message', (request: EmbeddedRequest | 'close') => {
    last = last.then(async () => {
      if (request !== 'close') return answer(request);
      await database.close();
      port.close();
    });
  });
  port.postMessage({ id: 0, rows: [], affected: 0 });
}
