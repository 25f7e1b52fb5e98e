// Owns how many requests an address and a key may send a minute, in this process; leaves shared limits to a proxy before it.

import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RetryableError } from '../../core/errors/index.ts';
import { actorOf } from '../caller.ts';

const WINDOW_MS = 60_000;
/** So many addresses and keys are counted at once; beyond it the longest unseen is forgotten. */
const COUNTED = 20_000;
/** An address of IPv6 stands for its network, which is what one subscriber is given. */
const IPV6_NETWORK_BITS = 64;

export type Limits = { per_key: number; per_address: number };

/** Refuses with RATE_LIMITED what is above the limit; whoever is not counted passes. */
export type LimitRate = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export type RateLimits = { address: LimitRate; caller: LimitRate };

export async function limitRates(app: FastifyInstance, limits: Limits): Promise<RateLimits> {
  await app.register(rateLimit, {
    global: false,
    timeWindow: WINDOW_MS,
    cache: COUNTED,
    ipv6Subnet: IPV6_NETWORK_BITS,
  });
  const by_address = app.createRateLimit({ max: limits.per_address });
  const by_caller = app.createRateLimit({
    max: limits.per_key,
    keyGenerator: ({ caller }) => actorOf(caller),
  });
  return {
    address: (request, reply) => enforce({ limit: by_address, request, reply }),
    caller: async (request, reply) => {
      if (request.caller.kind === 'anyone') return;
      await enforce({ limit: by_caller, request, reply });
    },
  };
}

type Limit = ReturnType<FastifyInstance['createRateLimit']>;

async function enforce(about: { limit: Limit; request: FastifyRequest; reply: FastifyReply }): Promise<void> {
  const { limit, request, reply } = about;
  const counted = await limit(request);
  if (counted.isAllowed) return;
  reply.header('ratelimit-limit', counted.max);
  reply.header('ratelimit-remaining', counted.remaining);
  reply.header('ratelimit-reset', counted.ttlInSeconds);
  if (!counted.isExceeded) return;
  reply.header('retry-after', counted.ttlInSeconds);
  throw new RetryableError('RATE_LIMITED', {
    facts: {
      limit: counted.max,
      window_seconds: WINDOW_MS / 1000,
      retry_after_seconds: counted.ttlInSeconds,
    },
  });
}
