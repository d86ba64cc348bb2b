/**
 * Machines sign in: `POST /api/v1/token`, client credentials of OAuth 2 (RFC 6749, 4.4) with a
 * signed assertion (RFC 7523). Errors are those of RFC 6749, 5.2.
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { Problem } from '../edge/problem.ts';
import { tokenUrlOf } from './token-url.ts';
import { issueToken, TOKEN_SECONDS } from './workflow.ts';

const FORM = 'application/x-www-form-urlencoded';
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const MOST_BYTES = 16_384;

/** A parameter that stands in the form twice is none. */
const REQUEST = z.object({
  grant_type: z.literal('client_credentials'),
  client_assertion_type: z.literal(ASSERTION_TYPE),
  client_assertion: z.string().describe('signed by a registered key, for at most five minutes'),
  client_id: z.string().optional().describe('the same as sub of the assertion'),
});
const TOKEN = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number().int().describe('seconds'),
});
const ERROR = z.object({
  error: z.enum(['invalid_request', 'invalid_client', 'invalid_scope', 'unsupported_grant_type']),
});

class TokenError extends Error {
  readonly error: z.output<typeof ERROR>['error'];

  constructor(error: z.output<typeof ERROR>['error']) {
    super(error);
    this.error = error;
  }
}

/** What the form holds, or the error: what is wrong with the client's proof is never told. */
function requestOf(form: URLSearchParams): z.output<typeof REQUEST> {
  const [grant, ...more] = form.getAll('grant_type');
  if (grant === undefined || more.length > 0) throw new TokenError('invalid_request');
  if (grant !== 'client_credentials') throw new TokenError('unsupported_grant_type');
  if (form.has('scope')) throw new TokenError('invalid_scope');
  const names = ['client_assertion_type', 'client_assertion', 'client_id'] as const;
  if (names.some((name) => form.getAll(name).length > 1)) throw new TokenError('invalid_client');
  const request = REQUEST.safeParse(Object.fromEntries(form));
  if (!request.success) throw new TokenError('invalid_client');
  return request.data;
}

/** The route. */
export function machineRoutes(core: Core): FastifyPluginAsyncZod {
  return async (server) => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );
    server.setValidatorCompiler(() => (value: unknown) => ({ value }));
    server.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });
    server.setErrorHandler((cause, _request, reply) => {
      if (cause instanceof TokenError) {
        return reply
          .status(cause.error === 'invalid_client' ? 401 : 400)
          .send({ error: cause.error });
      }
      const { statusCode = 500 } = cause as { statusCode?: number };
      if (cause instanceof Problem || statusCode >= 500) throw cause;
      return reply.status(400).send({ error: 'invalid_request' });
    });
    server.post(
      '/token',
      {
        config: { traffic: 'token' },
        bodyLimit: MOST_BYTES,
        schema: {
          consumes: [FORM],
          body: REQUEST,
          response: { 200: TOKEN, 400: ERROR, 401: ERROR },
          summary: 'A machine signs in by an assertion that its key signs',
        },
      },
      async (request) => {
        const form = request.body as unknown;
        const { client_assertion: assertion, client_id: clientId } = requestOf(
          form instanceof URLSearchParams ? form : new URLSearchParams(),
        );
        const audience = tokenUrlOf(core, server);
        const token = await issueToken(core, { assertion, clientId }, audience);
        if (token === undefined) throw new TokenError('invalid_client');
        return { access_token: token, token_type: 'Bearer' as const, expires_in: TOKEN_SECONDS };
      },
    );
  };
}
