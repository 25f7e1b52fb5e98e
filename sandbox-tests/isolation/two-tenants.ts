// Owns two tenants with a row each in every table of tenants, found from the catalogue; leaves the rules to the specs.

import pg from 'pg';
import type { Identity } from '../../core/db/identity.ts';
import type { Login } from '../../core/db/logins.ts';
import { createPool } from '../../core/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Draft, type OpenWorld, openWorld, type Table, WORLD_TABLES } from '../support/world.ts';
import { listTenantTables, type TenantTable } from './catalogue.ts';
import { SHARED_ON_PURPOSE } from './protection.ts';

export type AnyRow = Readonly<Record<string, unknown>>;

export type Side = { tenant_id: string; identity: Identity; rows: Map<string, AnyRow> };

export type TwoTenants = {
  database: TestDatabase;
  world: OpenWorld;
  /** The superuser's connection, to look past row security. */
  admin: pg.Client;
  /** All tables of tenants, without partitions. */
  tables: TenantTable[];
  a: Side;
  b: Side;
  poolOf(login: Login, max?: number): pg.Pool;
  close(): Promise<void>;
};

const CONNECTIONS = 4;

export async function openTwoTenants(): Promise<TwoTenants> {
  const database = await createTestDatabase();
  const world = openWorld({ url: database.admin_url });
  const admin = new pg.Client(database.admin_url);
  await admin.connect();
  const tables = (await listTenantTables(admin)).filter(({ is_partition }) => !is_partition);
  const pools: pg.Pool[] = [];
  const fill = async (): Promise<Side> => {
    const tenant = await world.make('core.tenants');
    const rows = new Map<string, AnyRow>([['core.tenants', tenant]]);
    for (const { name } of tables) {
      if (rows.has(name)) continue;
      rows.set(name, await world.make(known(name), ofTenant(name, tenant.tenant_id)));
    }
    return { tenant_id: tenant.tenant_id, identity: { kind: 'tenant', tenant_id: tenant.tenant_id }, rows };
  };
  return {
    database,
    world,
    admin,
    tables,
    a: await fill(),
    b: await fill(),
    poolOf(login, max = CONNECTIONS) {
      const pool = createPool({ url: database.urlFor(login), max, on_idle_error: () => undefined });
      pools.push(pool);
      return pool;
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
      await admin.end();
      await world.close();
      await database.drop();
    },
  };
}

/** A valid row for this tenant that is not inserted; the rows it needs are. */
export async function draftFor(world: OpenWorld, table: string, tenant_id: string): Promise<AnyRow> {
  return { ...(await world.draft(known(table), ofTenant(table, tenant_id))) };
}

export async function makeFor(world: OpenWorld, table: string, tenant_id: string): Promise<AnyRow> {
  return world.make(known(table), ofTenant(table, tenant_id));
}

export function rowOf(side: Side, table: string): AnyRow {
  const row = side.rows.get(table);
  if (row === undefined) throw new Error(`${table}: tenant ${side.tenant_id} has no row; fill it first.`);
  return row;
}

export function ownerColumn(table: string): string {
  return SHARED_ON_PURPOSE[table]?.owner_column ?? 'tenant_id';
}

function ofTenant(table: string, tenant_id: string): Partial<Draft<Table>> {
  return { [ownerColumn(table)]: tenant_id };
}

function known(table: string): Table {
  const found = WORLD_TABLES.find((name) => name === table);
  if (found === undefined) {
    throw new Error(`${table}: the row builder lacks it; add a recipe to sandbox-tests/support/world-*.ts.`);
  }
  return found;
}
