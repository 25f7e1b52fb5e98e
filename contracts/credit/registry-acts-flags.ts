// Owns impairing and restoring, one live credit or all parts of an origin; leaves what an impaired credit may not to usable.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { requireAttester, requireUnpaused } from './access.ts';
import { type Args, asHash, asText, optional, readArgs } from './args.ts';
import { addParts, bucketOf, getOrigin, partsOf, unitsOf } from './burn.ts';
import { requireOneYocto } from './deposits.ts';
import { panic } from './errors.ts';
import { tellCredit } from './events.ts';
import { loadGlobal } from './global-record.ts';
import { closeLedger, type Ledger, moveIn, openLedger, registryIn } from './ledger.ts';
import { REASON_BYTES } from './limits.ts';
import { findToken, getLiveToken, isLive, STATUS, saveToken, type TokenRecord } from './token-record.ts';

type Flag = 'impaired' | 'active';

export function impair(): void {
  setFlag(readArgs(), 'impaired');
}

export function restore(): void {
  setFlag(readArgs(), 'active');
}

function setFlag(args: Args, to: Flag): void {
  requireOneYocto();
  const token_id = optional(args.token_id, 'token_id', asHash);
  const origin = optional(args.origin, 'origin', asHash);
  const reason = asText(args.reason, 'reason', REASON_BYTES);
  const hash = token_id ?? origin;
  if (hash === undefined || (token_id !== undefined && origin !== undefined)) {
    panic('ARGUMENT_INVALID', 'give either token_id or origin');
  }
  const global = loadGlobal();
  requireUnpaused(global, 'registry_acts');
  const ledger = openLedger(global);
  const account_id = near.predecessorAccountId();
  const token = token_id === undefined ? getFlaggable(hash) : getLiveToken(hash);
  const attested_by = requireAttester(registryIn(ledger, token.registry), account_id);
  if (token_id === undefined) flagOrigin(ledger, hash, token, to);
  else flagToken(ledger, hash, token, to);
  closeLedger(ledger);
  const named = token_id === undefined ? { origin: hash } : { token_id: hash };
  const { registry } = token;
  const event = to === 'impaired' ? 'credit_impair' : 'credit_restore';
  tellCredit(event, { ...named, registry, reason, account_id, attested_by });
}

function flagToken(ledger: Ledger, hash: string, token: TokenRecord, to: Flag): void {
  const from = bucketOf(token);
  if (from === to) panic('ALREADY_SET', `${hash} is ${to} already`);
  const units = unitsOf(token);
  const status = to === 'impaired' ? STATUS.impaired : STATUS.active;
  const origin = token.origin === hash ? undefined : getOrigin(token);
  if (origin !== undefined) {
    addParts(origin, token.status, { count: -1, units: -units });
    addParts(origin, status, { count: 1, units });
    saveToken(token.origin, origin);
  }
  // Under its origin's flag it is counted as impaired, whatever its own.
  if ((origin ?? token).origin_flag === '') moveIn(ledger, token, { from, to, count: 1, units });
  token.status = status;
  saveToken(hash, token);
}

function flagOrigin(ledger: Ledger, hash: string, origin: TokenRecord, to: Flag): void {
  const is_flagged = origin.origin_flag !== '';
  if (is_flagged === (to === 'impaired')) panic('ALREADY_SET', `the origin ${hash} is ${to} already`);
  const from = to === 'impaired' ? 'active' : 'impaired';
  // Parts that are flagged themselves stay where they are.
  const { count, units } = ownActive(origin);
  if (count > 0) moveIn(ledger, origin, { from, to, count, units });
  origin.origin_flag = to === 'impaired' ? '1' : '';
  saveToken(hash, origin);
}

function ownActive(origin: TokenRecord): { count: number; units: bigint } {
  if (!isLive(origin)) return partsOf(origin).active;
  return origin.status === STATUS.active ? { count: 1, units: unitsOf(origin) } : { count: 0, units: 0n };
}

/** An origin that is live itself, or has live parts. */
function getFlaggable(hash: string): TokenRecord {
  const token = findToken(hash);
  if (token === undefined) panic('NOT_LIVE', `there is no credit of origin ${hash}`);
  if (token.origin !== hash) panic('ARGUMENT_INVALID', `${hash} is a part; its origin is ${token.origin}`);
  const { active, impaired } = partsOf(token);
  if (!isLive(token) && active.count + impaired.count === 0) {
    panic('NOT_LIVE', `no live credit of origin ${hash} is left`);
  }
  return token;
}
