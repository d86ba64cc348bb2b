/** The OpenAPI document: shapes of every route, with its operation and who may. */
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OPERATIONS } from '../access/roles.ts';
import { PROBLEM } from './problem.ts';

/** How a caller is known, by the names under which operations ask for it. */
const SECURITY = {
  bearer: { type: 'http', scheme: 'bearer', description: "a machine's token" },
  staff: { type: 'apiKey', in: 'cookie', name: '__Host-liyu' },
  donor: { type: 'apiKey', in: 'cookie', name: '__Host-liyu-donor' },
} as const;
const PROBLEM_TYPE = 'application/problem+json';

interface Answer {
  description: string;
  content?: Record<string, { schema?: { properties?: object } }>;
}
interface Described {
  responses?: Record<string, Answer>;
  security?: readonly Record<string, readonly string[]>[];
  'x-operation'?: string;
}

/** Adds the document; the routes come after it. */
export async function addOpenApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Liyu', version: '0.1.0' },
      components: { securitySchemes: SECURITY },
    },
    transform(route) {
      const { schema, url } = jsonSchemaTransform(route);
      const operation = route.route.config?.operation;
      if (operation === undefined || schema === undefined) return { schema, url };
      const named = { 'x-operation': operation, 'x-roles': OPERATIONS[operation].may };
      return { schema: { ...schema, ...named } as FastifySchema, url };
    },
    transformObject(document) {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { openapiObject } = document;
      for (const path of Object.values(openapiObject.paths ?? {})) {
        for (const operation of Object.values(path ?? {})) describeRefusals(operation as Described);
      }
      return openapiObject;
    },
  });
  server.get('/api/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}

/** What the edge answers for every route: problems, as such, and who has to sign in. */
function describeRefusals(operation: Described): void {
  const answers = operation.responses ?? {};
  operation.responses = answers;
  for (const { content } of Object.values(answers)) {
    const json = content?.['application/json'];
    if (content === undefined || json?.schema?.properties === undefined) continue;
    if (!('code' in json.schema.properties && 'title' in json.schema.properties)) continue;
    delete content['application/json'];
    content[PROBLEM_TYPE] = json;
  }
  const { $schema: _, ...schema } = z.toJSONSchema(PROBLEM);
  const problem = (description: string): Answer => ({
    description,
    content: { [PROBLEM_TYPE]: { schema: schema as { properties?: object } } },
  });
  answers.default ??= problem('Not well-formed, too often, too busy, or a fault');
  if (operation['x-operation'] === undefined) return;
  operation.security = Object.keys(SECURITY).map((name) => ({ [name]: [] }));
  answers[401] ??= problem('The caller is not known');
  answers[403] ??= problem('The caller may not do this');
}
