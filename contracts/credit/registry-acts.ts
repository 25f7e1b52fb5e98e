// Owns ends other than retirement: invalidation, redemption, cancellation, expiry; leaves impairing to registry-acts-flags.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { requireAttester, requireUnpaused } from './access.ts';
import { asHash, asHashes, asText, readArgs } from './args.ts';
import { burnToken, type Ending } from './burn.ts';
import { requireOneYocto, takeDeposit } from './deposits.ts';
import { panic } from './errors.ts';
import type { AttestedBy, CreditEvents } from './event-types.ts';
import { tellCredit, tellNft } from './events.ts';
import { loadGlobal } from './global-record.ts';
import { closeLedger, type Ledger, openLedger, registryIn } from './ledger.ts';
import { MAX_INVALIDATE_BATCH, REASON_BYTES, REFERENCE_BYTES } from './limits.ts';
import { type Burn, tellBurns } from './nft-items.ts';
import { encodeOther } from './token-end.ts';
import { getLiveToken, STATUS, type TokenRecord } from './token-record.ts';
import { isExpired, requireUsable } from './usable.ts';

/** By the registry or its agent: what was measured does not hold. All or none. */
export function invalidate(): void {
  const args = readArgs();
  requireOneYocto();
  const token_ids = asHashes(args.token_ids, 'token_ids', MAX_INVALIDATE_BATCH);
  const reason = asText(args.reason, 'reason', REASON_BYTES);
  const reference = asText(args.reference, 'reference', REFERENCE_BYTES);
  const act = openAct();
  const items: CreditEvents['credit_invalidate'][] = [];
  const burns: Burn[] = [];
  for (const token_id of token_ids) {
    const token = getLiveToken(token_id);
    const attested_by = attest(act, token);
    const end = { account_id: act.caller_id, at_ns: act.at_ns, attested_by, reason, reference };
    burnToken(act.ledger, token_id, token, {
      status: STATUS.invalidated,
      bucket: 'invalidated',
      end: encodeOther(end),
    });
    const { owner_id, registry, tonnage } = token;
    const account_id = act.caller_id;
    items.push({ token_id, owner_id, registry, tonnage, reason, reference, account_id, attested_by });
    burns.push([token_id, owner_id, '']);
  }
  closeLedger(act.ledger);
  tellCredit('credit_invalidate', ...items);
  tellBurns(burns);
}

/** By the holder: the credit goes back to an account at the registry. */
export function redeem(): void {
  const args = readArgs();
  requireOneYocto();
  const token_id = asHash(args.token_id, 'token_id');
  const registry_account = asText(args.registry_account, 'registry_account', REFERENCE_BYTES);
  const act = openAct();
  const token = getLiveToken(token_id);
  if (act.caller_id !== token.owner_id) {
    panic('UNAUTHORIZED', `${act.caller_id} does not own ${token_id}`);
  }
  requireUsable(token_id, token);
  burnOne(act, token_id, token, {
    status: STATUS.redeemed,
    bucket: 'void',
    end: endOf(act, { reference: registry_account }),
  });
  const { owner_id, registry, tonnage } = token;
  tellCredit('credit_redeem', { token_id, owner_id, registry, tonnage, registry_account });
  tellNft('nft_burn', { owner_id, token_ids: [token_id] });
}

/** By the registry or its agent: the credit is taken from the chain, and counts as no retirement. */
export function cancel(): void {
  const args = readArgs();
  requireOneYocto();
  const token_id = asHash(args.token_id, 'token_id');
  const reason = asText(args.reason, 'reason', REASON_BYTES);
  const act = openAct();
  const token = getLiveToken(token_id);
  const attested_by = attest(act, token);
  burnOne(act, token_id, token, {
    status: STATUS.cancelled,
    bucket: 'void',
    end: endOf(act, { attested_by, reason }),
  });
  const { owner_id, registry, tonnage } = token;
  const account_id = act.caller_id;
  tellCredit('credit_cancel', { token_id, owner_id, registry, tonnage, reason, account_id, attested_by });
  tellNft('nft_burn', { owner_id, token_ids: [token_id] });
}

/** By anyone, once the last day has passed. Needs no deposit, so that a key without money can do it. */
export function expire(): void {
  const token_id = asHash(readArgs().token_id, 'token_id');
  const act = openAct();
  const token = getLiveToken(token_id);
  if (!isExpired(token)) {
    const last_day =
      token.expires_on === '' ? 'has no last day' : `is good to the end of ${token.expires_on}`;
    panic('CREDIT_NOT_EXPIRED', `${token_id} ${last_day}`);
  }
  burnOne(act, token_id, token, { status: STATUS.expired, bucket: 'expired', end: endOf(act, {}) });
  const { owner_id, registry, tonnage, expires_on } = token;
  const account_id = act.caller_id;
  tellCredit('credit_expire', { token_id, owner_id, registry, tonnage, expires_on, account_id });
  tellNft('nft_burn', { owner_id, token_ids: [token_id] });
  takeDeposit({ price: 0n, caller_id: account_id });
}

interface Act {
  ledger: Ledger;
  caller_id: string;
  at_ns: string;
}

function openAct(): Act {
  const global = loadGlobal();
  requireUnpaused(global, 'registry_acts');
  return {
    ledger: openLedger(global),
    caller_id: near.predecessorAccountId(),
    at_ns: `${near.blockTimestamp()}`,
  };
}

function attest({ ledger, caller_id }: Act, { registry }: TokenRecord): AttestedBy {
  return requireAttester(registryIn(ledger, registry), caller_id);
}

function endOf(
  { caller_id, at_ns }: Act,
  {
    attested_by = '',
    reason = '',
    reference = '',
  }: { attested_by?: string; reason?: string; reference?: string },
): string {
  return encodeOther({ account_id: caller_id, at_ns, attested_by, reason, reference });
}

function burnOne({ ledger }: Act, token_id: string, token: TokenRecord, ending: Ending): void {
  burnToken(ledger, token_id, token, ending);
  closeLedger(ledger);
}
