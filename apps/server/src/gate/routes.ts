/** Gates over HTTP: adding, enrolling, revoking, and how they are. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { ID, SHORT_TEXT, VENUE_ID } from '../edge/shapes.ts';
import { BadKeyFile, type MachineKey, parseKeys } from '../machine/key.ts';
import { tokenUrlOf } from '../machine/token-url.ts';
import { stateOf } from './gate.ts';
import { listGates, listQuarantine } from './health.ts';
import { GAP } from './shapes.ts';
import { addGate, enrolGate, type GateRefusal, renewSecret, revokeGate } from './workflow.ts';

const NEW_GATE = z.strictObject({ venue: VENUE_ID, name: SHORT_TEXT.optional() });
const NEW_SECRET = z.object({
  id: z.string(),
  secret: z.string().describe('shown once'),
  secretExpiresAt: z.string(),
});
const COORDINATE = z.string().regex(/^[\w-]{43}$/);
const ENROLMENT = z.strictObject({
  secret: z.string().regex(/^[\w-]{43}$/),
  key: z
    .strictObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: COORDINATE,
      y: COORDINATE,
      kid: z
        .string()
        .regex(/^[\w.-]{1,64}$/)
        .default('device'),
      alg: z.literal('ES256').optional(),
      use: z.literal('sig').optional(),
    })
    .describe('the public key as a JWK; without a kid it is named device'),
});
const ENROLLED = z.object({
  id: z.string(),
  clientId: z.string().describe('the name under which the device signs in'),
  kid: z.string().describe('names the key in the header of its assertions'),
  partner: z.string(),
  venue: z.string(),
  tokenUrl: z.string().describe('the address for tokens, and the audience of assertions'),
  rootKey: z
    .object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() })
    .describe('signs the trust list; the device keeps it'),
  now: z.string(),
});
const STATE = z.enum(['waiting', 'at_work', 'revoked']);
const HEALTH = z.object({
  id: z.string(),
  venue: z.string(),
  name: z.string().nullable(),
  state: STATE,
  reason: z.string().nullable(),
  clientId: z.string().nullable(),
  lastContactAt: z.string().nullable(),
  clockSkewSeconds: z.number().nullable(),
  waiting: z.number().nullable(),
  lists: z
    .object({
      trust: z.number().nullable(),
      status: z.string().nullable(),
      programme: z.string().nullable(),
    })
    .nullable(),
  statusAgeSeconds: z.number().nullable(),
  gaps: z.array(GAP).readonly(),
  quarantined: z.number(),
});
const TO_LOOK_AT = z.object({
  records: z
    .array(
      z.object({
        quarantineId: z.string(),
        deviceId: z.string(),
        bootEpoch: z.number(),
        seq: z.number(),
        because: z.string(),
        opened: z.boolean().nullable().describe('none where it cannot be read'),
        bodySha256: z.string(),
        recordedAt: z.string(),
      }),
    )
    .readonly()
    .describe('kept aside, 100 at most, newest first'),
  uses: z
    .array(
      z.object({
        redemptionId: z.string(),
        judged: z.string().describe('why the server would have refused'),
        marks: z.array(z.string()).readonly(),
        bootEpoch: z.number(),
        seq: z.number(),
        recordedAt: z.string(),
      }),
    )
    .readonly()
    .describe('recorded in good faith, 100 at most, newest first'),
});

const REFUSALS: Readonly<Record<GateRefusal, () => Problem>> = {
  unknown_venue: () => {
    const message = { zh: '实施办法中没有此地点', en: 'the programme knows no such venue' };
    const errors = [{ pointer: '/venue', code: 'custom', message }];
    return new Problem(400, 'unknown_venue', message.en, errors);
  },
  unknown_gate: () => new Problem(404, 'unknown_gate', 'there is no such gate'),
  enrolment_refused: () =>
    new Problem(403, 'enrolment_refused', 'the secret does not open this gate, or no more'),
};

function orProblem<T extends object>(answer: T | { readonly refused: GateRefusal }): T {
  if ('refused' in answer) throw REFUSALS[answer.refused]();
  return answer;
}

async function deviceKey(jwk: object): Promise<MachineKey> {
  try {
    const [key] = await parseKeys(JSON.stringify(jwk));
    if (key !== undefined) return key;
  } catch (cause) {
    if (!(cause instanceof BadKeyFile)) throw cause;
  }
  const message = { zh: '不是 P-256 公钥', en: 'no public key of P-256' };
  const errors = [{ pointer: '/key', code: 'custom', message }];
  throw new Problem(400, 'invalid_request', `/key: ${message.en}`, errors);
}

/** The routes. */
export function gateRoutes(core: Core): FastifyPluginAsyncZod {
  const refused = { 400: PROBLEM, 404: PROBLEM };
  return async (server) => {
    server.post(
      '/gates',
      {
        config: { operation: 'manage_gates' },
        schema: {
          body: NEW_GATE,
          response: { 200: NEW_SECRET, 400: PROBLEM },
          summary: 'A gate at a venue, with the one-time secret by which its device enrols',
        },
      },
      async (request) => {
        const { venue, name = null } = request.body;
        return orProblem(await addGate(core, { venue, name }, callerOf(request).id));
      },
    );
    server.get(
      '/gates',
      {
        config: { operation: 'see_gates' },
        schema: { response: { 200: z.array(HEALTH) }, summary: 'The gates, and how they are' },
      },
      async () => listGates(core),
    );
    server.get(
      '/gates/:id/quarantine',
      {
        config: { operation: 'see_gates' },
        schema: {
          params: z.object({ id: ID }),
          querystring: z.strictObject({ before: ID.optional() }),
          response: { 200: TO_LOOK_AT, 404: PROBLEM },
          summary: "A gate's records that people are to look at",
        },
      },
      async ({ params, query }) => {
        const found = await listQuarantine(core, params.id, query.before);
        if (found === undefined) throw REFUSALS.unknown_gate();
        return found;
      },
    );
    server.post(
      '/gates/:id/secret',
      {
        config: { operation: 'manage_gates' },
        schema: {
          params: z.object({ id: ID }),
          response: { 200: NEW_SECRET, ...refused },
          summary: "Another one-time secret, for another device in the gate's place",
        },
      },
      async (request) =>
        orProblem(await renewSecret(core, request.params.id, callerOf(request).id)),
    );
    server.post(
      '/gates/:id/revocation',
      {
        config: { operation: 'manage_gates' },
        schema: {
          params: z.object({ id: ID }),
          body: z.strictObject({ reason: SHORT_TEXT }),
          response: { 200: z.object({ id: z.string(), state: STATE }), ...refused },
          summary: 'A lost device: what it sends from now on is kept aside',
        },
      },
      async (request) => {
        const { id } = request.params;
        const { reason } = request.body;
        const gate = orProblem(await revokeGate(core, id, reason, callerOf(request).id));
        return { id, state: stateOf(gate) };
      },
    );
    server.post(
      '/gates/:id/enrolment',
      {
        config: { traffic: 'enrolment' },
        schema: {
          params: z.object({ id: ID }),
          body: ENROLMENT,
          response: { 200: ENROLLED, 400: PROBLEM, 403: PROBLEM },
          summary: 'A device enrols its public key by the one-time secret',
        },
      },
      async (request) => {
        const key = await deviceKey(request.body.key);
        const { secret } = request.body;
        const device = orProblem(await enrolGate(core, request.params.id, secret, key));
        return {
          ...device,
          tokenUrl: tokenUrlOf(core, server),
          rootKey: { kty: 'EC' as const, crv: 'P-256' as const, ...core.keyring.rootKey() },
          now: core.clock.now(),
        };
      },
    );
  };
}
