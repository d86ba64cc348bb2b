/** Serves the demo's page: four files of ours, the state, the wishes, and the code as a picture. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import path from 'node:path';
import { renderSVG } from 'uqr';
import { z } from 'zod';
import type { Address } from '../agent/address.ts';
import { listenOn } from '../agent/listen.ts';
import type { Demo } from './demo.ts';

const here = (to: string): string => path.resolve(import.meta.dirname, to);
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': [here('page/index.html'), 'text/html'],
  '/page.css': [here('page/page.css'), 'text/css'],
  '/page.js': [here('page/page.js'), 'text/javascript'],
  '/texts.js': [here('page/texts.js'), 'text/javascript'],
  '/tokens.css': [here('../../../web/src/shared/tokens.css'), 'text/css'],
  '/base.css': [here('../../../web/src/shared/base.css'), 'text/css'],
};
const WISH = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('show'),
    donor: z.number().int().min(0),
    direction: z.enum(['in', 'out']),
  }),
  z.object({ do: z.literal('again') }),
  z.object({ do: z.enum(['cut', 'mend', 'kill', 'start']) }),
]);
const HERE = /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/;
const MOST_BYTES = 1_024;
const CONTENT_SECURITY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'";

/** The page's server. */
export interface PageServer {
  readonly address: string;
  close(): void;
}

/** Serves the demo on this machine. */
export async function servePage(listen: Address, demo: Demo): Promise<PageServer> {
  const server = createServer((request, response) => {
    void answer(request, response, demo).catch((cause: unknown) => {
      send(response, 500, 'application/json', JSON.stringify({ fault: String(cause) }));
    });
  });
  const address = await listenOn(server, listen);
  return {
    address,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  demo: Demo,
): Promise<void> {
  const { host = '', origin } = request.headers;
  const isOurs = HERE.test(host) && (origin === undefined || origin === `http://${host}`);
  if (!isOurs) return send(response, 403, 'text/plain', 'not from elsewhere');
  const [route = '/'] = (request.url ?? '/').split('?');
  const file = FILES[route];
  if (request.method === 'GET' && file !== undefined) {
    return send(response, 200, file[1], readFileSync(file[0], 'utf8'));
  }
  if (route === '/favicon.ico') return send(response, 204, 'image/x-icon', '');
  if (request.method === 'GET' && route === '/code.svg') {
    const { code } = await demo.look();
    return send(response, 200, 'image/svg+xml', renderSVG(code ?? ' ', { ecc: 'M', border: 4 }));
  }
  if (request.method === 'POST' && route === '/wish') await demo.grant(await readWish(request));
  else if (route !== '/state') return send(response, 404, 'text/plain', 'nothing here');
  send(response, 200, 'application/json', JSON.stringify(await demo.look()));
}

async function readWish(request: IncomingMessage): Promise<z.output<typeof WISH>> {
  let text = '';
  for await (const part of request as AsyncIterable<Buffer>) {
    text += part.toString('utf8');
    if (text.length > MOST_BYTES) throw new Error('a wish is short');
  }
  return WISH.parse(JSON.parse(text));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy': CONTENT_SECURITY,
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
