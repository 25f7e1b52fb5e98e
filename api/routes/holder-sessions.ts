// Owns the routes by which a holder signs in with a wallet and out again; leaves the checks to callers/holder-login.ts.

import { closeHolderSession } from '../../core/db/holder-sessions.ts';
import { defineRoute } from '../route.ts';
import {
  challengeSchema,
  closedSessionSchema,
  holderSessionSchema,
  signInBody,
} from '../schemas/holder-sessions.ts';

const TAG = 'holders';

export const holderSessionRoutes = {
  createHolderChallenge: defineRoute({
    method: 'POST',
    path: '/api/v1/holder-challenges',
    tag: TAG,
    summary: 'What a wallet is to sign (NEP-413) to open a session',
    description: 'It is good for 5 minutes and for one session.',
    callers: { anyone: 'open' },
    status: 201,
    answer: challengeSchema,
    handle: ({ services, now }) => services.holderLogin.challenge(now),
  }),
  createHolderSession: defineRoute({
    method: 'POST',
    path: '/api/v1/holder-sessions',
    tag: TAG,
    summary: 'Open a session with what the wallet signed',
    description:
      'The key must be a full-access key of the account on chain. The session sees what the account owns, for 30 minutes.',
    callers: { anyone: 'open' },
    body: signInBody,
    status: 201,
    answer: holderSessionSchema,
    errors: ['UNAUTHENTICATED', 'CHAIN_UNREACHABLE'],
    secret_answer: true,
    handle: ({ services, body, now }) => services.holderLogin.signIn(body, now),
  }),
  deleteHolderSession: defineRoute({
    method: 'DELETE',
    path: '/api/v1/holder-sessions/current',
    tag: TAG,
    summary: 'End the session that this is called with',
    callers: { holder: 'own' },
    answer: closedSessionSchema,
    handle: async ({ caller, transact, now, services }) => {
      const { holder_session_id } = caller;
      await transact((trx) => closeHolderSession(trx, { holder_session_id, closed_at: now }));
      services.forgetKey(holder_session_id);
      return { holder_session_id, closed: true as const };
    },
  }),
};
