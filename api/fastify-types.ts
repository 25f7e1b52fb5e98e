// Owns the names that Fastify's requests and routes carry here; leaves their meaning to caller.ts and route.ts.

import type { ErrorCode } from '../core/errors/index.ts';
import type { Caller } from './caller.ts';
import type { AnyRoute } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
    /** The one time of the request. */
    at: Date;
    /** The code with which it was refused. */
    refusal?: ErrorCode;
  }
  interface FastifyContextConfig {
    /** Of routes that are declared by defineRoute. */
    operation?: string;
    route?: AnyRoute;
  }
}
