/** What devices call for their own gate: they send records, and read the programme. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import type { Core } from '../core.ts';
import { isHeld } from '../edge/etag.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { ID, INSTANT, isReadable } from '../edge/shapes.ts';
import type { GateReceipt } from '../redemption/workflow.ts';
import { findDevice, takeBatch } from './batch.ts';
import { servedProgramme } from './served-programme.ts';
import { GAP } from './shapes.ts';

const MOST_RECORDS = 500;
const COUNT = z.number().int().min(0);
const BATCH = z.strictObject({
  sentAt: INSTANT,
  records: z
    .array(
      z.strictObject({
        bootEpoch: COUNT,
        seq: COUNT,
        body: z.string().describe('the exact text of the record, as the gate has it on its disk'),
      }),
    )
    .max(MOST_RECORDS)
    .describe('none: the gate only says that it is there'),
  waiting: COUNT.max(2_147_483_647).optional().describe('records that are still to be sent'),
  lists: z
    .strictObject({
      trust: COUNT.nullable(),
      status: INSTANT.nullable(),
      programme: z.string().max(64).refine(isReadable).nullable(),
    })
    .optional()
    .describe('what the gate holds'),
});
const ANSWER = z.object({
  now: z.string(),
  ledger: z.string().describe('when it is another one than before: send again what was kept'),
  receipts: z.array(
    z.object({
      bootEpoch: z.number(),
      seq: z.number(),
      outcome: z
        .enum(['recorded', 'known', 'quarantined', 'failed'])
        .describe('everything but failed says that the server has it'),
      redemptionId: z.string().nullable(),
    }),
  ),
  gaps: z.array(GAP).readonly().describe('numbers that have not come: send them if they are there'),
  resendFrom: z.null(),
});
const NO_LISTS = { trust: null, status: null, programme: null };

/** The routes. */
export function deviceRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/gates/:id/batches',
      {
        config: { operation: 'send_records', traffic: 'batch' },
        schema: {
          params: z.object({ id: ID }),
          body: BATCH,
          response: { 200: ANSWER, 400: PROBLEM, 404: PROBLEM, 413: PROBLEM },
          summary: 'What a gate has decided by itself, at most 500 records and a megabyte',
        },
      },
      async (request) => {
        const { sentAt, records, waiting = null, lists = NO_LISTS } = request.body;
        const device = await findDevice(core, request.params.id, callerOf(request));
        if (device === undefined) throw new Problem(404, 'unknown_gate', 'there is no such gate');
        const answer = await takeBatch(core, device, { sentAt, records, waiting, lists });
        for (const { because, fault } of answer.receipts) {
          if (because !== undefined) server.countQuarantined?.(because);
          if (fault !== undefined) request.log.error(fault);
        }
        const aside = answer.receipts.filter(({ because }) => because !== undefined);
        if (aside.length > 0) {
          const why = [...new Set(aside.map(({ because }) => because))];
          request.log.error({ gate: device.gateId, records: aside.length, why }, 'quarantined');
        }
        return { ...answer, receipts: answer.receipts.map(shown), resendFrom: null };
      },
    );
    server.get(
      '/gates/:id/programme',
      {
        config: { operation: 'run_gate', traffic: 'list' },
        schema: {
          params: z.object({ id: ID }),
          summary: 'What a gate needs of the programme, by an ETag',
        },
      },
      async (request, reply) => {
        const device = await findDevice(core, request.params.id, callerOf(request));
        if (device === undefined) throw new Problem(404, 'unknown_gate', 'there is no such gate');
        const { etag, text } = servedProgramme(core);
        reply.header('etag', etag);
        if (isHeld(request, etag)) return reply.status(304).send();
        return reply.type('application/json; charset=utf-8').send(text);
      },
    );
  };
}

function shown({ bootEpoch, seq, outcome, redemptionId }: GateReceipt) {
  return { bootEpoch, seq, outcome, redemptionId };
}
