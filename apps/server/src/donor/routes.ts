/** `/api/v1/donors/me`: what the signed-in donor sees of himself, and how he wants to be told. */
import { dayOf } from '@liyu/domain/kernel';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { donorOf } from '../access/caller.ts';
import { findCardNumber } from '../card/workflow.ts';
import { claimOf } from '../claim/workflow.ts';
import type { Core } from '../core.ts';
import { PROBLEM } from '../edge/problem.ts';
import { choiceOf, chooseNotices } from '../notice/workflow.ts';
import { describeStanding } from '../standing/workflow.ts';
import { maskName } from './document.ts';
import { maskPhone } from './phone.ts';
import { findPerson, findPersonPhone, getPerson } from './workflow.ts';

const CHOICE = z.strictObject({
  channel: z.enum(['sms', 'email', 'none']).describe('one-time codes always come by SMS'),
  language: z.enum(['zh', 'en']),
  email: z.email().max(254).nullable(),
});
const CHOSEN = CHOICE.refine(({ channel, email }) => channel !== 'email' || email !== null, {
  path: ['email'],
  error: 'e-mail needs an address',
});
const COUNTS = z.object({ city: z.string(), award: z.string() });
const ME = z.object({
  name: z.string().describe('masked'),
  phone: z.string().nullable().describe('masked'),
  on: z.string(),
  counts: COUNTS,
  golds: z.number(),
  tier: z.string(),
  card: z
    .object({
      number: z.string(),
      kind: z.enum(['annual', 'honour']),
      validFrom: z.string(),
      validThrough: z.string().nullable().describe('null is for life'),
      state: z.enum(['valid', 'ended']),
      holding: z.enum(['offered', 'claimed']),
    })
    .nullable(),
  certificateNumber: z.string().nullable().describe('null until the card is claimed'),
  nextEligible: z.object({
    whole_blood: z.string().nullable(),
    apheresis_platelets: z.string().nullable(),
  }),
  notices: CHOICE,
});

/** The routes. */
export function donorRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.get(
      '/donors/me',
      {
        config: { operation: 'see_self' },
        schema: { response: { 200: ME, 401: PROBLEM }, summary: 'The signed-in donor' },
      },
      async (request) => describe(core, donorOf(request).donorId),
    );
    server.put(
      '/donors/me/notices',
      {
        config: { operation: 'choose_notices' },
        schema: {
          body: CHOSEN,
          response: { 200: CHOICE, 400: PROBLEM, 401: PROBLEM },
          summary: 'How the signed-in donor wants to be told',
        },
      },
      async (request) => {
        const { donorId } = donorOf(request);
        await chooseNotices(core, donorId, request.body);
        return request.body;
      },
    );
  };
}

async function describe(core: Core, donorId: string): Promise<z.output<typeof ME>> {
  const { database, cipher, programme } = core;
  const on = dayOf(core.clock.now(), programme.zone);
  const { counts, golds, tier, card, nextEligible } = await describeStanding(core, donorId, on);
  const claim = await claimOf(database, await findPerson(database, donorId));
  const phone = await findPersonPhone(database, cipher, donorId);
  return {
    name: maskName((await getPerson(database, cipher, donorId)).name),
    phone: phone === null ? null : maskPhone(phone),
    on,
    counts,
    golds,
    tier,
    card: card && {
      ...card,
      number: (await findCardNumber(database, donorId)) ?? '',
      holding: claim === undefined ? 'offered' : 'claimed',
    },
    certificateNumber: claim?.certificateNumber ?? null,
    nextEligible,
    notices: await choiceOf(core, donorId),
  };
}
