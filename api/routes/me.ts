// Owns the answer to "who am I", the first call of a new key; leaves recognising callers to plugins/callers.

import { defineRoute } from '../route.ts';
import { meSchema } from '../schemas/me.ts';

export const meRoutes = {
  getMe: defineRoute({
    method: 'GET',
    path: '/api/v1/me',
    tag: 'callers',
    summary: 'Who the key or session belongs to, and what it may do',
    callers: { anyone: 'open' },
    answer: meSchema,
    handle: async ({ caller }) => {
      if (!('scopes' in caller)) return caller;
      const { scopes, ...rest } = caller;
      return { ...rest, permissions: [...scopes].sort() };
    },
  }),
};
