// Owns the record of what operators ask over all tenants; leaves deciding what is recorded to api/serve-route.ts.

import { type Selectable, sql, type Transaction } from 'kysely';
import type { DB } from './types.ts';

export type OperatorRead = Selectable<DB['audit.operator_reads']>;

export type NewOperatorRead = {
  /** The tenant whom it concerns, where the request names one. One that does not exist is left out. */
  tenant_id?: string | undefined;
  actor: string;
  request_id: string;
  operation: string;
  path: string;
};

export async function recordOperatorRead(trx: Transaction<DB>, read: NewOperatorRead): Promise<void> {
  await sql`insert into audit.operator_reads (tenant_id, actor, request_id, operation, path)
    values ((select t.tenant_id from core.tenants t where t.tenant_id = ${read.tenant_id ?? null}::uuid),
      ${read.actor}, ${read.request_id}, ${read.operation}, ${read.path})`.execute(trx);
}

/** The newest first: for an operator all, for a tenant those that concern it. */
export async function listOperatorReads(
  trx: Transaction<DB>,
  about: { offset: number; limit: number },
): Promise<{ operator_reads: OperatorRead[]; total_count: number }> {
  const operator_reads = await trx
    .selectFrom('audit.operator_reads')
    .select(['operator_read_id', 'tenant_id', 'actor', 'request_id', 'operation', 'path', 'created_at'])
    .orderBy('created_at', 'desc')
    .orderBy('operator_read_id', 'desc')
    .offset(about.offset)
    .limit(about.limit)
    .execute();
  const counted = await trx
    .selectFrom('audit.operator_reads')
    .select((eb) => eb.fn.countAll<string>().as('total'))
    .executeTakeFirstOrThrow();
  return { operator_reads, total_count: Number(counted.total) };
}
