/** A PostgreSQL server as a pool of connections that outlives the server's restarts. */
import pg from 'pg';
import { type CopyStreamQuery, from } from 'pg-copy-streams';
import { COPY_QUERY } from './copy.ts';
import { PARSERS } from './parsers.ts';

const CONNECTIONS = 10;
/** Whoever waits longer for a connection is told that there is none. */
const CONNECT_WITHIN_MS = 5_000;
/** The recording functions: each connection keeps their plans under their names. */
const RECORDING = /^select (record_\w+)\(\$1::jsonb\)$/;

/** No database answers under `DATABASE_URL`; says which, without the password. */
export class NoDatabase extends Error {}

/** What to tell the operator of a failure that came before the first query, if it is one. */
export function noDatabase(url: string, cause: unknown): NoDatabase | undefined {
  // PostgreSQL's classes 08 (connection), 28 (authorisation) and 3D (no such database).
  const { code } = cause as { code?: unknown };
  if (typeof code !== 'string' || !/^(E[A-Z]{4,}|08...|28...|3D...)$/.test(code)) return undefined;
  const { host, pathname } = new URL(url);
  return new NoDatabase(`DATABASE_URL: ${host}${pathname} lets nobody in (${code})`, { cause });
}

/** Opens the pool; it connects when it is first asked. */
export function openServer(url: string): pg.Pool {
  const parserOf = (oid: number) => PARSERS[oid] ?? pg.types.getTypeParser(oid);
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
    options: '-c timezone=UTC',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  // A connection that breaks tells whoever has a query on it; the pool then makes another. Heard by
  // nobody, the event would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    nameStatements(client);
  });
  return pool;
}

/** Makes the hot path's statements prepared ones with a name: parsed once a connection. */
function nameStatements(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...sent: unknown[]) => unknown;
  const named = (first: unknown, ...rest: unknown[]): unknown => {
    if (typeof first === 'string' && COPY_QUERY.test(first)) {
      const [[rows]] = rest as [[Buffer]];
      return copyIn(query(from(first)) as CopyStreamQuery, rows);
    }
    const name = typeof first === 'string' ? RECORDING.exec(first)?.[1] : undefined;
    if (name === undefined) return query(first, ...rest);
    return query({ name, text: first, values: rest[0] });
  };
  client.query = named as typeof client.query;
}

/** Sends the rows of a COPY; resolves when the server has taken them all. */
function copyIn(stream: CopyStreamQuery, rows: Buffer): Promise<unknown> {
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('finish', () => resolve({ command: 'COPY', rowCount: stream.rowCount, rows: [] }));
    stream.end(rows);
  });
}
