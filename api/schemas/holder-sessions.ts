// Owns the shapes of signing in with a wallet; leaves the signature's form to core/near/nep413.ts.

import { z } from 'zod';
import { accountId, id, timestamp } from './shared.ts';

/** 32 bytes in base64. */
const nonce = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);
const MAX_URL = 2_000;

export const challengeSchema = z
  .object({
    nonce: nonce.meta({ description: '32 bytes in base64; a wallet is given the bytes' }),
    message: z.string(),
    recipient: z.string(),
    expires_at: timestamp,
  })
  .meta({ id: 'HolderChallenge' });

export const signInBody = z.strictObject({
  account_id: accountId,
  public_key: z
    .string()
    .regex(/^ed25519:[1-9A-HJ-NP-Za-km-z]{32,44}$/)
    .meta({ description: 'A full-access key of the account, as it stands on chain' }),
  signature: z
    .string()
    .regex(/^[A-Za-z0-9+/]{86}==$/)
    .meta({ description: '64 bytes in base64' }),
  nonce,
  callback_url: z
    .url({ protocol: /^https?$/ })
    .max(MAX_URL)
    .optional()
    .meta({ description: 'Where the wallet was told to send its answer, if it was' }),
});

export const holderSessionSchema = z
  .object({
    holder_session_id: id,
    account_id: accountId,
    token: z.string().meta({ description: 'Shown this once: Authorization: Bearer dmrv_h_…' }),
    expires_at: timestamp,
  })
  .meta({ id: 'HolderSession' });

export const closedSessionSchema = z.object({ holder_session_id: id, closed: z.literal(true) });
