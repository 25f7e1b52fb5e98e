// Owns rows of a tenant for the ids that paths take, found by the name of the id; leaves asking for them to the spec.

import pg from 'pg';
import { type Draft, type OpenWorld, type Table, WORLD_TABLES } from '../world.ts';

/** Ids that are no table's key by their name: where such a value of a tenant comes from. */
const ELSEWHERE: Readonly<Record<string, { table: Table; column: string }>> = {
  mrv_hash: { table: 'hashing.mrv_hashes', column: 'mrv_hash' },
};

/** Ids of what has no tenant, or of the tenants themselves: only operators have them, who see all. */
const OF_NOBODY: ReadonlySet<string> = new Set(['tenant_id', 'platform_key_id', 'registry_key_id']);

export type KnownIds = {
  /** Whether a tenant has rows under ids of this name. */
  isOfTenant(param: string): boolean;
  /** A new row of the tenant, of those that its path named before where it has them as columns; its id. */
  makeFor(param: string, tenant_id: string, above?: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
};

export async function openKnownIds(about: { admin_url: string; world: OpenWorld }): Promise<KnownIds> {
  const admin = new pg.Client(about.admin_url);
  await admin.connect();
  const keys = await listKeys(admin);
  const placeOf = (param: string): { table: Table; column: string } | undefined => {
    if (OF_NOBODY.has(param)) return undefined;
    const found = ELSEWHERE[param] ?? keys.find(({ column }) => column === param);
    return found !== undefined && isTable(found.table) ? { ...found, table: found.table } : undefined;
  };
  return {
    isOfTenant: (param) => placeOf(param) !== undefined,
    async makeFor(param, tenant_id, above = {}) {
      const place = placeOf(param);
      if (place === undefined) throw new Error(`No table of a tenant has the key ${param}.`);
      const columns = await listColumns(admin, place.table);
      const named = Object.entries(above).filter(([name]) => columns.has(name));
      const given = { tenant_id, ...Object.fromEntries(named) } as Partial<Draft<Table>>;
      return String(Reflect.get(await about.world.make(place.table, given), place.column));
    },
    close: () => admin.end(),
  };
}

function isTable(name: string): name is Table {
  return WORLD_TABLES.some((table) => table === name);
}

async function listColumns(admin: pg.Client, table: string): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query<{ name: string }>(
    'select attname::text as name from pg_attribute where attrelid = $1::regclass and attnum > 0',
    [table],
  );
  return new Set(rows.map(({ name }) => name));
}

// The table whose whole primary key is this column, and which belongs to a tenant.
async function listKeys(admin: pg.Client): Promise<{ table: string; column: string }[]> {
  const { rows } = await admin.query<{ table: string; column: string }>(`
    select n.nspname || '.' || c.relname as table, a.attname::text as column
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.contype = 'p' and array_length(k.conkey, 1) = 1 and exists (
      select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id')
    order by 1`);
  return rows;
}
