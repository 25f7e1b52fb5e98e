// Owns the text of all that the indexer owns in a database, row by row; leaves comparing two of them to the specs.
import { withClient } from '../../core/db/with-client.ts';

/** Written when a row was, not by what the chain says. */
const NOT_OF_THE_CHAIN = new Set([
  'chain.cursor.updated_at',
  'chain.cursor.indexer_id',
  'chain.binding.bound_at',
  'chain.dead_letters.dead_letter_id',
]);

/** A tenant's columns that attaching fills; what the tenant writes itself is left out. */
const TENANT_TABLES = [
  'credit.credits',
  'credit.credit_ownership',
  'credit.credit_transfers',
  'credit.retirements',
  'credit.credit_lineage',
  'registry.serial_blocks',
  'registry.consents',
  'registry.global_hash_registry',
  'eventing.event_store',
  'eventing.outbox',
];

/** Numbers of rows in the order of their writing; where batches end is no fact of the chain. */
const ORDINALS = new Set(['eventing.event_store.sequence_number', 'eventing.outbox.outbox_id']);
const DEFAULTS = new Set([
  'credit.credits.created_at',
  'registry.consents.created_at',
  'registry.consents.consent_id',
  'registry.serial_blocks.created_at',
  'registry.global_hash_registry.first_seen_at',
]);

/** One line for each row, tables and rows in a fixed order. */
export async function dumpIndexed(admin_url: string): Promise<string> {
  return withClient(admin_url, async (client) => {
    const found = await client.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
        where table_schema = 'chain' and table_type = 'BASE TABLE' order by 1`,
    );
    const tables = [...found.rows.map(({ name }) => name), ...TENANT_TABLES];
    const lines: string[] = [];
    for (const table of tables) {
      const columns = await client.query<{ name: string }>(
        `select column_name as name from information_schema.columns
          where table_schema || '.' || table_name = $1 order by ordinal_position`,
        [table],
      );
      const names = columns.rows
        .map(({ name }) => name)
        .filter(
          (name) =>
            ![NOT_OF_THE_CHAIN, ORDINALS, DEFAULTS].some((left_out) => left_out.has(`${table}.${name}`)),
        )
        .map((name) => client.escapeIdentifier(name));
      const rows = await client.query<{ line: string }>(
        `select line from (select row(${names.join(', ')})::text as line from ${table}) as rows order by line collate "C"`,
      );
      lines.push(`${table} ${rows.rows.length}`, ...rows.rows.map(({ line }) => line));
    }
    return lines.join('\n');
  });
}
