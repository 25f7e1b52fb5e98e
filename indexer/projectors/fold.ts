// Owns folding a batch's events, in order, over loaded rows into the rows to write; leaves single changes to apply-change.ts.

import type { ChainEvent } from '../types.ts';
import { applyChange } from './apply-change.ts';
import { openBook } from './batch-book.ts';
import { blockTime } from './block-time.ts';
import { projectEvent } from './project.ts';
import type { BatchRows, ChainState, ContractEventRow } from './rows.ts';

/**
 * Throws ProjectionError where an event does not fit; `state` stays as it is in any case. A batch holds whole blocks,
 * since an nft item is judged by its receipt's other events.
 */
export function foldEvents(state: ChainState, events: readonly ChainEvent[]): BatchRows {
  const book = openBook(state);
  const contract_events: ContractEventRow[] = [];
  let time = { timestamp_ns: -1n, text: '' };
  for (const event of events) {
    const { timestamp_ns } = event.block;
    // Turning a time into text costs more than most changes, and a block's events share theirs.
    if (timestamp_ns !== time.timestamp_ns) time = { timestamp_ns, text: blockTime(timestamp_ns) };
    contract_events.push(contractEvent(event, time.text));
    for (const change of projectEvent(event)) applyChange(book, { event, time: time.text }, change);
  }
  return {
    contract_events,
    token_events: book.token_events,
    tokens: book.tokens.changes(),
    consents: book.consents.changes(),
    retirements: book.retirements.changes(),
    lineage: book.lineage,
    touched_tokens: [...book.touched.values()],
  };
}

/** The row of one event, whatever else it changes. */
export function contractEvent(event: ChainEvent, block_timestamp: string): ContractEventRow {
  const { block } = event;
  return {
    event_identity: event.identity,
    event_position: event.position,
    near_contract_id: event.contract_id,
    block_height: block.height,
    block_hash: block.hash,
    block_timestamp,
    transaction_hash: event.transaction_hash,
    receipt_id: event.receipt_id,
    log_index: event.log_index,
    item_index: event.item_index,
    standard: event.standard,
    version: event.version,
    event: event.event,
    method_name: event.method_name,
    token_id: event.token_ids[0] ?? null,
    data: JSON.stringify(event.data),
  };
}
