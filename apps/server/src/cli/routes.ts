/** Commands of the home's owner, run in the server that holds the home: see `remote.ts`. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Core } from '../core.ts';
import { type CommandContext, UsageError } from './context.ts';
import { COMMAND_REQUEST, type CommandLine } from './remote.ts';
import { runCommand } from './run.ts';

/** The route; whoever calls it has shown the home's token. */
export function commandRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.post(
      '/commands',
      { schema: { body: COMMAND_REQUEST, hide: true } },
      async ({ body }, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson' });
        const send = (line: CommandLine): void => {
          reply.raw.write(`${JSON.stringify(line)}\n`);
        };
        const context: CommandContext = {
          config: core.config,
          folder: body.folder,
          outside: core,
          programme: () => core.programme,
          core: async () => core,
          firstLine: async () => body.firstLine,
          print: (text) => send({ print: text }),
          note: (text) => send({ note: text }),
          runLine: () => Promise.reject(new UsageError('the command runs in no server')),
          stopped: new AbortController().signal,
          wait: () => Promise.resolve(),
          interactive: false,
        };
        send({ exit: await runCommand(body.argv, context) });
        reply.raw.end();
      },
    );
  };
}
