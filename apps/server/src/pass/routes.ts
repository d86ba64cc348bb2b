/** Trust list and status lists for gates; passes for phones, and printed ones at a counter. */
import { createPublicKey } from 'node:crypto';
import { type PublicPoint, toBase64Url } from '@liyu/pass';
import { pointFromJwk } from '@liyu/pass/node';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf, donorOf } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { DOCUMENT, DOCUMENT_TYPE } from '../edge/person-shapes.ts';
import { PROBLEM, Problem, tooOften } from '../edge/problem.ts';
import { ID, SHORT_TEXT } from '../edge/shapes.ts';
import { type BindingRefusal, bindPhone } from './binding.ts';
import { printCardFor } from './printing.ts';
import { type ServedList, servedStatusList, servedTrustList } from './served-lists.ts';
import { bindPasses, findPassPeriods, wantedPasses } from './workflow.ts';

const COORDINATE = z.string().regex(/^[\w-]{43}$/);
const HOLDER_KEYS = z
  .array(z.strictObject({ x: COORDINATE, y: COORDINATE }))
  .min(1)
  .max(8);
const BINDING = z.strictObject({ holderKeys: HOLDER_KEYS });
/** In development the demo's phone says whose it is, and nobody needs to have claimed the card. */
const OPEN_BINDING = BINDING.extend({ donorId: ID.optional() });
const BOUND = z.object({
  now: z.string(),
  moved: z.boolean().describe("the passes of the donor's phone before this one have ended"),
  passes: z.array(
    z.object({ pass: z.string(), key: z.number(), beginsAt: z.string(), expiresAt: z.string() }),
  ),
});
const PRINTING = z.strictObject({
  document: DOCUMENT,
  documentType: DOCUMENT_TYPE.optional(),
  seen: SHORT_TEXT.describe('how the clerk saw who it is'),
});
const PRINTED = z.object({
  code: z.string().describe('what is printed as a QR code'),
  expiresAt: z.string(),
  name: z.string().describe('masked'),
});

const SECONDS = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(Number);

/** The lists, which anybody may read. */
export function listRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.get(
      '/trust-list',
      {
        config: { traffic: 'list' },
        schema: { summary: 'Which keys sign passes: COSE_Sign1, signed by the root; has an ETag' },
      },
      async ({ headers }, reply) =>
        sendList(reply, await servedTrustList(core, headers['if-none-match'])),
    );
    server.get(
      '/status-lists/:id',
      {
        config: { traffic: 'list' },
        schema: {
          params: z.object({ id: z.string().regex(/^[0-9a-f]{4}$/) }),
          querystring: z.object({
            since: SECONDS.optional().describe(
              'when the list was signed that the caller holds (iat): what has changed comes alone',
            ),
          }),
          summary:
            "Which of a key's passes are revoked or suspended: Token Status List CWT, or a delta; has an ETag",
        },
      },
      async ({ params, query, headers }, reply) => {
        const held = headers['if-none-match'];
        const list = await servedStatusList(core, params.id, query.since, held);
        if (list === undefined) throw new Problem(404, 'not_found', 'no such status list');
        return sendList(reply, list);
      },
    );
  };
}

function sendList(reply: FastifyReply, { etag, type, bytes }: ServedList): FastifyReply {
  reply.header('cache-control', 'no-cache');
  if (etag !== undefined) reply.header('etag', etag);
  if (bytes === undefined) return reply.status(304).send();
  return reply.type(type).send(Buffer.from(bytes));
}

const REFUSALS = {
  not_claimed: () => new Problem(409, 'not_claimed', 'the card has to be claimed first'),
  no_card: () => new Problem(404, 'no_card', 'the donor has no card'),
  suspended: () => new Problem(409, 'suspended', 'the card is suspended'),
  revoked: () => new Problem(409, 'revoked', 'the card is revoked'),
  phone_frozen: () =>
    new Problem(409, 'phone_frozen', "this phone's code is frozen: sign in anew, or ask a counter"),
  unknown_donor: () => new Problem(404, 'unknown_donor', 'nobody is known by this document'),
};

function refusedBinding(refusal: BindingRefusal, reply: FastifyReply): Problem {
  if (refusal.refused !== 'too_many_moves') return REFUSALS[refusal.refused]();
  const { refused, againAt } = refusal;
  return tooOften(reply, againAt, refused, 'the card has moved to other phones often enough');
}

/** Binding the donor's phone, and printing a card at a counter. */
export function passRoutes(core: Core): FastifyPluginAsyncZod {
  const body = core.config.mode === 'development' ? OPEN_BINDING : BINDING;
  return async (server) => {
    server.post(
      '/passes',
      {
        config: { operation: 'bind_phone' },
        schema: {
          body,
          response: { 200: BOUND, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM, 429: PROBLEM },
          summary: "Passes for a phone's public keys; the donor's phone before this one ends",
        },
      },
      async (request, reply) => {
        const { holderKeys, donorId }: z.output<typeof OPEN_BINDING> = request.body;
        const points = holderKeys.map(pointOf);
        const bound =
          donorId === undefined
            ? await bindOwn(core, request, points)
            : await bindForDemo(core, donorId, points);
        if ('refused' in bound) throw refusedBinding(bound, reply);
        return { now: core.clock.now(), moved: bound.moved, passes: bound.passes.map(answerOf) };
      },
    );
    server.post(
      '/passes/printed',
      {
        config: { operation: 'print_card' },
        schema: {
          body: PRINTING,
          response: { 200: PRINTED, 400: PROBLEM, 404: PROBLEM, 409: PROBLEM },
          summary:
            'A printed card for a donor without a phone, at a counter; the one before ends. ' +
            'As the page to print where application/pdf is accepted',
        },
      },
      async (request, reply) => {
        const { seen, ...shown } = request.body;
        const card = await printCardFor(core, shown, { by: callerOf(request).id, seen });
        if ('refused' in card) throw refusedBinding(card, reply);
        reply.header('cache-control', 'no-store');
        if (wantsPdf(request)) return reply.type(PDF).send(card.pdf() as never);
        return { code: card.code, expiresAt: card.endsAt, name: card.name };
      },
    );
  };
}

const PDF = 'application/pdf';

function wantsPdf({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').split(',').some((one) => one.split(';')[0]?.trim() === PDF);
}

function bindOwn(core: Core, request: FastifyRequest, points: readonly PublicPoint[]) {
  const { donorId, sessionId } = donorOf(request);
  return bindPhone(core, donorId, sessionId, points);
}

async function bindForDemo(core: Core, donorId: string, points: readonly PublicPoint[]) {
  const now = core.clock.now();
  const periods = await findPassPeriods(core, donorId, 'phone', now);
  if (periods.length === 0) return { refused: 'no_card' } as const;
  const wanted = wantedPasses(periods, points);
  const passes = await bindPasses(core, donorId, core.newId(), 'phone', wanted, now);
  return { passes, moved: false };
}

function pointOf(key: { x: string; y: string }, index: number) {
  const jwk = { kty: 'EC', crv: 'P-256', ...key } as const;
  try {
    // The import refuses a point that is not on the curve (SEC 1, 3.2.2).
    createPublicKey({ key: jwk, format: 'jwk' });
    return pointFromJwk(jwk);
  } catch {
    const message = { zh: '不是 P-256 曲线上的点', en: 'no point of P-256' };
    const errors = [{ pointer: `/holderKeys/${index}`, code: 'custom', message }];
    throw new Problem(400, 'invalid_request', `/holderKeys/${index}: ${message.en}`, errors);
  }
}

function answerOf(pass: { bytes: Uint8Array; beginsAt: string; endsAt: string }, key: number) {
  return {
    pass: toBase64Url(pass.bytes),
    key,
    beginsAt: pass.beginsAt,
    expiresAt: pass.endsAt,
  };
}
