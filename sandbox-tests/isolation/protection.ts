// Owns the verdict on the catalogue: what stands open between tenants; leaves trying it out to the other specs.

import type pg from 'pg';
import {
  type Key,
  listDefiners,
  listOtherTables,
  listPolicies,
  listTenantKeys,
  listTenantTables,
  type Policy,
  type TenantTable,
} from './catalogue.ts';

const OF_TENANT = '(tenant_id = app.current_tenant_id())';
const OF_TENANT_OR_SYSTEM = '((tenant_id IS NULL) OR (tenant_id = app.current_tenant_id()))';
const OF_HOLDER = '(first_seen_tenant_id = app.current_tenant_id())';

/** What one tenant holds is held against all, so all may ask; whose it is stays hidden. */
export const SHARED_ON_PURPOSE: Readonly<
  Record<string, { owner_column: string; policies: AllowedPolicy[] }>
> = {
  'registry.global_hash_registry': {
    owner_column: 'first_seen_tenant_id',
    policies: [
      { command: 'insert', sees: null, writes: OF_HOLDER },
      { command: 'select', sees: 'true', writes: null },
      { command: 'update', sees: OF_HOLDER, writes: null },
    ],
  },
  'registry.global_artifact_hashes': {
    owner_column: 'tenant_id',
    policies: [{ command: 'select', sees: 'true', writes: null }],
  },
};

/** Events of the system have no tenant and are everybody's to read. */
export const SYSTEM_ROWS_READABLE: ReadonlySet<string> = new Set([
  'eventing.event_keys',
  'eventing.event_store',
]);

/** Tables without any tenant. A new table stands here by decision, or has a key that leads to core.tenants. */
export const WITHOUT_TENANT: ReadonlySet<string> = new Set([
  'chain.binding',
  'chain.blocks',
  'chain.consents',
  'chain.contract_events',
  'chain.cursor',
  'chain.dead_letters',
  'chain.lineage',
  'chain.outcome_proofs',
  'chain.proof_bundles',
  'chain.proof_cursor',
  'chain.proof_tasks',
  'chain.retirements',
  'chain.token_events',
  'chain.tokens',
  'core.features',
  'core.holder_nonces',
  'core.holder_sessions',
  'core.plan_entitlements',
  'core.platform_keys',
  'core.registry_keys',
  'core.subscription_plans',
  'iam.roles',
  'migration.kysely_migration',
  'migration.kysely_migration_lock',
  // Jobs hold the ids of a tenant and a saga and nothing else; whoever takes one acts as that tenant.
  'pgboss.bam',
  'pgboss.job',
  'pgboss.job_common',
  'pgboss.job_dependency',
  'pgboss.queue',
  'pgboss.queue_stats',
  'pgboss.schedule',
  'pgboss.subscription',
  'pgboss.version',
  'pgboss.warning',
  'project.methodologies',
  'reconciliation.backing',
  'reconciliation.runs',
  'registry.requirements',
  'signing.keys',
]);

/** pg-boss names the partition itself. No row of a tenant lies in it. */
const PARTITIONS_REACHED: ReadonlySet<string> = new Set(['pgboss.job_common']);

type AllowedPolicy = Pick<Policy, 'command' | 'sees' | 'writes'>;

/** One line for each thing that is open, with the table's or function's name in front; none when all is shut. */
export async function findUnprotected(client: pg.ClientBase): Promise<string[]> {
  const tables = await listTenantTables(client);
  const policies = await listPolicies(client);
  const partition_grants = await listGrantsOnPartitions(client);
  return [
    ...tables.flatMap((table) => judgeTable(table, policies)),
    ...partition_grants
      .filter((name) => !PARTITIONS_REACHED.has(name))
      .map((name) => `${name}: a login has rights on the partition itself`),
    ...(await listTenantKeys(client).then((keys) => judgeKeys(keys))),
    ...(await listOtherTables(client)).flatMap(({ name, has_tenant_column }) => {
      if (has_tenant_column) return [`${name}: has a tenant's column, but no key leads to core.tenants`];
      return WITHOUT_TENANT.has(name) ? [] : [`${name}: no key leads to core.tenants; whose is it?`];
    }),
    ...(await listDefiners(client)).flatMap(({ name, owner, settings, is_public }) => [
      ...(owner === 'dmrv_owner' ? [] : [`${name}: runs as ${owner}`]),
      ...(settings.includes('search_path=""')
        ? []
        : [`${name}: runs as its owner in the caller's search_path`]),
      ...(is_public ? [`${name}: runs as its owner for everybody`] : []),
    ]),
  ];
}

function judgeTable(table: TenantTable, policies: readonly Policy[]): string[] {
  const shared = SHARED_ON_PURPOSE[table.name];
  const open: string[] = [];
  if (!table.is_forced) open.push(`${table.name}: row level security is not enabled and forced`);
  const for_app = policies.filter(
    ({ table: name, roles }) =>
      name === table.name && (roles.includes('dmrv_app') || roles.includes('public')),
  );
  if (table.is_partition) {
    if (for_app.length > 0) open.push(`${table.name}: has policies of its own`);
    return open;
  }
  const owner_column = shared?.owner_column ?? 'tenant_id';
  const column = table.columns.find(({ name }) => name === owner_column);
  if (column === undefined) open.push(`${table.name}: has no ${owner_column}`);
  if (shared !== undefined && (column?.app_selects ?? false))
    open.push(`${table.name}: shows whose a row is`);
  const allowed = shared?.policies ?? [tenantPolicy(table.name)];
  if (describe(for_app) !== describe(allowed)) {
    open.push(`${table.name}: the app's policies are ${describe(for_app) || 'none'}`);
  }
  return open;
}

function tenantPolicy(table: string): AllowedPolicy {
  const sees = SYSTEM_ROWS_READABLE.has(table) ? OF_TENANT_OR_SYSTEM : OF_TENANT;
  return { command: 'all', sees, writes: OF_TENANT };
}

function describe(policies: readonly (AllowedPolicy & Partial<Policy>)[]): string {
  return policies
    .map(({ command, sees, writes, is_permissive = true }) =>
      [command, is_permissive ? '' : 'restrictive', sees, writes].join(' | '),
    )
    .sort()
    .join('; ');
}

// PostgreSQL checks keys past row security, so a key between tenants' tables must itself hold both to one tenant.
function judgeKeys(keys: readonly Key[]): string[] {
  return keys
    .filter((key) => !Object.hasOwn(SHARED_ON_PURPOSE, key.parent))
    .filter((key) => !keys.some((other) => holdsTenant(other) && covers(other, key)))
    .map((key) => `${key.child}: the key ${key.name} to ${key.parent} does not contain the tenant`);
}

export function holdsTenant(key: Key): boolean {
  return pairs(key).includes('tenant_id=tenant_id');
}

function covers(wide: Key, key: Key): boolean {
  const wide_pairs = pairs(wide);
  const is_same_way = wide.child === key.child && wide.parent === key.parent;
  return is_same_way && pairs(key).every((pair) => wide_pairs.includes(pair));
}

function pairs(key: Key): string[] {
  return key.child_columns.map((column, index) => `${column}=${key.parent_columns[index]}`);
}

async function listGrantsOnPartitions(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select distinct c.oid::regclass::text as name from pg_class c, aclexplode(c.relacl) g
    where c.relispartition and c.relkind in ('r', 'p') and g.grantee <> c.relowner
    union
    select distinct c.oid::regclass::text from pg_class c, pg_attribute a, aclexplode(a.attacl) g
    where a.attrelid = c.oid and c.relispartition and g.grantee <> c.relowner order by 1`);
  return rows.map(({ name }) => name);
}
