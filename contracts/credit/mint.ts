// Owns minting, one credit or several of one registry; leaves what a credit must say to new-credit.ts and its price to reserve.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { requireUnpaused } from './access.ts';
import { type Args, asAccountId, asHash, asList, asObject, asText, optional, readArgs } from './args.ts';
import { today } from './block-time.ts';
import { debitConsent, getConsent, saveConsent } from './consent-record.ts';
import { costOfBytes, takeDeposit } from './deposits.ts';
import { panic } from './errors.ts';
import { tellCreditJson, tellNftJson } from './events.ts';
import { type GlobalRecord, loadGlobal, saveGlobal } from './global-record.ts';
import { MAX_MINT_BATCH, MEMO_BYTES } from './limits.ts';
import { type Birth, issueJson, mintJson } from './mint-events.ts';
import { readCredit } from './new-credit.ts';
import { loadOwner, saveOwner } from './owner-record.ts';
import { getRegistry, moveRegistrySupply, type RegistryRecord, saveRegistry } from './registry-record.ts';
import { pricedBytesOf, priceOfToken } from './reserve.ts';
import { debitMinter } from './roles.ts';
import { type Move, moveSupply } from './supply.ts';
import { enterLive, enterOwner } from './token-lists.ts';
import { createToken, findToken, isLive, type TokenRecord } from './token-record.ts';

interface Order extends Birth {
  units: bigint;
}

export function nft_mint(): void {
  mintAll([readOrder(readArgs())]);
}

/** All or none. Orders of one receiver, one consent, one project and vintage cost least side by side. */
export function nft_mint_batch(): void {
  const list = asList(readArgs().mints, 'mints', MAX_MINT_BATCH);
  mintAll(list.map((entry) => readOrder(asObject(entry, 'mints'))));
}

/** What a mint of this credit reserves; what is attached above it comes back. */
export function storage_cost(): void {
  const args = readArgs();
  const order = readOrder(args);
  order.token.minter_id = optional(args.minter_id, 'minter_id', asAccountId) ?? LONGEST_ACCOUNT_ID;
  order.token.owner_id = order.receiver_id;
  order.token.born_at_ns = `${near.blockTimestamp()}`;
  near.valueReturn(`"${priceOfToken(order.token)}"`);
}

const LONGEST_ACCOUNT_ID = 'a'.repeat(64);

function readOrder(args: Args): Order {
  const mrv_hash = asHash(args.mrv_hash, 'mrv_hash');
  const receiver_id = asAccountId(args.receiver_id, 'receiver_id');
  const memo = optional(args.memo, 'memo', asText, MEMO_BYTES);
  return { mrv_hash, receiver_id, memo, ...readCredit(mrv_hash, args.credit) };
}

function mintAll(orders: readonly Order[]): void {
  const [first] = orders as readonly [Order];
  const minter_id = near.predecessorAccountId();
  const global = loadGlobal();
  requireUnpaused(global, 'mint');
  const registry = getRegistry(first.token.registry);
  const units = sumUnits(orders);
  debitMinter(registry, { minter_id, units });
  const price = bearAll(orders, { global, registry, minter_id });
  global.supply = moveSupply(global.supply, birthsOf(orders.length, units));
  saveRegistry(registry);
  saveGlobal(global);
  tellCreditJson('credit_issue', joinItems(orders, issueJson));
  tellNftJson('nft_mint', joinItems(orders, mintJson));
  takeDeposit({ price, caller_id: minter_id });
}

/** What all of them reserve. Neighbours share a consent, an owner's record and a project's totals. */
function bearAll(
  orders: readonly Order[],
  context: { global: GlobalRecord; registry: RegistryRecord; minter_id: string },
): bigint {
  const { global, registry, minter_id } = context;
  const now_ns = near.blockTimestamp();
  const day = today();
  let bytes = 0;
  let start = 0;
  let owner = loadOwner((orders[0] as Order).receiver_id);
  let consent = getConsent(registry.id, (orders[0] as Order).token.consent_ref);
  for (let i = 0; i < orders.length; i++) {
    const order = orders[i] as Order;
    const { token, mrv_hash, receiver_id } = order;
    const next = orders[i + 1];
    requireBearable(order, { registry: registry.id, day });
    debitConsent(consent, { ...token, mrv_hash, units: order.units });
    token.minter_id = minter_id;
    token.born_at_ns = `${now_ns}`;
    enterLive(global, mrv_hash, token);
    enterOwner(owner, mrv_hash, token);
    bytes += pricedBytesOf(token, createToken(mrv_hash, token, 'HASH_USED'));
    if (next?.receiver_id !== receiver_id) {
      saveOwner(owner);
      if (next !== undefined) owner = loadOwner(next.receiver_id);
    }
    if (next?.token.consent_ref !== token.consent_ref) {
      saveConsent(registry.id, token.consent_ref, consent);
      if (next !== undefined) consent = getConsent(registry.id, next.token.consent_ref);
    }
    if (next === undefined || !isOfOneProject(next.token, token)) {
      moveSuppliesOf(registry, orders.slice(start, i + 1));
      start = i + 1;
    }
  }
  return costOfBytes(bytes);
}

function requireBearable(
  { mrv_hash, receiver_id, token }: Order,
  { registry, day }: { registry: string; day: string },
): void {
  if (token.registry !== registry) {
    panic('WRONG_REGISTRY', `${mrv_hash} is of ${token.registry}, the batch is of ${registry}`);
  }
  if (receiver_id === near.currentAccountId()) {
    panic('SELF_TRANSFER', `${mrv_hash} cannot belong to this contract`);
  }
  if (token.issued_on > day) panic('DATE_IN_FUTURE', `issued_on ${token.issued_on} has not come`);
  if (token.expires_on !== '' && token.expires_on < day) {
    panic('CREDIT_EXPIRED', `${mrv_hash} would have expired after ${token.expires_on}`);
  }
  if (token.replaces === '') return;
  const replaced = findToken(token.replaces);
  if (replaced === undefined)
    panic('NOT_FOUND', `${token.replaces}, which is to be replaced, was never used`);
  if (isLive(replaced)) panic('ALREADY_EXISTS', `${token.replaces}, which is to be replaced, is live`);
}

function moveSuppliesOf(registry: RegistryRecord, orders: readonly Order[]): void {
  const { project_id, vintage_year } = (orders[0] as Order).token;
  const moves = birthsOf(orders.length, sumUnits(orders));
  moveRegistrySupply(registry, { project_id, vintage_year, moves });
}

function isOfOneProject(first: TokenRecord, second: TokenRecord): boolean {
  return first.project_id === second.project_id && first.vintage_year === second.vintage_year;
}

function birthsOf(count: number, units: bigint): Move[] {
  return [
    ['minted', count, units],
    ['active', count, units],
  ];
}

function sumUnits(orders: readonly Order[]): bigint {
  let sum = 0n;
  for (const { units } of orders) sum += units;
  return sum;
}

function joinItems(orders: readonly Order[], toJson: (order: Order) => string): string {
  let items = '';
  for (let i = 0; i < orders.length; i++) items += (i === 0 ? '' : ',') + toJson(orders[i] as Order);
  return items;
}
