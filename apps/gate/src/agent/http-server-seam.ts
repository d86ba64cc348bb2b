/**
 * The server as a gate's core sees it, by HTTP: lists with ETags, batches, the server's clock from
 * every answer. A device that the server has revoked hears of it here.
 */
import {
  type Instant,
  instantOf,
  instantOfMilliseconds,
  parseInstant,
  secondsOf,
} from '@liyu/domain/kernel';
import { z } from 'zod';
import {
  type BatchAnswer,
  BatchRefused,
  type Fetched,
  type ServedProgramme,
  type Server,
} from '../server-seam.ts';
import type { GateStatus } from '../status.ts';
import { type Answer, ask, jsonOf, ServerFault } from './http-client.ts';
import type { Identity } from './identity.ts';
import type { Tokens } from './token.ts';

const LIST_WITHIN_MS = 15_000;
const BATCH_WITHIN_MS = 30_000;
const MEGABYTE = 1_048_576;
/** A status list of ten million passes, and then some. */
const MOST_LIST_BYTES = 8 * MEGABYTE;
const MOST_BATCH_BYTES = 4 * MEGABYTE;

const PROGRAMME = z.object({
  version: z.string(),
  programme: z.unknown(),
  next: z.object({ from: z.string(), version: z.string(), programme: z.unknown() }).nullable(),
});
const NUMBER = z.number().int().min(0);
const BATCH = z.object({
  now: z.string(),
  receipts: z.array(
    z.object({
      bootEpoch: NUMBER,
      seq: NUMBER,
      outcome: z.enum(['recorded', 'known', 'quarantined', 'failed']),
      redemptionId: z.string().nullish(),
    }),
  ),
  gaps: z.array(z.object({ bootEpoch: NUMBER, from: NUMBER, to: NUMBER })),
  ledger: z.string().nullish(),
  resendFrom: z.object({ bootEpoch: NUMBER, seq: NUMBER }).nullish(),
});

/** What the client is made of. */
export interface HttpServerOptions {
  readonly identity: Identity;
  readonly tokens: Tokens;
  /** The server no longer gives this device its lists: it was revoked. */
  readonly onRevoked: () => void;
  /** How the gate does, once it is open: the server shows it to the operators. */
  readonly status?: () => GateStatus | undefined;
}

/** The server by HTTP. Every method throws `ServerFault` when it was not done. */
export function openHttpServer(options: HttpServerOptions): Server {
  const { identity, tokens, onRevoked, status } = options;
  const gate = `/api/v1/gates/${encodeURIComponent(identity.gateId)}`;

  const send = async (path: string, etag: string | null, body?: string): Promise<Answer> => {
    const token = await tokens.current();
    const answer = await ask({
      url: new URL(path, identity.server).href,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(etag === null ? {} : { 'if-none-match': etag }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      withinMs: body === undefined ? LIST_WITHIN_MS : BATCH_WITHIN_MS,
      mostBytes: body === undefined ? MOST_LIST_BYTES : MOST_BATCH_BYTES,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status === 401) tokens.drop(token);
    return answer;
  };
  /** A token may have ended a moment ago: once, another is tried. */
  const request = async (path: string, etag: string | null, body?: string): Promise<Answer> => {
    const first = await send(path, etag, body);
    return first.status === 401 ? send(path, etag, body) : first;
  };
  const fetchList = async <T>(
    path: string,
    etag: string | null,
    read: (answer: Answer) => T,
  ): Promise<Fetched<T>> => {
    const answer = await request(path, etag);
    if (answer.status === 403 && codeOf(answer) === 'not_allowed') onRevoked();
    if (answer.status === 304) return { kind: 'same', now: momentOf(answer) };
    if (answer.status !== 200) throw new ServerFault(`${path}: ${answer.status}`, answer.status);
    const content = read(answer);
    return { kind: 'newer', content, etag: answer.headers.get('etag'), now: momentOf(answer) };
  };
  return {
    trustList: (etag) => fetchList('/api/v1/trust-list', etag, ({ bytes }) => bytes),
    statusList(kid, since, etag) {
      const from = since === null ? '' : `?since=${since}`;
      return fetchList(`/api/v1/status-lists/${kid}${from}`, etag, ({ bytes }) => bytes);
    },
    programme: (etag) => fetchList(`${gate}/programme`, etag, readProgramme),
    async sendBatch(records, sentAt) {
      const body = { sentAt, records, ...heldBy(status?.(), sentAt, records.length) };
      const answer = await request(`${gate}/batches`, null, JSON.stringify(body));
      if ([400, 413, 422].includes(answer.status)) throw new BatchRefused(String(answer.status));
      if (answer.status !== 200) throw new ServerFault(`batch: ${answer.status}`, answer.status);
      return readBatch(answer);
    },
  };
}

/** What a batch says of the gate: what waits behind it, and which lists the gate goes by. */
function heldBy(status: GateStatus | undefined, sentAt: Instant, sent: number) {
  if (status === undefined) return {};
  const ages = status.statusLists.map(({ ageSeconds }) => ageSeconds);
  const oldest = ages.includes(null) ? null : Math.max(...ages.map(Number));
  return {
    waiting: Math.max(0, (status.spool?.waiting ?? 0) - sent),
    lists: {
      trust: status.trust?.version ?? null,
      status: oldest === null || ages.length === 0 ? null : instantOf(secondsOf(sentAt) - oldest),
      programme: status.programme,
    },
  };
}

/** The code of problem+json: a proxy's own refusal has none. */
function codeOf({ bytes }: Answer): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')).code;
  } catch {
    return undefined;
  }
}

function readProgramme(answer: Answer): ServedProgramme {
  const parsed = PROGRAMME.safeParse(jsonOf(answer));
  if (!parsed.success) throw new ServerFault('the programme came in another form', 200);
  return parsed.data;
}

function readBatch(answer: Answer): BatchAnswer {
  const parsed = BATCH.safeParse(jsonOf(answer));
  const now = parsed.success ? parseInstant(parsed.data.now) : undefined;
  if (!parsed.success || now === undefined) {
    throw new ServerFault('the receipts came in another form', 200);
  }
  const { receipts, gaps, ledger = null, resendFrom = null } = parsed.data;
  return {
    now,
    gaps,
    ledger,
    resendFrom,
    receipts: receipts.map(({ redemptionId = null, ...rest }) => ({ ...rest, redemptionId })),
  };
}

/** The server's clock. Throws where it does not say. */
function momentOf({ headers, status }: Answer): Instant {
  const milliseconds = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(milliseconds)) throw new ServerFault('an answer without a date', status);
  return instantOfMilliseconds(milliseconds);
}
