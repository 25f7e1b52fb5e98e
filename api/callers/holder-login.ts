// Owns what a wallet is asked to sign and when its signature opens a session; leaves NEP-413's form to core/near and the
// nonce's one use to the database.

import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { issueHolderNonce, openHolderSession } from '../../core/db/callers.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { isSignedBy, NONCE_BYTES } from '../../core/near/nep413.ts';
import { isFullAccessKey } from '../chain/access-key.ts';
import type { Services } from '../services.ts';
import { makeToken } from './token.ts';

/** From the challenge to the signature: a person reads what they sign. */
const NONCE_MS = 5 * 60 * 1000;
/** The account's keys are looked at when a session opens and not again: a short one bounds what a lost key can see. */
const SESSION_MS = 30 * 60 * 1000;

export type LoginDeps = { pool: pg.Pool; chain: Services['chain']; callback_origins: readonly string[] };

export type Challenge = { nonce: string; message: string; recipient: string; expires_at: string };

export async function makeChallenge(deps: LoginDeps, now: Date): Promise<Challenge> {
  const nonce = randomBytes(NONCE_BYTES);
  const expires_at = new Date(now.getTime() + NONCE_MS);
  await issueHolderNonce(deps.pool, { nonce: nonce.toString('hex'), expires_at });
  return {
    nonce: nonce.toString('base64'),
    message: messageOf(deps.chain),
    recipient: deps.chain.contract_account_id,
    expires_at: expires_at.toISOString(),
  };
}

export type SignIn = {
  account_id: string;
  public_key: string;
  signature: string;
  nonce: string;
  callback_url?: string | undefined;
};

export type OpenedSession = {
  holder_session_id: string;
  account_id: string;
  token: string;
  expires_at: string;
};

/**
 * Refuses with UNAUTHENTICATED, without telling which of its checks failed: the signature over this very challenge, a
 * callback that leads here, a full-access key of the account, a nonce that was given out and is not used.
 */
export async function signIn(deps: LoginDeps, given: SignIn, now: Date): Promise<OpenedSession> {
  const { account_id, public_key } = given;
  const nonce = Buffer.from(given.nonce, 'base64');
  const signed = {
    message: messageOf(deps.chain),
    nonce,
    recipient: deps.chain.contract_account_id,
    callback_url: given.callback_url,
  };
  const signature = Buffer.from(given.signature, 'base64');
  const is_signed = leadsHere(deps, given.callback_url) && isSignedBy(signed, { public_key, signature });
  if (!is_signed || !(await isFullAccessKey(deps.chain.ask, { account_id, public_key }))) {
    throw new DmrvError('UNAUTHENTICATED');
  }
  const { token, hash } = makeToken('holder');
  const expires_at = new Date(now.getTime() + SESSION_MS);
  const holder_session_id = await openHolderSession(deps.pool, {
    nonce: nonce.toString('hex'),
    opened_at: now,
    account_id,
    public_key,
    token_hash: hash,
    expires_at,
  });
  if (holder_session_id === undefined) throw new DmrvError('UNAUTHENTICATED');
  return { holder_session_id, account_id, token, expires_at: expires_at.toISOString() };
}

/** The network is in it, so that a signature for one is none for another. */
function messageOf({ network, contract_account_id }: Services['chain']): string {
  return `Sign in to dmrv-near to see the credits of this account. Nothing is sent to the chain. Contract ${contract_account_id} on ${network}.`;
}

/** A wallet hands its signature to the callback: elsewhere it would be somebody else who signs in with it. */
function leadsHere({ callback_origins }: LoginDeps, callback_url: string | undefined): boolean {
  return callback_url === undefined || callback_origins.includes(new URL(callback_url).origin);
}
