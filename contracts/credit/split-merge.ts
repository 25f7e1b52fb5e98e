// Owns the methods that divide a credit and join its parts again; leaves partial retirements to retire.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { requireUnpaused } from './access.ts';
import { asHash, asHashes, asList, asTonnage, readArgs } from './args.ts';
import { addParts, getOrigin, unitsOf, unlist } from './burn.ts';
import { costOfBytes, takeDeposit } from './deposits.ts';
import { mergedPreimage } from './derive.ts';
import { hashText } from './derived-hash.ts';
import { divideToken, enterPart, HASH_AND_COMMA_BYTES, type Part, splitItem } from './division.ts';
import { panic } from './errors.ts';
import { tellCredit, tellNft } from './events.ts';
import { loadGlobal } from './global-record.ts';
import { closeLedger, type Ledger, openLedger, recountIn } from './ledger.ts';
import { MAX_PARTS } from './limits.ts';
import { priceOfToken } from './reserve.ts';
import { countUnits } from './serials.ts';
import { findToken, getLiveToken, STATUS, saveToken, serialOf, type TokenRecord } from './token-record.ts';
import { formatTonnage, parseTonnage } from './tonnage.ts';
import { requireUsable } from './usable.ts';

/** By the owner; the deposit pays for the parts. Gives the parts' hashes, in argument order. */
export function split(): void {
  const args = readArgs();
  const token_id = asHash(args.token_id, 'token_id');
  const list = asList(args.tonnages, 'tonnages', MAX_PARTS);
  if (list.length < 2) panic('ARGUMENT_INVALID', 'tonnages must have at least 2 entries');
  const units = list.map((entry) => asTonnage(entry, 'tonnages'));
  const global = loadGlobal();
  requireUnpaused(global, 'parts');
  const token = getOwnToken(token_id);
  requireUsable(token_id, token);
  requireSum(token_id, token, units);
  const ledger = openLedger(global);
  const parent = { token_id, token };
  const parts = divideToken(ledger, parent, { units, born_at_ns: `${near.blockTimestamp()}` });
  let price = costOfBytes(parts.length * HASH_AND_COMMA_BYTES);
  for (const part of parts) {
    enterPart(ledger, part);
    price += priceOfToken(part.token);
  }
  closeLedger(ledger);
  const { owner_id } = token;
  const token_ids = parts.map((part) => part.token_id);
  tellCredit('credit_split', splitItem(parent, { parts, authorized_id: '' }));
  tellNft('nft_burn', { owner_id, token_ids: [token_id] });
  tellNft('nft_mint', { owner_id, token_ids });
  takeDeposit({ price, caller_id: owner_id });
  near.valueReturn(JSON.stringify(token_ids));
}

/** By the owner of all, in the order of their serials; the deposit pays for the new credit. Gives its hash. */
export function merge(): void {
  const args = readArgs();
  const token_ids = asHashes(args.token_ids, 'token_ids', MAX_PARTS);
  if (token_ids.length < 2) panic('ARGUMENT_INVALID', 'token_ids must have at least 2 entries');
  const global = loadGlobal();
  requireUnpaused(global, 'parts');
  const ledger = openLedger(global);
  const merged = joinParts(ledger, token_ids);
  closeLedger(ledger);
  const { token_id, token } = merged;
  const { owner_id, origin, tonnage } = token;
  const serial = serialOf(token);
  tellCredit('credit_merge', {
    token_id,
    origin,
    owner_id,
    parents: token_ids,
    tonnage,
    ...(serial === undefined ? {} : { serial }),
  });
  tellNft('nft_burn', { owner_id, token_ids });
  tellNft('nft_mint', { owner_id, token_ids: [token_id] });
  takeDeposit({ price: priceOfToken(token), caller_id: owner_id });
  near.valueReturn(JSON.stringify(token_id));
}

/** What a hash was made of, and what it became; null where it was never used. */
export function lineage(): void {
  const token_id = asHash(readArgs().token_id, 'token_id');
  const token = findToken(token_id);
  if (token === undefined) {
    near.valueReturn('null');
    return;
  }
  const { origin, parents, children } = token;
  near.valueReturn(
    JSON.stringify({ token_id, origin, parents: asNames(parents), children: asNames(children) }),
  );
}

/** Each is loaded after the one before has left the lists, which may have written its record. */
function joinParts(ledger: Ledger, token_ids: readonly string[]): Part {
  const [first_id] = token_ids as readonly [string];
  const first = getOwnToken(first_id);
  const origin = first.origin === first_id ? undefined : getOrigin(first);
  if (origin === undefined) panic('MERGE_IMPOSSIBLE', `${first_id} is no part`);
  const token_id = hashText(mergedPreimage({ origin: first.origin, parents: token_ids }));
  let last: TokenRecord | undefined;
  let units = 0n;
  for (const parent_id of token_ids) {
    const parent = last === undefined ? first : getOwnToken(parent_id);
    requireUsable(parent_id, parent);
    if (last !== undefined) requireNext(parent_id, parent, last);
    units += unitsOf(parent);
    unlist(ledger, parent_id, parent);
    parent.status = STATUS.merged;
    parent.children = token_id;
    saveToken(parent_id, parent);
    last = parent;
  }
  addParts(origin, STATUS.active, { count: 1 - token_ids.length, units: 0n });
  saveToken(first.origin, origin);
  recountIn(ledger, first, 1 - token_ids.length);
  const token: TokenRecord = {
    ...first,
    status: STATUS.active,
    nonce: 0,
    approvals: '',
    tonnage: formatTonnage(units),
    serial_end: (last as TokenRecord).serial_end,
    born_at_ns: `${near.blockTimestamp()}`,
    parents: token_ids.join(','),
    children: '',
  };
  enterPart(ledger, { token_id, token });
  return { token_id, token };
}

function requireNext(token_id: string, token: TokenRecord, last: TokenRecord): void {
  if (token.origin !== last.origin) panic('MERGE_IMPOSSIBLE', `${token_id} is of another origin`);
  if (token.namespace !== '' && BigInt(token.serial_start) !== BigInt(last.serial_end) + 1n) {
    panic('MERGE_IMPOSSIBLE', `${token_id} starts at ${token.serial_start}, not after ${last.serial_end}`);
  }
}

function getOwnToken(token_id: string): TokenRecord {
  const token = getLiveToken(token_id);
  const caller_id = near.predecessorAccountId();
  if (caller_id !== token.owner_id) panic('UNAUTHORIZED', `${caller_id} does not own ${token_id}`);
  return token;
}

function requireSum(token_id: string, token: TokenRecord, units: readonly bigint[]): void {
  const unit = parseTonnage(token.unit) as bigint;
  let sum = 0n;
  for (const part of units) {
    countUnits({ units: part, unit }, 'a part');
    sum += part;
  }
  if (sum !== unitsOf(token)) {
    panic(
      'SPLIT_MISMATCH',
      `the parts of ${token_id} have ${formatTonnage(sum)} t, it has ${token.tonnage} t`,
    );
  }
}

function asNames(text: string): string[] {
  return text === '' ? [] : text.split(',');
}
