// Owns made-up events of a contract, in receipts and blocks of their own, and the items they tell; leaves what must come of them to the tests.
import { namedTokens } from '../../indexer/decode/event-place.ts';
import type { ChainEvent } from '../../indexer/types.ts';

export const CONTRACT = 'dmrv.near';
export const A = 'a'.repeat(64);
export const B = 'b'.repeat(64);
export const C = 'c'.repeat(64);
export const D = 'd'.repeat(64);
export const SECOND_NS = 1_000_000_000n;

export type Told = [event: string, item: object];

/** Each receipt in a block of its own; a receipt's events in their order. */
export function eventsOf(receipts: readonly (readonly Told[])[], method_name = 'call'): ChainEvent[] {
  return receipts.flatMap((told, index) =>
    told.map(([event, data], log_index) => eventOf({ event, data, log_index, index, method_name })),
  );
}

function eventOf(about: {
  event: string;
  data: object;
  log_index: number;
  index: number;
  method_name: string;
}): ChainEvent {
  const { event, data, log_index, index, method_name } = about;
  const receipt_id = `R${index}`.padEnd(44, '1');
  const height = BigInt(100 + index);
  return {
    identity: `${receipt_id}:${log_index}:0`,
    position: `${`${height}`.padStart(12, '0')}-0000000000-000000-${`${log_index}`.padStart(3, '0')}-00000`,
    contract_id: CONTRACT,
    block: { height, hash: `H${index}`, prev_hash: 'P', prev_height: null, timestamp_ns: height * SECOND_NS },
    transaction_hash: null,
    receipt_id,
    log_index,
    item_index: 0,
    method_name,
    standard: event.startsWith('nft_') ? 'nep171' : 'dmrv',
    version: '1.0.0',
    event,
    token_ids: namedTokens(event, data),
    data: data as Record<string, unknown>,
  };
}

export const by = { account_id: 'r.near', attested_by: 'registry' };
export const record = (change: object = {}): Told => [
  'consent_record',
  {
    ...{ consent_ref: 'c', registry: 'verra', tonnage: '1000', unit: '1', document_sha256: D },
    ...{ immobilised_on: '2026-01-01', ...by, ...change },
  },
];
export const facts = {
  registry: 'verra',
  project_id: 'P',
  methodology: 'M',
  vintage_year: 2025,
  issued_on: '2026-01-31',
};
export const issue = (token_id: string, change: object = {}): Told => [
  'credit_issue',
  {
    ...{ token_id, owner_id: 'alice.near', minter_id: 'm.near', tonnage: '100', unit: '1' },
    ...{ ...facts, consent_ref: 'c', ...change },
  },
];
export const mint = (...token_ids: string[]): Told => ['nft_mint', { owner_id: 'alice.near', token_ids }];
export const burn = (...token_ids: string[]): Told => ['nft_burn', { owner_id: 'alice.near', token_ids }];
export const move = (token_id: string, old_owner_id: string, new_owner_id: string): Told => [
  'nft_transfer',
  { old_owner_id, new_owner_id, token_ids: [token_id] },
];
export const split = (change: object = {}): Told => [
  'credit_split',
  {
    ...{ token_id: A, origin: A, owner_id: 'alice.near' },
    ...{ children: [part(B, '40'), part(C, '60')], ...change },
  },
];
export const part = (token_id: string, tonnage: string) => ({ token_id, tonnage });
export const merge = (change: object = {}): Told => [
  'credit_merge',
  { token_id: D, origin: A, owner_id: 'alice.near', parents: [B, C], tonnage: '100', ...change },
];
export const flag = (event: string, named: object): Told => [
  event,
  { ...named, registry: 'verra', reason: 'Fire', ...by },
];
export const retire = (change: object = {}): Told => [
  'credit_retire',
  {
    ...{ token_id: A, origin: A, account_id: 'alice.near', tonnage: '100', unit: '1', ...facts },
    ...{ beneficiary_commitment: D, beneficiary_kind: 'individual', retired_at_ns: '0', ...change },
  },
];
export const confirm = (amendment: number, change: object = {}): Told => [
  'retirement_confirm',
  {
    ...{ token_id: A, registry: 'verra', registry_retirement_id: 'R', registry_retired_on: '2026-06-01' },
    ...{ evidence_sha256: D, amendment, ...by, ...change },
  },
];
export const refuse: Told = ['retirement_refuse', { token_id: A, registry: 'verra', reason: 'No', ...by }];
export const reveal: Told = [
  'beneficiary_reveal',
  { token_id: A, beneficiary: 'Z', salt: D, account_id: 'alice.near' },
];
export const end = (event: string, change: object = {}): Told => [
  event,
  { token_id: A, owner_id: 'alice.near', registry: 'verra', tonnage: '100', ...change },
];
export const withdraw = (remaining: string): Told => [
  'consent_withdraw',
  { consent_ref: 'c', registry: 'verra', remaining, ...by },
];
