// Owns by which view of the contract an effect is seen when nobody knows any more what became of its transaction; leaves
// asking to ask-node.ts.

import type { JsonObject } from '../../core/db/types.ts';

export type EffectView = {
  method: string;
  args: JsonObject;
  /** Whether what the view says is what the call was for. */
  shows(seen: unknown): boolean;
};

/** Undefined where no view tells the effect of this very call from that of another. */
export function findEffectView(call: { method: string; args: JsonObject }): EffectView | undefined {
  return VIEWS[call.method]?.(call.args);
}

const isThere = (seen: unknown): boolean => seen !== null;

const VIEWS: Readonly<Record<string, (args: JsonObject) => EffectView>> = {
  nft_mint: ({ mrv_hash }) => ({
    method: 'mrv_hash_status',
    args: { mrv_hash },
    shows: (seen) => fieldOf(seen, 'status') !== 'not_minted',
  }),
  record_consent: ({ registry, consent_ref }) => ({
    method: 'consent',
    args: { registry, consent_ref },
    shows: isThere,
  }),
  // Of a part the remainder lives on under other hashes, and the retired one is derived from its parent's.
  retire: ({ token_id, tonnage }) =>
    tonnage === undefined || tonnage === null
      ? { method: 'retirement', args: { token_id }, shows: isThere }
      : { method: 'mrv_hash_status', args: { mrv_hash: token_id }, shows: isGone },
  confirm_retirement: ({ token_id }) => ({
    method: 'retirement',
    args: { token_id },
    shows: (seen) => fieldOf(seen, 'registry_status') === 'confirmed',
  }),
  refuse_retirement: ({ token_id }) => ({
    method: 'retirement',
    args: { token_id },
    shows: (seen) => fieldOf(seen, 'registry_status') === 'refused',
  }),
  cancel: ({ token_id }) => ({ method: 'mrv_hash_status', args: { mrv_hash: token_id }, shows: isGone }),
  redeem: ({ token_id }) => ({ method: 'mrv_hash_status', args: { mrv_hash: token_id }, shows: isGone }),
};

const LIVE: ReadonlySet<unknown> = new Set(['active', 'impaired', 'not_minted']);

function isGone(seen: unknown): boolean {
  return !LIVE.has(fieldOf(seen, 'status'));
}

function fieldOf(seen: unknown, name: string): unknown {
  return typeof seen === 'object' && seen !== null ? Reflect.get(seen, name) : undefined;
}
