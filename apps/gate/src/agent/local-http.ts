/**
 * HTTP for this machine only: `POST /scan`, the agent's status and its metrics. A page in a browser
 * gets nothing: it says its origin, or names another host.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Address } from './address.ts';
import type { Channel } from './channel.ts';
import { listenOn } from './listen.ts';
import type { PresentCode } from './present.ts';

const MOST_BYTES = 2_048;
const MOST_CONNECTIONS = 32;
const WITHIN_MS = 5_000;
const HERE = /^(127(\.\d{1,3}){3}|localhost|\[::1\])(:\d{1,5})?$/;
const SCAN = z.strictObject({ code: z.string().max(1024), direction: z.enum(['in', 'out']) });

/** What is served. */
export interface LocalHttp {
  readonly present: PresentCode;
  readonly status: () => Promise<unknown>;
  readonly metrics: () => Promise<string>;
}

interface Reply {
  readonly status: number;
  readonly kind: 'json' | 'text';
  readonly text: string;
}

const json = (status: number, said: unknown): Reply => ({
  status,
  kind: 'json',
  text: `${JSON.stringify(said)}\n`,
});
const problem = (status: number, code: string): Reply => json(status, { code });

/** Serves it. Rejects when the address cannot be listened on. */
export async function openLocalHttp(listen: Address, served: LocalHttp): Promise<Channel> {
  const server = createServer(
    { requestTimeout: WITHIN_MS, headersTimeout: WITHIN_MS, maxHeaderSize: 8_192 },
    (request, response) => {
      void answer(request, served)
        .catch(() => problem(500, 'fault'))
        .then((reply) => send(response, reply));
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  const address = await listenOn(server, listen);
  return {
    name: `http ${address}`,
    address,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(request: IncomingMessage, served: LocalHttp): Promise<Reply> {
  const { host = '', origin } = request.headers;
  if (!HERE.test(host) || origin !== undefined) return problem(403, 'not_for_pages');
  const what = `${request.method} ${request.url}`;
  if (what === 'GET /healthz') return json(200, { status: 'ok' });
  if (what === 'GET /status') return json(200, await served.status());
  if (what === 'GET /metrics') return { status: 200, kind: 'text', text: await served.metrics() };
  if (what !== 'POST /scan') return problem(404, 'not_found');
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return problem(415, 'not_json');
  }
  const body = await readBody(request);
  if (body === undefined) return problem(413, 'too_large');
  const scan = SCAN.safeParse(parse(body));
  if (!scan.success) return problem(400, 'code_and_direction');
  return json(200, await served.present(scan.data.code, scan.data.direction));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, kind, text }: Reply): void {
  const type = kind === 'json' ? 'application/json' : 'text/plain; version=0.0.4';
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    // So that stopping waits for nobody who only keeps a connection.
    connection: 'close',
  });
  response.end(text);
}
