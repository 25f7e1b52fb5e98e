// Owns making a key for somebody, with no more than its maker may give; leaves the row to core/db/access-keys.ts.

import type { Transaction } from 'kysely';
import { type AccessKey, insertKey, type KeyOwner } from '../../core/db/access-keys.ts';
import type { DB } from '../../core/db/types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import type { Scope } from '../schemas/scopes.ts';
import { makeToken } from './token.ts';

export type WantedKey = { name: string; permissions: readonly Scope[]; expires_at?: string | undefined };

/** The token is in the answer and nowhere else. */
export async function makeKey(
  trx: Transaction<DB>,
  { owner, wanted, now }: { owner: KeyOwner; wanted: WantedKey; now: Date },
): Promise<{ made: AccessKey; token: string }> {
  const { name, permissions, expires_at } = wanted;
  if (expires_at !== undefined && Date.parse(expires_at) <= now.getTime()) {
    throw new DmrvError('VALIDATION_FAILED', {
      facts: { rule: 'expires_at is in the future', path: 'body.expires_at' },
    });
  }
  const { token, prefix, hash } = makeToken(owner.kind);
  const key = {
    name,
    key_prefix: prefix,
    key_hash: hash,
    permissions: [...new Set(permissions)],
    expires_at,
  };
  return { made: await insertKey(trx, { owner, key }), token };
}

/** Nobody makes a key that may do more than their own of the same kind. */
export function assertGrants(held: ReadonlySet<Scope>, wanted: readonly Scope[]): void {
  const excess = wanted.filter((scope) => !held.has(scope));
  if (excess.length === 0) return;
  throw new DmrvError('FORBIDDEN', {
    facts: { rule: `your own key lacks ${excess.slice(0, 5).join(', ')}` },
  });
}
