// Owns sending a fold's rows to their tables in the order of their keys, and that all of them arrive; leaves making them to the fold.

import { ROWS_PER_STATEMENT } from '../../core/db/upsert.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { blockTime } from '../projectors/block-time.ts';
import type { BatchRows, ChainState, ContractEventRow } from '../projectors/rows.ts';
import type { BlockFacts, DeadLetter } from '../types.ts';
import {
  BLOCKS,
  CONTRACT_EVENTS,
  DEAD_LETTERS,
  type FoldedStatements,
  prepareFolded,
} from './chain-tables.ts';
import { deriveId } from './derive-id.ts';
import type { Session } from './session.ts';

interface Prepared<Row> {
  text: string;
  valuesOf(rows: readonly Row[]): string[];
}

/**
 * All statements leave at once and are executed in this order, while the next ones are still being spelt. Each counts
 * its rows: a row too few was there already, or was changed by somebody else since it was read.
 */
export class RowSender {
  private readonly session: Session;
  private readonly answers: Promise<void>[] = [];

  constructor(session: Session) {
    this.session = session;
  }

  send<Row>(table: string, prepared: Prepared<Row>, rows: readonly Row[], is_counted = true): void {
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      const part = rows.slice(start, start + ROWS_PER_STATEMENT);
      this.add(
        this.session.query(prepared.text, prepared.valuesOf(part)).then(({ rowCount }) => {
          if (!is_counted || rowCount === part.length) return;
          const facts = { table, found: rowCount ?? 0, expected: part.length };
          throw new DmrvError('INDEXER_ROWS_UNEXPECTED', { facts });
        }),
      );
    }
  }

  add(answer: Promise<unknown>): void {
    const counted = answer.then(() => undefined);
    // Whoever waits for all hears of the first failure; the others are its consequence.
    counted.catch(() => undefined);
    this.answers.push(counted);
  }

  async settle(): Promise<void> {
    const outcomes = await Promise.allSettled(this.answers);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

const CHAIN = prepareFolded();

/** Into chain.*, or by other statements into the tables of a rebuild. */
export function sendFolded(
  sender: RowSender,
  { rows, state, statements = CHAIN }: { rows: BatchRows; state: ChainState; statements?: FoldedStatements },
): void {
  const positions = new Map(
    state.tokens.map((row) => [`${row.near_contract_id}/${row.token_id}`, row.last_position]),
  );
  const updated = rows.tokens.updated.map((row) => ({
    row,
    expected: positions.get(`${row.near_contract_id}/${row.token_id}`) ?? '',
  }));
  sender.send('chain.tokens', statements.insert_tokens, rows.tokens.inserted);
  sender.send('chain.tokens', statements.update_tokens, updated);
  sender.send('chain.token_events', statements.token_events, rows.token_events);
  sender.send('chain.lineage', statements.lineage, rows.lineage);
  sender.send('chain.consents', statements.consents, [...rows.consents.inserted, ...rows.consents.updated]);
  sender.send('chain.retirements', statements.retirements, [
    ...rows.retirements.inserted,
    ...rows.retirements.updated,
  ]);
}

export function sendEvents(sender: RowSender, events: readonly ContractEventRow[]): void {
  sender.send('chain.contract_events', CONTRACT_EVENTS, events);
}

/** Blocks in which something happened: the links of all others are of no use once they are checked. */
export function sendBlocks(sender: RowSender, blocks: readonly BlockFacts[]): void {
  const rows = blocks.map(({ height, hash, prev_hash, timestamp_ns }) => ({
    block_height: height,
    block_hash: hash,
    prev_hash,
    block_timestamp: blockTime(timestamp_ns),
  }));
  sender.send('chain.blocks', BLOCKS, rows, false);
}

export function sendDeadLetters(sender: RowSender, letters: readonly DeadLetter[]): void {
  const rows = letters.map(({ contract_id, block, ...letter }) => ({
    ...letter,
    dead_letter_id: deriveId(`dead_letter/${letter.receipt_id}:${letter.log_index}`, block.timestamp_ns),
    near_contract_id: contract_id,
    block_height: block.height,
    block_hash: block.hash,
    block_timestamp: blockTime(block.timestamp_ns),
    first_seen_at: blockTime(block.timestamp_ns),
  }));
  sender.send('chain.dead_letters', DEAD_LETTERS, rows);
}

const ATTACH_TOKENS = 'select credit.attach_tokens($1::text, $2::text[])';
const ATTACH_CONSENTS = 'select registry.attach_consents($1::text, $2::text[], $3::text[], $4::text[])';

/** What the chain says of these becomes the tenants', as far as a tenant knows them. */
export function sendAttaching(sender: RowSender, session: Session, rows: BatchRows): void {
  const by_contract = Map.groupBy(rows.touched_tokens, ({ near_contract_id }) => near_contract_id);
  for (const [contract, touched] of by_contract) {
    sender.add(session.query(ATTACH_TOKENS, [contract, touched.map(({ token_id }) => token_id)]));
  }
  const consents = [...rows.consents.inserted, ...rows.consents.updated];
  for (const [contract, named] of Map.groupBy(consents, ({ near_contract_id }) => near_contract_id)) {
    const keys = [
      named.map(({ registry_type }) => registry_type),
      named.map(({ registry_name }) => registry_name),
      named.map(({ consent_ref }) => consent_ref),
    ];
    sender.add(session.query(ATTACH_CONSENTS, [contract, ...keys]));
  }
}
