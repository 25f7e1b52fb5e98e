// Owns NEP-171's transfers, with and without a call, and taking one back; leaves approvals to approvals.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { decode, encode } from 'near-sdk-js/lib/utils.js';
import { requirePrivate, requireUnpaused } from './access.ts';
import {
  asApprovalId,
  clearApprovals,
  listApprovals,
  requireAuthorized,
  restoreApprovals,
} from './approvals.ts';
import { type Args, asAccountId, asHash, asMessage, asText, optional, readArgs } from './args.ts';
import { askWithRestOfGas } from './ask.ts';
import { requireOneYocto } from './deposits.ts';
import { panic } from './errors.ts';
import { tellNft, tellNftJson } from './events.ts';
import { loadGlobal } from './global-record.ts';
import { MEMO_BYTES } from './limits.ts';
import { memoJson } from './mint-events.ts';
import { readResultUpTo } from './promise-result.ts';
import { moveToOwner } from './token-lists.ts';
import { findToken, getLiveToken, isLive, saveToken, type TokenRecord } from './token-record.ts';
import { requireUsable } from './usable.ts';

/**
 * Whoever receives can make the way back dear: longest records, full pages, a list that grew meanwhile. Measured so:
 * below 5, to which a deep trie may add 1.5. Out of gas, the token would stay with whoever did not want to keep it.
 */
const RESOLVE_GAS = 8_000_000_000_000n;
/** A longer answer is no boolean; reading one could burn the resolver's gas. */
const MAX_ANSWER_BYTES = 16;

interface Transfer {
  token_id: string;
  token: TokenRecord;
  caller_id: string;
  old_owner_id: string;
  receiver_id: string;
  approved_account_ids: { [account_id: string]: number };
}

export function nft_transfer(): void {
  transfer(readArgs());
}

export function nft_transfer_call(): void {
  const args = readArgs();
  const msg = asMessage(args.msg, 'msg');
  const { token_id, token, caller_id, old_owner_id, receiver_id, approved_account_ids } = transfer(args);
  const resolve = JSON.stringify({
    owner_id: old_owner_id,
    receiver_id,
    token_id,
    approved_account_ids,
    transfer_nonce: token.nonce,
  });
  const told = { sender_id: caller_id, previous_owner_id: old_owner_id, token_id, msg };
  const asked = askWithRestOfGas(receiver_id, 'nft_on_transfer', told);
  const resolved = near.promiseBatchThen(asked, near.currentAccountId());
  near.promiseBatchActionFunctionCallRaw(resolved, 'nft_resolve_transfer', encode(resolve), 0n, RESOLVE_GAS);
  near.promiseReturn(resolved);
}

/** True where the receiver keeps the token. Never panics, whatever was answered, paused or impaired meanwhile. */
export function nft_resolve_transfer(): void {
  requirePrivate();
  const args = readArgs() as unknown as {
    owner_id: string;
    receiver_id: string;
    token_id: string;
    approved_account_ids: { [account_id: string]: number };
    transfer_nonce: number;
  };
  const { owner_id, receiver_id, token_id, transfer_nonce } = args;
  const kept = readResultUpTo(MAX_ANSWER_BYTES);
  const token = kept !== undefined && decode(kept).trim() === 'false' ? undefined : findToken(token_id);
  // Kept, gone, or moved on: also where it came back by another way, as the nonce shows.
  if (
    token === undefined ||
    !isLive(token) ||
    token.owner_id !== receiver_id ||
    token.nonce !== transfer_nonce
  ) {
    near.valueReturn('true');
    return;
  }
  moveToOwner(token_id, token, owner_id);
  restoreApprovals(token, Object.entries(args.approved_account_ids));
  saveToken(token_id, token);
  tellNft('nft_transfer', { old_owner_id: receiver_id, new_owner_id: owner_id, token_ids: [token_id] });
  near.valueReturn('false');
}

function transfer(args: Args): Transfer {
  requireOneYocto();
  const receiver_id = asAccountId(args.receiver_id, 'receiver_id');
  const token_id = asHash(args.token_id, 'token_id');
  const approval_id = optional(args.approval_id, 'approval_id', asApprovalId);
  const memo = optional(args.memo, 'memo', asText, MEMO_BYTES);
  requireUnpaused(loadGlobal(), 'transfer');
  const token = getLiveToken(token_id);
  const caller_id = near.predecessorAccountId();
  const authorized_id = requireAuthorized(token_id, token, { caller_id, approval_id });
  requireUsable(token_id, token);
  const old_owner_id = token.owner_id;
  if (receiver_id === old_owner_id || receiver_id === near.currentAccountId()) {
    panic('SELF_TRANSFER', `${token_id} cannot go from ${old_owner_id} to ${receiver_id}`);
  }
  const approved_account_ids = listApprovals(token);
  clearApprovals(token);
  moveToOwner(token_id, token, receiver_id);
  saveToken(token_id, token);
  const authorized = authorized_id === undefined ? '' : `"authorized_id":"${authorized_id}",`;
  tellNftJson(
    'nft_transfer',
    `{${authorized}"old_owner_id":"${old_owner_id}","new_owner_id":"${receiver_id}","token_ids":["${token_id}"]${memoJson(memo)}}`,
  );
  return { token_id, token, caller_id, old_owner_id, receiver_id, approved_account_ids };
}
