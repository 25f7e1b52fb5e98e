// Owns the answer to "does it work?"; leaves how each part is asked to the checks it is given.

import type { FastifyPluginCallback } from 'fastify';
import type { DatabaseCheck } from '../database-check.ts';
import { healthSchema } from '../schemas/health.ts';

export const healthRoute: FastifyPluginCallback<{ database: DatabaseCheck }> = (app, { database }, done) => {
  app.get('/health', { schema: healthSchema }, async (request, reply) => {
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
  done();
};
