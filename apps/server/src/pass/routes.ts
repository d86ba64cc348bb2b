/** Trust list and status lists for gates; in development, passes for the demo's phone. */
import { createPublicKey } from 'node:crypto';
import { secondsOf } from '@liyu/domain/kernel';
import { buildStatusList, fromHex, signStatusList, toBase64Url, toHex } from '@liyu/pass';
import { nodeCrypto, pointFromJwk } from '@liyu/pass/node';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { bindPasses, findPassPeriods, loadListed } from './workflow.ts';

const COORDINATE = z.string().regex(/^[\w-]{43}$/);
const BINDING = z.strictObject({
  donorId: z.uuid(),
  holderKeys: z
    .array(z.strictObject({ x: COORDINATE, y: COORDINATE }))
    .min(1)
    .max(8),
});
const BOUND = z.object({
  now: z.string(),
  passes: z.array(
    z.object({ pass: z.string(), key: z.number(), beginsAt: z.string(), expiresAt: z.string() }),
  ),
});

/** How long a status list is good for and how often gates ask, seconds. */
const STATUS_LIFE_SECONDS = 86_400;
const STATUS_TTL_SECONDS = 300;

/** The lists, which anybody may read. */
export function listRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.get(
      '/trust-list',
      { schema: { summary: 'Which keys sign passes: COSE_Sign1, signed by the root' } },
      async (_request, reply) => {
        const { cose } = await core.keyring.trustList(secondsOf(core.clock.now()));
        return reply.type('application/cose; cose-type="cose-sign1"').send(Buffer.from(cose));
      },
    );
    server.get(
      '/status-lists/:id',
      {
        schema: {
          params: z.object({ id: z.string().regex(/^[0-9a-f]{4}$/) }),
          summary: "Which of a key's passes are revoked or suspended: Token Status List CWT",
        },
      },
      async ({ params }, reply) => {
        const list = await signedStatusList(core, params.id);
        return reply.type('application/statuslist+cwt').send(Buffer.from(list));
      },
    );
  };
}

async function signedStatusList(core: Core, id: string): Promise<Uint8Array> {
  const now = core.clock.now();
  const seconds = secondsOf(now);
  const issuers = (['phone', 'printed'] as const).map((use) => core.keyring.issuer(use, seconds));
  const issuer = issuers.find(({ entry }) => toHex(entry.kid) === id);
  if (issuer === undefined) throw new Problem(404, 'not_found', 'no such status list');
  const { kid, listSize, statusAddress } = issuer.entry;
  const listed = await loadListed(core.database, fromHex(id), now);
  const bits = buildStatusList(
    listSize,
    listed.map(({ index, status }) => [index, status] as const),
  );
  return signStatusList(
    {
      kid,
      address: statusAddress,
      iat: seconds,
      exp: seconds + STATUS_LIFE_SECONDS,
      ttlSeconds: STATUS_TTL_SECONDS,
      bits,
    },
    issuer.signer,
    nodeCrypto,
  );
}

/** Binding a phone without signing in: for the demo, in development only. */
export function developmentPassRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/passes',
      {
        schema: {
          body: BINDING,
          response: { 200: BOUND, 404: PROBLEM },
          summary: "Passes for a phone's public keys (development)",
        },
      },
      async ({ body }) => {
        const now = core.clock.now();
        const periods = await findPassPeriods(core, body.donorId, 'phone', now);
        if (periods.length === 0) throw new Problem(404, 'no_card', 'the donor has no card');
        const wanted = body.holderKeys.flatMap((key, index) => {
          const period = periods[index];
          return period === undefined ? [] : [{ period, holderKey: pointOf(key, index) }];
        });
        const phoneId = core.newId();
        const bound = await bindPasses(core, body.donorId, phoneId, 'phone', wanted, now);
        return { now: core.clock.now(), passes: bound.map(answerOf) };
      },
    );
  };
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
