/** The OpenAPI document: shapes of every route, with its operation and who may. */
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { OPERATIONS } from '../access/roles.ts';

/** Adds the document; the routes come after it. */
export async function addOpenApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Liyu', version: '0.1.0' } },
    transform(route) {
      const { schema, url } = jsonSchemaTransform(route);
      const operation = route.route.config?.operation;
      if (operation === undefined || schema === undefined) return { schema, url };
      const named = { 'x-operation': operation, 'x-roles': OPERATIONS[operation].may };
      return { schema: { ...schema, ...named } as FastifySchema, url };
    },
  });
  server.get('/api/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}
