// Owns whether a live credit may be used by its holder now; leaves flagging and expiring to the registry's acts.
import { today } from './block-time.ts';
import { panic } from './errors.ts';
import { findToken, STATUS, type TokenRecord } from './token-record.ts';

export function requireUsable(hash: string, token: TokenRecord): void {
  if (isExpired(token)) panic('CREDIT_EXPIRED', `${hash} expired after ${token.expires_on}`);
  if (isImpaired(hash, token)) panic('CREDIT_IMPAIRED', `${hash} is impaired`);
}

/** Itself, or its whole origin. A part costs one read. */
export function isImpaired(hash: string, token: TokenRecord): boolean {
  if (token.status === STATUS.impaired) return true;
  const origin = token.origin === hash ? token : findToken(token.origin);
  return origin !== undefined && origin.origin_flag !== '';
}

/** The last day itself still counts. */
export function isExpired({ expires_on }: TokenRecord): boolean {
  return expires_on !== '' && expires_on < today();
}
