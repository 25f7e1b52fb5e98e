// Owns the answers to "does it work?" and "may it be sent requests?"; leaves how each part is asked to what it is given.

import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { DatabaseCheck } from '../database-check.ts';
import type { CheckReadiness } from '../readiness.ts';

export type HealthDeps = {
  database: DatabaseCheck;
  readiness?: CheckReadiness | undefined;
  metrics?: Registry | undefined;
};

/** Without the envelope and without a key: whoever asks is a machine that starts, stops and watches this one. */
export function serveHealth(app: FastifyInstance, { database, readiness, metrics }: HealthDeps): void {
  const hide = { schema: { hide: true } };
  app.get('/health', hide, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    try {
      await database.check();
      return { status: 'ok' };
    } catch (error) {
      // The caller learns which part is down; the cause may name hosts and logins, so it goes to the log.
      request.log.error({ err: error }, 'The database does not answer.');
      return reply.code(503).send({ status: 'down', down: ['database'] });
    }
  });
  if (readiness !== undefined) {
    app.get('/ready', hide, async (_request, reply) => {
      const found = await readiness();
      return reply
        .code(found.status === 'ready' ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(found);
    });
  }
  if (metrics !== undefined) {
    app.get('/metrics', hide, async (_request, reply) => {
      return reply
        .type(metrics.contentType)
        .header('cache-control', 'no-store')
        .send(await metrics.metrics());
    });
  }
}
