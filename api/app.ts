// Owns putting the HTTP application together; leaves listening to server.ts and every answer to its route.

import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import type { DatabaseCheck } from './database-check.ts';
import { healthRoute } from './routes/health.ts';

export type AppDeps = {
  database: DatabaseCheck;
  logger?: FastifyServerOptions['logger'];
};

export function buildApp(deps: AppDeps): FastifyInstance {
  const app = Fastify({
    logger: deps.logger ?? false,
    logController: new LogController({ disableRequestLogging: true }),
  });
  app.register(healthRoute, { database: deps.database });
  return app;
}
