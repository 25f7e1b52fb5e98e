// Owns a database that the writer writes into, with a tenant who knows some hashes; leaves what is looked at to the specs.

import type { ExecutionContext } from 'ava';
import pg from 'pg';
import { openWriter, type Writer, type WriterOptions } from '../../indexer/write/writer.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { MADE_CONTRACT } from './event-maker.ts';
import { openWorld, type World } from './world.ts';

export const GENESIS = 'G'.repeat(44);
export const CHAIN = { network: 'localnet', genesis_hash: GENESIS };

export interface IndexedTables {
  database: TestDatabase;
  /** The superuser, who sees every row. */
  admin: pg.Client;
  world: World;
  open(given?: Partial<WriterOptions>): Promise<Writer>;
  ask<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

type Test = Pick<ExecutionContext, 'teardown' | 'log'>;

export async function openTables(t: Test): Promise<IndexedTables> {
  const database = await createTestDatabase();
  const admin = new pg.Client(database.admin_url);
  await admin.connect();
  const world = openWorld({ url: database.admin_url, log: t.log });
  const writers: Writer[] = [];
  t.teardown(async () => {
    for (const writer of writers) await writer.close();
    await world.close();
    await admin.end();
    await database.drop();
  });
  return {
    database,
    admin,
    world,
    open: async (given = {}) => {
      const writer = await openWriter({
        url: database.urlFor('indexer'),
        contracts: [MADE_CONTRACT],
        ...CHAIN,
        indexer_id: 'spec',
        signal: new AbortController().signal,
        log: SILENT,
        ...given,
      });
      writers.push(writer);
      return writer;
    },
    ask: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await admin.query<Row>(text, values)).rows,
  };
}

export const SILENT = { info: () => undefined, warn: () => undefined };

/** A tenant's submission for each hash, as the platform has them before it writes the hash itself down. */
export interface HeldHash {
  tenant_id: string;
  mrv_submission_id: string;
  mrv_hash: string;
}

export async function holdHash(world: World, mrv_hash: string, tenant_id?: string): Promise<HeldHash> {
  const given = tenant_id === undefined ? {} : { tenant_id };
  const submission = await world.make('mrv.mrv_submissions', given);
  const held = { tenant_id: submission.tenant_id, mrv_submission_id: submission.mrv_submission_id, mrv_hash };
  await world.make('registry.global_hash_registry', {
    mrv_hash,
    origin: mrv_hash,
    first_seen_tenant_id: held.tenant_id,
    first_seen_at: '2026-01-01T00:00:00Z',
  });
  return held;
}

/** From now on the hash is known. */
export async function knowHash(world: World, held: HeldHash): Promise<void> {
  await world.make('hashing.mrv_hashes', held);
}

/** The same tenant, submission and project in each database, so that their dumps compare. */
export async function fixedHolder(world: World, hashes: readonly string[]) {
  const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const tenant_id = (await world.make('core.tenants', { tenant_id: id(1) })).tenant_id;
  const project_id = (await world.make('project.projects', { tenant_id, project_id: id(2) })).project_id;
  const held: HeldHash[] = [];
  for (const [index, mrv_hash] of hashes.entries()) {
    const mrv_submission_id = id(3 + index);
    await world.make('mrv.mrv_submissions', { tenant_id, project_id, mrv_submission_id });
    await world.make('registry.global_hash_registry', {
      mrv_hash,
      origin: mrv_hash,
      first_seen_tenant_id: tenant_id,
      first_seen_at: '2026-01-01T00:00:00Z',
    });
    held.push({ tenant_id, mrv_submission_id, mrv_hash });
  }
  return held;
}

/** Every row of what the chain owns, as text in a fixed order; but for numbers that the database counts itself. */
export async function dumpChain(admin: pg.Client): Promise<string[]> {
  const lines: string[] = [];
  for (const [table, order, left_out] of DUMPED) {
    const { rows } = await admin.query<{ line: string }>(
      `select (to_jsonb(d) - $1::text[])::text as line from ${table} d order by ${order}`,
      [left_out ?? []],
    );
    lines.push(...rows.map(({ line }) => `${table} ${line}`));
  }
  return lines;
}

// What the platform itself wrote beside the chain's facts is the same in both databases or left out.
const DUMPED: readonly (readonly [table: string, order: string, left_out?: readonly string[]])[] = [
  ['chain.cursor', 'near_contract_id', ['indexer_id']],
  ['chain.blocks', 'block_height'],
  ['chain.contract_events', 'event_position'],
  ['chain.token_events', 'near_contract_id, token_id, token_version'],
  ['chain.tokens', 'near_contract_id, token_id'],
  ['chain.lineage', 'near_contract_id, token_id, parent_token_id'],
  ['chain.consents', 'near_contract_id, registry_type, registry_name, consent_ref'],
  ['chain.retirements', 'near_contract_id, token_id'],
  ['chain.dead_letters', 'receipt_id, log_index'],
  ['registry.global_hash_registry', 'mrv_hash'],
  ['registry.serial_blocks', 'serial_block_id'],
  ['registry.consents', 'consent_id'],
  ['credit.credits', 'credit_id'],
  ['credit.credit_ownership', 'credit_id'],
  ['credit.credit_transfers', 'transfer_id'],
  ['credit.retirements', 'retirement_id'],
  ['credit.credit_lineage', 'credit_lineage_id'],
  ['eventing.event_store', 'tenant_id, aggregate_id, aggregate_version', ['sequence_number']],
  ['eventing.event_keys', 'event_id', ['sequence_number']],
  ['eventing.outbox', 'event_id', ['outbox_id']],
];
