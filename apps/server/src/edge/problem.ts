/** Errors as problem+json (RFC 9457), with the field that is wrong and texts in both languages. */
import type { Instant, Text } from '@liyu/domain/kernel';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** One wrong field; the pointer is a JSON Pointer (RFC 6901) into what was sent. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly message: Text;
}

/** An answer that is no success: thrown in a route, written at the edge. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldError[];

  constructor(status: number, code: string, detail: string, errors: readonly FieldError[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** A 429 that says by `Retry-After` (RFC 9110, 10.2.3) from when on it may be tried again. */
export function tooOften(reply: FastifyReply, againAt: Instant, code: string, detail: string) {
  reply.header('retry-after', new Date(againAt).toUTCString());
  return new Problem(429, code, `${detail}; try again later`);
}

/** The shape, for the OpenAPI document. */
export const PROBLEM = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(
    z.object({
      pointer: z.string(),
      code: z.string(),
      message: z.object({ zh: z.string(), en: z.string() }),
    }),
  ),
});

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not well-formed',
  401: 'The caller is not known',
  403: 'The caller may not do this',
  404: 'There is no such thing',
  409: 'It contradicts what is recorded',
  413: 'It is too large',
  415: 'It is sent in another form than asked for',
  429: 'Too often; try again later',
  500: 'A fault; try again',
  503: 'Not ready; try again',
};

const zh = z.locales.zhCN();
const en = z.locales.en();

function localised(locale: ReturnType<typeof z.locales.en>, issue: unknown): string {
  const message = locale.localeError(issue as Parameters<typeof locale.localeError>[0]);
  return typeof message === 'string' ? message : (message?.message ?? '');
}

/** Names the keys that look like names of fields; others could be anything, and are not repeated. */
function unknownKeys(keys: unknown): Text {
  const names = Array.isArray(keys) ? keys.filter((key) => /^[A-Za-z]\w{0,39}$/.test(key)) : [];
  const named = names.map((key) => `"${key}"`).join(', ');
  return {
    zh: `出现未知的键 ${named}`.trim(),
    en: `Unrecognized key: ${named}`.replace(/: $/, ''),
  };
}

/** The problem of what Zod found wrong in fields that the edge did not check by itself. */
export function invalidFields(cause: z.ZodError): Problem {
  const errors = cause.issues.map((issue) => ({
    pointer: issue.path.map((part) => `/${String(part)}`).join(''),
    code: issue.code,
    message:
      issue.code === 'unrecognized_keys'
        ? unknownKeys(issue.keys)
        : { zh: localised(zh, issue), en: issue.message },
  }));
  const named = errors.map(({ pointer, message }) => `${pointer}: ${message.en}`);
  return new Problem(400, 'invalid_request', named.join('; '), errors);
}

/** What Zod found wrong in what the edge checks by itself. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message?: string | undefined;
  readonly expected?: unknown;
  readonly keys?: unknown;
  /** Of several forms, what is wrong by each. */
  readonly errors?: readonly (readonly Issue[])[];
}

function fieldErrors(before: string, issue: Issue): FieldError[] {
  const pointer = before + issue.path.map((part) => `/${String(part)}`).join('');
  const { code, keys, expected, message } = issue;
  // Only the form that was meant: by the others what was sent is of another type altogether.
  const meant = issue.errors?.find((found) =>
    found.every(({ code: wrong, path }) => wrong !== 'invalid_type' || path.length > 0),
  );
  if (meant !== undefined) return meant.flatMap((inner) => fieldErrors(pointer, inner));
  if (code === 'unrecognized_keys') return [{ pointer, code, message: unknownKeys(keys) }];
  const wrongType = code === 'invalid_type';
  const text = {
    zh: wrongType ? `类型不对，应为 ${expected}` : localised(zh, issue),
    en: message ?? localised(en, issue),
  };
  return [{ pointer, code, message: text }];
}

function write(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .status(problem.status)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: 'about:blank',
        title: TITLES[problem.status] ?? 'Refused',
        status: problem.status,
        code: problem.code,
        detail: problem.message,
        errors: problem.errors,
      }),
    );
}

/** Makes the server answer every error and unknown address as a problem. */
export function answerWithProblems(server: FastifyInstance): void {
  server.setNotFoundHandler((_request, reply) =>
    write(reply, new Problem(404, 'not_found', 'no such address')),
  );
  server.setErrorHandler((cause, request, reply) => {
    if (cause instanceof Problem) return write(reply, cause);
    if (hasZodFastifySchemaValidationErrors(cause)) {
      const errors = cause.validation.flatMap(({ instancePath, keyword, message, params }) => {
        // The whole is the empty pointer (RFC 6901, section 5).
        const pointer = instancePath === '/' ? '' : instancePath;
        return fieldErrors(pointer, { code: keyword, path: [], message, ...params });
      });
      const named = errors.map(({ pointer, message }) => `${pointer}: ${message.en}`);
      return write(reply, new Problem(400, 'invalid_request', named.join('; '), errors));
    }
    const status = (cause as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) {
      // A parser's message repeats what was sent.
      const detail = cause instanceof SyntaxError ? 'it is not JSON' : (cause as Error).message;
      return write(reply, new Problem(status, 'invalid_request', detail));
    }
    request.log.error(cause);
    return write(reply, new Problem(500, 'fault', 'nothing was recorded unless said; try again'));
  });
}
