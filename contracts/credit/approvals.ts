// Owns NEP-178: who may act for an owner on one token; leaves acting to transfers and retirements.
import * as near from 'near-sdk-js/lib/api.js';
import { requireUnpaused } from './access.ts';
import { asAccountId, asHash, asInteger, asMessage, optional, readArgs } from './args.ts';
import { askWithRestOfGas } from './ask.ts';
import { requireOneYocto, takeDeposit } from './deposits.ts';
import { panic } from './errors.ts';
import { loadGlobal } from './global-record.ts';
import { findToken, getLiveToken, isLive, saveToken, type TokenRecord } from './token-record.ts';
import { requireUsable } from './usable.ts';

/** Their storage is paid by the token's reserve. */
export const MAX_APPROVALS = 8;
const MAX_APPROVAL_ID = 9_007_199_254_740_991;

// In a record: '' before the first approval, then the next id, and for each approval ' account=id', and a last ' '.

export function nft_approve(): void {
  const args = readArgs();
  const token_id = asHash(args.token_id, 'token_id');
  const account_id = asAccountId(args.account_id, 'account_id');
  const msg = optional(args.msg, 'msg', asMessage);
  requireUnpaused(loadGlobal(), 'approve');
  const token = getLiveToken(token_id);
  const owner_id = requireTokenOwner(token_id, token);
  requireUsable(token_id, token);
  const approval_id = addApproval(token_id, token, account_id);
  saveToken(token_id, token);
  takeDeposit({ price: 1n, caller_id: owner_id });
  if (msg === undefined) return;
  near.promiseReturn(
    askWithRestOfGas(account_id, 'nft_on_approve', { token_id, owner_id, approval_id, msg }),
  );
}

/** Also while approving is paused: taking trust back is always safe. */
export function nft_revoke(): void {
  const args = readArgs();
  requireOneYocto();
  const token_id = asHash(args.token_id, 'token_id');
  const account_id = asAccountId(args.account_id, 'account_id');
  const token = getLiveToken(token_id);
  requireTokenOwner(token_id, token);
  const entry = findEntry(token, account_id);
  if (entry === undefined) return;
  token.approvals = `${token.approvals.slice(0, entry.start)} ${token.approvals.slice(entry.end + 1)}`;
  saveToken(token_id, token);
}

export function nft_revoke_all(): void {
  const args = readArgs();
  requireOneYocto();
  const token_id = asHash(args.token_id, 'token_id');
  const token = getLiveToken(token_id);
  requireTokenOwner(token_id, token);
  const before = token.approvals;
  clearApprovals(token);
  if (token.approvals !== before) saveToken(token_id, token);
}

export function nft_is_approved(): void {
  const args = readArgs();
  const token = findToken(asHash(args.token_id, 'token_id'));
  const account_id = asAccountId(args.approved_account_id, 'approved_account_id');
  const wanted = optional(args.approval_id, 'approval_id', asApprovalId);
  const found = token !== undefined && isLive(token) ? findApproval(token, account_id) : undefined;
  near.valueReturn(found !== undefined && (wanted === undefined || wanted === found) ? 'true' : 'false');
}

export function asApprovalId(value: unknown, name: string): number {
  return asInteger(value, name, { min: 0, max: MAX_APPROVAL_ID });
}

/** The caller's id as `authorized_id` where it is approved; undefined where it is the owner. */
export function requireAuthorized(
  token_id: string,
  token: TokenRecord,
  { caller_id, approval_id }: { caller_id: string; approval_id: number | undefined },
): string | undefined {
  if (caller_id === token.owner_id) return undefined;
  const found = findApproval(token, caller_id);
  if (found === undefined) {
    panic('UNAUTHORIZED', `${caller_id} neither owns ${token_id} nor is approved for it`);
  }
  if (approval_id !== undefined && approval_id !== found) {
    panic('UNAUTHORIZED', `the approval of ${caller_id} for ${token_id} is ${found}, not ${approval_id}`);
  }
  return caller_id;
}

/** What every change of owner does. Ids are never given twice, so the next one stays. */
export function clearApprovals(token: TokenRecord): void {
  const end = token.approvals.indexOf(' ');
  if (end >= 0) token.approvals = token.approvals.slice(0, end);
}

export function listApprovals({ approvals }: TokenRecord): { [account_id: string]: number } {
  const list: { [account_id: string]: number } = {};
  const entries = approvals.split(' ');
  for (let i = 1; i < entries.length - 1; i++) {
    const [account_id, id] = (entries[i] as string).split('=') as [string, string];
    list[account_id] = Number(id);
  }
  return list;
}

/** The same list as JSON. */
export function approvalsJson(token: TokenRecord): string {
  return token.approvals.indexOf('=') < 0 ? '{}' : JSON.stringify(listApprovals(token));
}

/** Exactly what they were before a transfer that is taken back. */
export function restoreApprovals(token: TokenRecord, list: readonly (readonly [string, number])[]): void {
  clearApprovals(token);
  if (list.length === 0) return;
  token.approvals += `${list.map(([account_id, id]) => ` ${account_id}=${id}`).join('')} `;
}

function requireTokenOwner(token_id: string, { owner_id }: TokenRecord): string {
  const caller_id = near.predecessorAccountId();
  if (caller_id !== owner_id) panic('UNAUTHORIZED', `${caller_id} does not own ${token_id}`);
  return caller_id;
}

function findApproval({ approvals }: TokenRecord, account_id: string): number | undefined {
  const entry = findEntry({ approvals }, account_id);
  return entry === undefined
    ? undefined
    : Number(approvals.slice(entry.start + account_id.length + 2, entry.end));
}

/** From its leading space up to the space after it. */
function findEntry(
  { approvals }: Pick<TokenRecord, 'approvals'>,
  account_id: string,
): { start: number; end: number } | undefined {
  const start = approvals.indexOf(` ${account_id}=`);
  return start < 0 ? undefined : { start, end: approvals.indexOf(' ', start + 1) };
}

/** An account that is approved already gets a new id. */
function addApproval(token_id: string, token: TokenRecord, account_id: string): number {
  const entries = token.approvals.split(' ').filter((entry) => entry !== '');
  const id = Number(entries[0] ?? '1');
  const others = entries.slice(1).filter((entry) => !entry.startsWith(`${account_id}=`));
  if (others.length >= MAX_APPROVALS) {
    panic('TOO_MANY_APPROVALS', `${token_id} has ${MAX_APPROVALS} approvals already; revoke one`);
  }
  token.approvals = `${[id + 1, ...others, `${account_id}=${id}`].join(' ')} `;
  return id;
}
