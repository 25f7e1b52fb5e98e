// Owns telling a tenant's events, each with its way out in the transaction of the change it speaks of; leaves sending them
// to whoever empties the outbox.

import { sql, type Transaction } from 'kysely';
import type { DB } from './types.ts';

export type DomainEvent = {
  /** In the document's spelling: mrv.computed.v1. */
  event_type: `${string}.v${number}`;
  /** The thing that changed. Its row is locked by the same transaction, so that its versions have no gap and no double. */
  aggregate_id: string;
  payload: Readonly<Record<string, unknown>>;
};

/** Under a tenant's identity. One statement: the event, its key by a trigger, and the outbox row. */
export async function tellEvent(trx: Transaction<DB>, event: DomainEvent): Promise<void> {
  const { event_type, aggregate_id, payload } = event;
  await sql`with told as (
      insert into eventing.event_store (event_type, aggregate_id, aggregate_version, tenant_id, payload, metadata)
      select ${event_type}::text, ${aggregate_id}::text, coalesce((select max(k.aggregate_version)
          from eventing.event_keys k
          where k.tenant_id = app.current_tenant_id() and k.aggregate_id = ${aggregate_id}::text), 0) + 1,
        app.current_tenant_id(),
        ${JSON.stringify(payload)}::jsonb || jsonb_build_object('tenant_id', app.current_tenant_id()),
        jsonb_strip_nulls(jsonb_build_object('correlation_id', app.current_request_id(), 'actor', app.current_actor()))
      returning event_id, tenant_id, event_type, payload
    )
    insert into eventing.outbox (event_id, tenant_id, event_type, payload)
    select event_id, tenant_id, event_type, payload from told`.execute(trx);
}
