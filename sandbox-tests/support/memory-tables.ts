// Owns chain.* in memory, loaded and written as strictly as the database does it; leaves folding to indexer/projectors.
import { foldEvents } from '../../indexer/projectors/fold.ts';
import { needsOf } from '../../indexer/projectors/needs.ts';
import { registryId } from '../../indexer/projectors/registry-id.ts';
import type {
  BatchRows,
  ChainState,
  ConsentRow,
  ContractEventRow,
  LineageRow,
  RetirementRow,
  RowSet,
  TokenEventRow,
  TokenRow,
} from '../../indexer/projectors/rows.ts';
import type { ChainEvent } from '../../indexer/types.ts';

export class MemoryTables {
  readonly tokens = new Map<string, TokenRow>();
  readonly consents = new Map<string, ConsentRow>();
  readonly retirements = new Map<string, RetirementRow>();
  readonly contract_events = new Map<string, ContractEventRow>();
  readonly token_events = new Map<string, TokenEventRow>();
  readonly lineage: LineageRow[] = [];

  /** One batch, with no row loaded that it does not say it needs. */
  take(events: readonly ChainEvent[]): BatchRows {
    const rows = foldEvents(this.load(events), events);
    this.write(rows);
    return rows;
  }

  load(events: readonly ChainEvent[]): ChainState {
    const state = {
      tokens: [] as TokenRow[],
      consents: [] as ConsentRow[],
      retirements: [] as RetirementRow[],
    };
    for (const [contract_id, needs] of needsOf(events)) {
      const tokens = new Set(needs.tokens);
      const origins = new Set(needs.origins);
      for (const row of this.tokens.values()) {
        if (row.near_contract_id !== contract_id) continue;
        if (tokens.has(row.token_id) || origins.has(row.origin)) state.tokens.push(freeze(row));
      }
      for (const consent of needs.consents) {
        const row = this.consents.get(`${contract_id} ${registryId(consent)} ${consent.consent_ref}`);
        if (row !== undefined) state.consents.push(freeze(row));
      }
      for (const token_id of needs.retirements) {
        const row = this.retirements.get(`${contract_id} ${token_id}`);
        if (row !== undefined) state.retirements.push(freeze(row));
      }
    }
    return state;
  }

  private write(rows: BatchRows): void {
    const ofToken = (row: { near_contract_id: string; token_id: string }) =>
      `${row.near_contract_id} ${row.token_id}`;
    put(this.tokens, rows.tokens, ofToken);
    put(
      this.consents,
      rows.consents,
      (row) => `${row.near_contract_id} ${registryId(row)} ${row.consent_ref}`,
    );
    put(this.retirements, rows.retirements, ofToken);
    insert(this.contract_events, rows.contract_events, (row) => row.event_identity);
    insert(this.token_events, rows.token_events, (row) => `${ofToken(row)} ${row.token_version}`);
    this.lineage.push(...rows.lineage);
  }
}

function put<T>(table: Map<string, T>, { inserted, updated }: RowSet<T>, keyOf: (row: T) => string): void {
  insert(table, inserted, keyOf);
  for (const row of updated) {
    const key = keyOf(row);
    if (!table.has(key)) throw new Error(`there is no row ${key} to update`);
    table.set(key, row);
  }
}

function insert<T>(table: Map<string, T>, rows: readonly T[], keyOf: (row: T) => string): void {
  for (const row of rows) {
    const key = keyOf(row);
    if (table.has(key)) throw new Error(`there is a row ${key} already`);
    table.set(key, row);
  }
}

/** Whoever writes into what it was given fails here. */
function freeze<T extends object>(row: T): T {
  return Object.freeze(row);
}
