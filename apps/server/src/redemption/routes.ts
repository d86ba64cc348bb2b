/** Redemptions over HTTP: `POST /api/v1/redemptions` takes what `scan` takes and answers alike. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Caller, callerOf, findVenueWithin, type Scope, scopeOf } from '../access/caller.ts';
import { inOneLook, recordLook } from '../access/look.ts';
import type { Core } from '../core.ts';
import { normaliseNumber } from '../donor/document.ts';
import { SHOWN_DOCUMENT } from '../donor/shapes.ts';
import { AmbiguousDocument, findDonorByDocument } from '../donor/workflow.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { FEN, ID, INSTANT, SHORT_TEXT, TEXT, VENUE_ID } from '../edge/shapes.ts';
import { AnswerForgotten, admit, Quarantined, scan } from './workflow.ts';

const DEVICE = z.strictObject({
  id: z.string().regex(/^[\w.-]{1,64}$/),
  bootEpoch: z.number().int().min(0),
  seq: z.number().int().min(0),
});

const OCCASION = {
  venue: VENUE_ID,
  direction: z.enum(['in', 'out']).default('in'),
  at: INSTANT.optional().describe("the scan's clock; in development only"),
  level: z.enum(['general', 'associate_chief', 'chief', 'renowned_expert']).optional(),
  fee: FEN.optional().describe('the consultation fee, fen'),
  insured: FEN.optional().describe('what insurance pays of it, fen'),
  device: DEVICE.optional().describe('sent again under the same name, it gets the same answer'),
};
const OCCASION_SHAPE = z.object(OCCASION);

const SCAN = z.strictObject({ code: z.string().min(1).max(2000), ...OCCASION });
const ADMISSION = z.strictObject({
  donorId: ID.optional(),
  document: SHOWN_DOCUMENT.optional().describe('or the document that the donor shows'),
  by: SHORT_TEXT.optional().describe(
    "the clerk, from the home's owner only: else who is signed in",
  ),
  reason: SHORT_TEXT,
  ...OCCASION,
});

const ANSWER = z.object({
  open: z.boolean(),
  code: z.string(),
  message: TEXT,
  wayOn: TEXT,
  skewSeconds: z.number().nullable(),
  redemptionId: z.string().nullable(),
  refusalId: z.string().nullable(),
  rule: z.string().nullable(),
  version: z.string().nullable(),
  waivedFen: z.number(),
  toPayFen: z.number().nullable(),
  mark: z.string().nullable(),
  evidence: z.array(z.string()).readonly(),
  because: z
    .array(
      z.object({
        clause: z.string(),
        donation: z.string().optional(),
        day: z.string().optional(),
        zh: z.string(),
        en: z.string(),
      }),
    )
    .readonly(),
});

/** The occasion of a request, or the problem that names the field. */
function occasionOf(core: Core, scope: Scope, body: z.output<typeof OCCASION_SHAPE>) {
  const { venue, direction, at, device, level, fee, insured = 0 } = body;
  if (at !== undefined && core.config.mode !== 'development') {
    throw wrongField('/at', 'works in development only', '只能在开发环境使用');
  }
  const occasion = { venue, direction, at, device };
  if (findVenueWithin(scope, core.programme, venue)?.benefit !== 'clinic') return occasion;
  if (level === undefined) throw wrongField('/level', 'a hospital needs it', '医院需要填写此项');
  if (fee === undefined) throw wrongField('/fee', 'a hospital needs it', '医院需要填写此项');
  if (insured > fee) throw wrongField('/insured', 'more than the fee', '不能超过诊察费');
  return { ...occasion, visit: { level, feeFen: fee, insuredFen: insured } };
}

function wrongField(pointer: string, en: string, zh: string): Problem {
  const errors = [{ pointer, code: 'custom', message: { zh, en } }];
  return new Problem(400, 'invalid_request', `${pointer}: ${en}`, errors);
}

/** Whom a clerk lets in, by id or document; the look at the donor is recorded first. */
async function admittedDonor(
  core: Core,
  caller: Caller,
  { donorId, document, reason }: z.output<typeof ADMISSION>,
): Promise<string | undefined> {
  if ((donorId === undefined) === (document === undefined)) {
    throw wrongField('/document', 'this or donorId, one of them', '证件与 donorId 填一项');
  }
  const found = donorId ?? (await findShown(core, document));
  if (found !== undefined) {
    await inOneLook(core, (within) => recordLook(within, caller, found, 'admit', reason));
  }
  return found;
}

async function findShown(core: Core, document: z.output<typeof SHOWN_DOCUMENT> | undefined) {
  const { number = '', type } = document ?? {};
  try {
    return await findDonorByDocument(core.database, core.cipher, normaliseNumber(number), type);
  } catch (cause) {
    if (!(cause instanceof AmbiguousDocument)) throw cause;
    throw wrongField('/document/type', 'several people share the number', '多人使用同一号码');
  }
}

async function orConflict<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof Quarantined) throw new Problem(409, 'quarantined', cause.message);
    if (cause instanceof AnswerForgotten) throw new Problem(410, 'answer_deleted', cause.message);
    throw cause;
  }
}

/** The routes. */
export function redemptionRoutes(core: Core): FastifyPluginAsyncZod {
  const response = { 200: ANSWER, 400: PROBLEM, 409: PROBLEM, 410: PROBLEM };
  return async (server) => {
    server.post(
      '/redemptions',
      {
        config: { operation: 'redeem', traffic: 'use' },
        schema: { body: SCAN, response, summary: 'A code at a gate or desk' },
      },
      async (request) => {
        const { body } = request;
        const scope = scopeOf(request);
        return orConflict(scan(core, scope, { code: body.code, ...occasionOf(core, scope, body) }));
      },
    );
    server.post(
      '/manual-fallbacks',
      {
        config: { operation: 'admit', traffic: 'use' },
        schema: { body: ADMISSION, response, summary: 'Staff let a donor in by hand' },
      },
      async (request) => {
        const { by, reason } = request.body;
        const scope = scopeOf(request);
        const caller = callerOf(request);
        const clerk = caller.kind === 'owner' ? (by ?? caller.id) : caller.id;
        const occasion = occasionOf(core, scope, request.body);
        const donorId = await admittedDonor(core, caller, request.body);
        return orConflict(admit(core, scope, { donorId, clerk, reason, ...occasion }));
      },
    );
  };
}
