/** Imports of donation files over HTTP: sent, watched, asked about. */
import multipart from '@fastify/multipart';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { recordEffectLooks } from '../access/look.ts';
import { OUTCOME } from '../approval/answer-shapes.ts';
import { refusalProblem } from '../approval/refusals.ts';
import type { Core } from '../core.ts';
import { revertImport } from '../donation/revert.ts';
import { PROBLEM, Problem } from '../edge/problem.ts';
import { streamJob, streamStored } from './event-stream.ts';
import { type ImportAnswer, LAST_ORDINAL } from './import-event.ts';
import type { Job } from './import-job.ts';
import { openImportQueue } from './queue.ts';
import { receiveFile } from './receive.ts';
import { ACCEPTED, FORM, IMPORT, IMPORT_ID, LIST, PAGE, REVERT } from './shapes.ts';
import { findEvents, findImport, listImports, liveLineOf } from './workflow.ts';

/** The routes. */
export function donationImportRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    const queue = openImportQueue(core, (cause) => server.log.error(cause));
    await server.register(multipart);
    server.addHook('onReady', () => queue.recover());
    server.addHook('preClose', () => queue.close());

    const getImport = async (caller: Caller, importId: string): Promise<ImportAnswer> => {
      const found = await findImport(core, queue, importId);
      if (found === undefined || !maySee(caller, found)) throw unknownImport();
      return found;
    };

    server.post(
      '/donation-imports',
      {
        config: { operation: 'import_donations', traffic: 'file' },
        schema: {
          body: FORM,
          consumes: ['multipart/form-data'],
          response: { 202: ACCEPTED, 400: PROBLEM, 413: PROBLEM, 503: PROBLEM },
          summary: 'Sends a donation file (CSV or XLSX); it is taken in afterwards',
        },
        // The form is a stream; `receiveFile` checks it while it comes.
        validatorCompiler: () => (value) => ({ value }),
      },
      async (request, reply) => {
        if (!request.isMultipart()) {
          throw new Problem(415, 'not_multipart', 'send the file as multipart/form-data');
        }
        const place = queue.takePlace();
        if (place === undefined) throw allTaken(reply);
        try {
          const { fileName, size, fields } = await receiveFile(request, place.file);
          place.fill({ source: 'http', fileName, size, by: callerOf(request).id, ...fields });
        } catch (cause) {
          place.release();
          throw cause;
        }
        const address = `${request.routeOptions.url}/${place.importId}`;
        return reply
          .status(202)
          .header('location', address)
          .send({ importId: place.importId, address });
      },
    );

    server.get(
      '/donation-imports',
      {
        config: { operation: 'see_imports' },
        schema: { querystring: PAGE, response: { 200: LIST }, summary: 'Imports, newest first' },
      },
      async (request) => {
        const caller = callerOf(request);
        const by = caller.kind === 'machine' ? caller.id : undefined;
        const { before, limit } = request.query;
        const mine = ({ received }: Job): boolean => by === undefined || received.by === by;
        const live = before === undefined ? queue.live().filter(mine).map(liveLineOf) : [];
        const stored = await listImports(core, { before, by, limit });
        const ended = stored.filter(({ importId }) => queue.find(importId) === undefined);
        return { imports: [...live.reverse(), ...ended] };
      },
    );

    server.get(
      '/donation-imports/:importId',
      {
        config: { operation: 'see_imports' },
        schema: {
          params: IMPORT_ID,
          response: { 200: IMPORT, 404: PROBLEM },
          summary: 'What became of an import',
        },
      },
      (request) => getImport(callerOf(request), request.params.importId),
    );

    server.post(
      '/donation-imports/:importId/revert',
      {
        config: { operation: 'revert_import' },
        schema: {
          params: IMPORT_ID,
          body: REVERT,
          response: { 200: OUTCOME, 202: OUTCOME, 404: PROBLEM, 409: PROBLEM },
          summary:
            'Takes a whole import back; what takes something waits for a second person (202)',
        },
      },
      async (request, reply) => {
        const { preview, reason } = request.body;
        const { importId } = request.params;
        const manner = {
          by: callerOf(request).id,
          mode: preview ? 'preview' : 'ask_on_loss',
        } as const;
        const outcome = await revertImport(core, { importId, reason }, manner);
        if ('refused' in outcome) throw refusalProblem(outcome.refused);
        await recordEffectLooks(core, callerOf(request), outcome.effect);
        return reply.status(outcome.approval.id === undefined ? 200 : 202).send(outcome);
      },
    );

    server.get(
      '/donation-imports/:importId/events',
      {
        config: { operation: 'see_imports', traffic: 'watch' },
        schema: {
          params: IMPORT_ID,
          headers: z.object({ 'last-event-id': z.string().max(20).optional() }),
          produces: ['text/event-stream'],
          summary: 'What happens to an import, as server-sent events',
        },
      },
      async (request, reply) => {
        const { importId } = request.params;
        await getImport(callerOf(request), importId);
        const after = Number(request.headers['last-event-id'] ?? 0) || 0;
        // A browser that has seen the end asks again until it hears that nothing comes.
        if (after >= LAST_ORDINAL) return reply.status(204).send();
        const job = queue.find(importId);
        const events = job === undefined ? await findEvents(core, importId) : [];
        reply.hijack();
        reply.raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
          'x-content-type-options': 'nosniff',
        });
        if (job === undefined) streamStored(reply.raw, events ?? [], after);
        else streamJob(reply.raw, job, after);
        return reply;
      },
    );

    server.get(
      '/donation-imports/:importId/errors.csv',
      {
        config: { operation: 'import_donations' },
        schema: {
          params: IMPORT_ID,
          produces: ['text/csv'],
          summary: 'The rows that were not taken in, to correct and send again; for a day',
        },
      },
      async (request, reply) => {
        const { importId } = request.params;
        await getImport(callerOf(request), importId);
        const text = queue.readErrors(importId);
        if (text === undefined) throw unknownImport();
        return reply
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="${importId}.errors.csv"`)
          .header('cache-control', 'no-store')
          .send(text);
      },
    );
  };
}

/** A machine sees what it has sent itself. */
function maySee(caller: Caller, { received }: ImportAnswer): boolean {
  return caller.kind !== 'machine' || received?.by === caller.id;
}

function unknownImport(): Problem {
  return new Problem(404, 'not_found', 'no such import');
}

const WAIT_SECONDS = 30;

function allTaken(reply: FastifyReply): Problem {
  reply.header('retry-after', WAIT_SECONDS);
  return new Problem(503, 'queue_full', 'other files are being taken in; send it again later');
}
