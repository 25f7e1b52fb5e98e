// Owns the rows of API keys, of tenants, operators and registries alike; leaves making and hashing keys to api/callers.

import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { DB } from './types.ts';

/** A key without its hash, which nobody needs to see again. */
export type AccessKey = {
  key_id: string;
  tenant_id: string | null;
  registry_type: string | null;
  registry_name: string | null;
  name: string;
  key_prefix: string;
  permissions: string[];
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
  created_at: string;
};

/** Whose keys are meant. */
export type KeyOwner =
  | { kind: 'tenant'; tenant_id: string }
  | { kind: 'operator' }
  | { kind: 'registry'; registry_type?: string; registry_name?: string | undefined };

export type NewKey = {
  name: string;
  key_prefix: string;
  key_hash: string;
  permissions: readonly string[];
  expires_at?: string | undefined;
};

const TABLES = {
  tenant: {
    table: sql.table('core.tenant_api_keys'),
    id: sql.ref('api_key_id'),
    columns: sql`api_key_id as key_id, tenant_id, null as registry_type, null as registry_name`,
  },
  operator: {
    table: sql.table('core.platform_keys'),
    id: sql.ref('platform_key_id'),
    columns: sql`platform_key_id as key_id, null as tenant_id, null as registry_type, null as registry_name`,
  },
  registry: {
    table: sql.table('core.registry_keys'),
    id: sql.ref('registry_key_id'),
    columns: sql`registry_key_id as key_id, null as tenant_id, registry_type, registry_name`,
  },
};

const COMMON = sql`name, key_prefix, permissions, last_used_at, expires_at, revoked_at, created_at`;

export async function insertKey(
  trx: Transaction<DB>,
  { owner, key }: { owner: KeyOwner; key: NewKey },
): Promise<AccessKey> {
  const { table, columns } = TABLES[owner.kind];
  const whose = ownColumns(owner);
  const { rows } = await sql<AccessKey>`
    insert into ${table} (name, key_prefix, key_hash, permissions, expires_at${whose.names})
    values (${key.name}, ${key.key_prefix}, ${key.key_hash}, ${JSON.stringify(key.permissions)}::jsonb,
      ${key.expires_at ?? null}::timestamptz${whose.values})
    returning ${columns}, ${COMMON}`.execute(trx);
  const [inserted] = rows;
  if (inserted === undefined) throw new Error('The insert of a key gave no row back.');
  return inserted;
}

export type KeyPage = { keys: AccessKey[]; total_count: number };

/** The newest first. */
export async function listKeys(
  trx: Transaction<DB>,
  about: { owner: KeyOwner; offset: number; limit: number },
): Promise<KeyPage> {
  const { owner, offset, limit } = about;
  const { table, id, columns } = TABLES[owner.kind];
  const { rows } = await sql<AccessKey>`select ${columns}, ${COMMON} from ${table} where ${isOf(owner)}
    order by created_at desc, ${id} desc offset ${offset} limit ${limit}`.execute(trx);
  const counted = await sql<{
    total: string;
  }>`select count(*) as total from ${table} where ${isOf(owner)}`.execute(trx);
  return { keys: rows, total_count: Number(counted.rows[0]?.total ?? 0) };
}

export async function findKey(
  trx: Transaction<DB>,
  about: { owner: KeyOwner; key_id: string },
): Promise<AccessKey | undefined> {
  const { table, id, columns } = TABLES[about.owner.kind];
  const { rows } = await sql<AccessKey>`select ${columns}, ${COMMON} from ${table}
    where ${id} = ${about.key_id} and ${isOf(about.owner)}`.execute(trx);
  return rows[0];
}

/** A key that is revoked already keeps the time at which it was. Nothing where there is no such key. */
export async function revokeKey(
  trx: Transaction<DB>,
  about: { owner: KeyOwner; key_id: string; revoked_at: Date },
): Promise<AccessKey | undefined> {
  const { table, id } = TABLES[about.owner.kind];
  await sql`update ${table} set revoked_at = ${about.revoked_at}
    where ${id} = ${about.key_id} and ${isOf(about.owner)} and revoked_at is null`.execute(trx);
  return findKey(trx, about);
}

function ownColumns(owner: KeyOwner): { names: RawBuilder<unknown>; values: RawBuilder<unknown> } {
  switch (owner.kind) {
    case 'tenant':
      return { names: sql`, tenant_id`, values: sql`, ${owner.tenant_id}` };
    case 'registry':
      return {
        names: sql`, registry_type, registry_name`,
        values: sql`, ${owner.registry_type}, ${owner.registry_name ?? null}`,
      };
    case 'operator':
      return { names: sql``, values: sql`` };
  }
}

// Row security shows a tenant its own keys anyway; an operator, who sees all, names the tenant.
function isOf(owner: KeyOwner): RawBuilder<boolean> {
  if (owner.kind === 'tenant') return sql<boolean>`tenant_id = ${owner.tenant_id}`;
  if (owner.kind === 'registry' && owner.registry_type !== undefined) {
    return sql<boolean>`registry_type = ${owner.registry_type}`;
  }
  return sql<boolean>`true`;
}
