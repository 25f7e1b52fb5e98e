// Owns the OpenAPI document that follows from the declared routes, and the page that shows it; leaves the routes' words to them.

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { IDEMPOTENCY_HEADER } from '../idempotency.ts';
import type { AnyRoute, WhoMayCall } from '../route.ts';
import { TAGS } from '../tags.ts';
import { PAGE_POLICY } from './guards.ts';
import { type JsonObject, tidyDocument } from './tidy-openapi.ts';

export const OPENAPI_PATH = '/api/v1/openapi.json';
export const DOCS_PATH = '/docs';

const SCHEMES: Readonly<Record<Exclude<keyof WhoMayCall, 'anyone'>, { name: string; description: string }>> =
  {
    tenant: { name: 'tenant_key', description: 'The API key of a tenant: `Authorization: Bearer dmrv_t_…`' },
    operator: { name: 'platform_key', description: 'The key of a platform operator: `dmrv_p_…`' },
    registry: { name: 'registry_key', description: 'The key of a registry: `dmrv_r_…`' },
    holder: { name: 'holder_session', description: 'The session of a wallet’s account: `dmrv_h_…`' },
  };

export async function describeRoutes(app: FastifyInstance, about: { version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'dmrv-near',
        description:
          'A carbon credit from measurement to certificate. Errors carry a code of docs/errors.md. Tonnes are exact decimals in strings.',
        version: about.version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      servers: [{ url: '/', description: 'This server' }],
      components: {
        securitySchemes: Object.fromEntries(
          Object.values(SCHEMES).map(({ name, description }) => [
            name,
            { type: 'http' as const, scheme: 'bearer', description },
          ]),
        ),
      },
    },
    transform: (document) => {
      const { schema, url } = jsonSchemaTransform(document);
      const route = document.route.config?.route;
      if (route === undefined) return { schema: { ...schema, hide: true }, url };
      return { schema: { ...schema, ...describeRoute(route) }, url };
    },
    transformObject: (document) => {
      // Dates and the like do not occur in it: what is not JSON would be lost on its way to the reader anyway.
      const plain: JsonObject = JSON.parse(JSON.stringify(jsonSchemaTransformObject(document)));
      return tidyDocument(plain) as ReturnType<typeof jsonSchemaTransformObject>;
    },
  });
}

export async function serveDocs(app: FastifyInstance): Promise<void> {
  app.get(OPENAPI_PATH, { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(app.swagger()),
  );
  await app.register(swaggerUi, {
    routePrefix: DOCS_PATH,
    uiConfig: { deepLinking: true, url: OPENAPI_PATH, validatorUrl: null },
    uiHooks: {
      onRequest: (_request, reply, next) => {
        reply.header('content-security-policy', PAGE_POLICY);
        next();
      },
    },
  });
}

function describeRoute(route: AnyRoute) {
  const security = securityOf(route.callers);
  const headers =
    route.method === 'GET' || route.upload !== undefined || !keepsAnswers(route.callers)
      ? {}
      : { headers: IDEMPOTENCY_PARAMETER };
  const bytes =
    route.upload === undefined
      ? {}
      : {
          consumes: [...route.upload.content_types],
          body: { type: 'string', format: 'binary', description: `At most ${route.upload.max_bytes} bytes` },
        };
  // For those who read the document by program: which permission each kind of caller needs.
  return { security, description: describeUse(route), 'x-callers': route.callers, ...headers, ...bytes };
}

const IDEMPOTENCY_PARAMETER = {
  type: 'object',
  properties: {
    [IDEMPOTENCY_HEADER]: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description: 'The same key with the same request is carried out once in 24 h and answered the same',
    },
  },
};

function keepsAnswers({ tenant, operator }: WhoMayCall): boolean {
  return tenant !== undefined || operator !== undefined;
}

function securityOf(callers: WhoMayCall): Record<string, string[]>[] {
  const schemes = Object.entries(SCHEMES).flatMap(([kind, { name }]) =>
    Object.hasOwn(callers, kind) || callers.anyone !== undefined ? [{ [name]: [] }] : [],
  );
  return callers.anyone === undefined ? schemes : [{}, ...schemes];
}

function describeUse({ description, callers, errors = [] }: AnyRoute): string {
  const permissions = Object.entries(callers).map(([kind, needed]) =>
    needed === 'own' || needed === 'open' ? `- ${kind}` : `- ${kind} with \`${needed}\``,
  );
  const codes = errors.length === 0 ? [] : [`Errors of its own: ${errors.join(', ')}.`];
  return [
    ...(description === undefined ? [] : [description]),
    `Who may call:\n${permissions.join('\n')}`,
    ...codes,
  ].join('\n\n');
}
