// Owns blocks with events as the contract tells them, made without a chain; leaves what becomes of them to the specs.

import { eventIdentity, eventPosition, namedTokens } from '../../indexer/decode/event-place.ts';
import type { BlockFacts, ChainEvent, DecodedBlock } from '../../indexer/types.ts';
import { childHash } from './contract-model.ts';
import { createRandom, type Random } from './random.ts';

export const MADE_CONTRACT = 'credits.near';
const FIRST_HEIGHT = 1_000n;
const FIRST_TIME_NS = 1_780_000_000_000_000_000n;
const BLOCK_NS = 1_000_000_000n;

type Item = Readonly<Record<string, unknown>>;
/** What one receipt tells, log by log. */
export type Receipt = { method_name?: string; logs: { event: string; items: Item[] }[] };

export interface Minted {
  token_id: string;
  owner_id: string;
  tonnage: number;
  start: number;
}

export class EventMaker {
  readonly random: Random;
  readonly contract_id: string;
  private height = FIRST_HEIGHT;
  private prev_hash: string;
  private next_serial = 0;

  constructor(seed: string, contract_id = MADE_CONTRACT) {
    this.random = createRandom(seed);
    this.contract_id = contract_id;
    this.prev_hash = this.random.nearHash();
  }

  /** The next block: one receipt after the other, each in its own transaction. */
  block(receipts: readonly Receipt[] = [], { is_tip = false } = {}): DecodedBlock {
    const facts: BlockFacts = {
      height: this.height,
      hash: this.random.nearHash(),
      prev_hash: this.prev_hash,
      prev_height: this.height - 1n,
      timestamp_ns: FIRST_TIME_NS + (this.height - FIRST_HEIGHT) * BLOCK_NS,
    };
    this.height += 1n;
    this.prev_hash = facts.hash;
    const events = receipts.flatMap((receipt, outcome_index) => this.tell(facts, receipt, outcome_index));
    return { facts, is_tip, events, dead_letters: [] };
  }

  blocks(count: number): DecodedBlock[] {
    return Array.from({ length: count }, () => this.block());
  }

  private tell(block: BlockFacts, { logs, method_name }: Receipt, outcome_index: number): ChainEvent[] {
    const receipt_id = this.random.nearHash();
    const transaction_hash = this.random.nearHash();
    return logs.flatMap(({ event, items }, log_index) =>
      items.map((data, item_index) => ({
        identity: eventIdentity(receipt_id, log_index, item_index),
        position: eventPosition({ height: block.height, shard_id: 0n, outcome_index, log_index }, item_index),
        contract_id: this.contract_id,
        block,
        transaction_hash,
        receipt_id,
        log_index,
        item_index,
        method_name: method_name ?? null,
        ...(event.startsWith('nft_')
          ? { standard: 'nep171' as const, version: '1.2.0' }
          : { standard: 'dmrv' as const, version: '1.0.0' }),
        event,
        token_ids: namedTokens(event, data),
        data,
      })),
    );
  }

  consent(consent_ref: string, given: { tonnage?: string; mrv_hash?: string } = {}): Receipt {
    const item = {
      consent_ref,
      registry: 'verra',
      tonnage: '1000000000',
      unit: '1',
      document_sha256: this.random.hash(),
      immobilised_on: '2026-01-15',
      account_id: 'registry.near',
      attested_by: 'registry',
      ...given,
    };
    return { method_name: 'record_consent', logs: [{ event: 'consent_record', items: [item] }] };
  }

  /** New credits take serial numbers of their own, unless a start is given. */
  plan(given: Partial<Minted> = {}): Minted {
    const tonnage = given.tonnage ?? 100;
    const start = given.start ?? this.next_serial;
    this.next_serial = Math.max(this.next_serial, start + tonnage);
    return {
      token_id: given.token_id ?? this.random.hash(),
      owner_id: given.owner_id ?? 'alice.near',
      tonnage,
      start,
    };
  }

  mint(credits: readonly Minted[], consent_ref = 'consent-1'): Receipt {
    const items = credits.map(({ token_id, owner_id, tonnage, start }) => ({
      token_id,
      owner_id,
      minter_id: 'minter.near',
      registry: 'verra',
      project_id: 'VCS-1234',
      methodology: 'VM0042',
      tonnage: `${tonnage}`,
      unit: '1',
      serial: serialOf(start, tonnage),
      vintage_year: 2025,
      issued_on: '2026-01-31',
      consent_ref,
    }));
    const mints = credits.map(({ token_id, owner_id }) => ({ owner_id, token_ids: [token_id] }));
    return {
      method_name: 'nft_mint_batch',
      logs: [
        { event: 'credit_issue', items },
        { event: 'nft_mint', items: mints },
      ],
    };
  }

  transfer(token_id: string, old_owner_id: string, new_owner_id: string): Receipt {
    const item = { old_owner_id, new_owner_id, token_ids: [token_id] };
    return { method_name: 'nft_transfer', logs: [{ event: 'nft_transfer', items: [item] }] };
  }

  retire({ token_id, owner_id, tonnage, start }: Minted, origin = token_id): Receipt {
    const item = {
      token_id,
      origin,
      account_id: owner_id,
      registry: 'verra',
      project_id: 'VCS-1234',
      methodology: 'VM0042',
      tonnage: `${tonnage}`,
      unit: '1',
      serial: serialOf(start, tonnage),
      vintage_year: 2025,
      issued_on: '2026-01-31',
      beneficiary: 'Acme GmbH',
      beneficiary_kind: 'organisation',
      retired_at_ns: `${FIRST_TIME_NS + (this.height - FIRST_HEIGHT) * BLOCK_NS}`,
    };
    return {
      method_name: 'retire',
      logs: [
        { event: 'credit_retire', items: [item] },
        { event: 'nft_burn', items: [{ owner_id, token_ids: [token_id] }] },
      ],
    };
  }

  split(
    parent: Minted,
    tonnages: readonly number[],
    origin = parent.token_id,
  ): { receipt: Receipt; parts: Minted[] } {
    let start = parent.start;
    const parts = tonnages.map((tonnage, index) => {
      const part = {
        token_id: childHash({ parent: parent.token_id, index, units: BigInt(tonnage) * 100_000_000n }),
        owner_id: parent.owner_id,
        tonnage,
        start,
      };
      start += tonnage;
      return part;
    });
    const item = {
      token_id: parent.token_id,
      origin,
      owner_id: parent.owner_id,
      children: parts.map((part) => ({
        token_id: part.token_id,
        tonnage: `${part.tonnage}`,
        serial: serialOf(part.start, part.tonnage),
      })),
    };
    const burn = { owner_id: parent.owner_id, token_ids: [parent.token_id] };
    const mint = { owner_id: parent.owner_id, token_ids: parts.map(({ token_id }) => token_id) };
    const logs = [
      { event: 'credit_split', items: [item] },
      { event: 'nft_burn', items: [burn] },
      { event: 'nft_mint', items: [mint] },
    ];
    return { receipt: { method_name: 'split', logs }, parts };
  }

  cancel({ token_id, owner_id, tonnage }: Minted): Receipt {
    const item = {
      token_id,
      owner_id,
      registry: 'verra',
      tonnage: `${tonnage}`,
      reason: 'Moved',
      account_id: 'registry.near',
      attested_by: 'registry',
    };
    return {
      method_name: 'cancel',
      logs: [
        { event: 'credit_cancel', items: [item] },
        { event: 'nft_burn', items: [{ owner_id, token_ids: [token_id] }] },
      ],
    };
  }
}

function serialOf(start: number, tonnage: number) {
  return { namespace: 'VCS-1234-2025', start: `${start}`, end: `${start + tonnage - 1}` };
}
