// Owns finding out who calls, before anything of the body is read; leaves keys to callers/recognise.ts and the verdict to
// callers/authorise.ts.

import type { FastifyInstance } from 'fastify';
import { DmrvError } from '../../core/errors/index.ts';
import type { Caller } from '../caller.ts';
import { authorise } from '../callers/authorise.ts';
import type { Recogniser } from '../callers/recognise.ts';
import { readAuthorization } from '../callers/token.ts';
import type { LimitRate } from './rate-limits.ts';

const ANYONE: Caller = { kind: 'anyone' };

export function findCallers(
  app: FastifyInstance,
  { recogniser, limitCaller }: { recogniser: Recogniser; limitCaller: LimitRate },
): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request, reply) => {
    const { route } = request.routeOptions.config;
    const authorization = readAuthorization(request.headers.authorization);
    if (authorization === 'malformed') throw new DmrvError('UNAUTHENTICATED');
    const known = authorization === 'none' ? undefined : await recogniser.recognise(authorization.token);
    request.caller = known?.caller ?? ANYONE;
    await limitCaller(request, reply);
    if (route !== undefined) {
      authorise({ route, caller: request.caller, tenant_status: known?.tenant_status });
    }
  });
}
