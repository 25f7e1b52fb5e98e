// Owns sending a file of a registry with usual facts, and changing a row of it; leaves what must come of it to the specs.

import type { ApiClient } from './api.ts';

export type StatementQuery = Parameters<ApiClient['importStatement']>[0]['query'];

let next_account = 1;

/** Each file of an account of its own, where none is named. */
export function sendStatement(
  client: ApiClient,
  { bytes, facts = {} }: { bytes: Uint8Array; facts?: Partial<StatementQuery> },
) {
  const query = {
    registry_type: 'verra' as const,
    account: `account ${next_account++}`,
    kinds: ['issuances', 'retirements', 'cancellations'],
    as_of: '2026-04-14',
    is_complete: 'true' as const,
    file_name: 'export.csv',
    ...facts,
  };
  return client.importStatement({ query, upload: { bytes, content_type: 'text/csv' } });
}

export type Change = (row: Record<string, string>) => Record<string, string>;

export function set(column: string, value: string): Change {
  return (row) => ({ ...row, [column]: value });
}
