// Owns what every recipe of rows is made with; leaves the recipes to world-*.ts and inserting to world.ts.

import type { Insertable, Kysely, Selectable } from 'kysely';
import type { DB } from '../../core/db/types.ts';
import type { Random } from './random.ts';

export type Table = keyof DB;
export type Draft<T extends Table> = Insertable<DB[T]>;
export type Row<T extends Table> = Selectable<DB[T]>;
export type Recipe<T extends Table> = (
  world: World,
  given: Partial<Draft<T>>,
) => Promise<Draft<T>> | Draft<T>;
export type Recipes<T extends Table> = { [K in T]: Recipe<K> };

export type World = {
  db: Kysely<DB>;
  random: Random;
  /** A valid row, not inserted yet; the rows it refers to are. What is given wins over what is usual. */
  draft<T extends Table>(table: T, given?: Partial<Draft<T>>): Promise<Draft<T>>;
  /** The same, inserted. */
  make<T extends Table>(table: T, given?: Partial<Draft<T>>): Promise<Row<T>>;
};

/** The tenant that was given, or a new one. */
export async function chooseTenant(world: World, given: { tenant_id?: string | null }): Promise<string> {
  return given.tenant_id ?? (await world.make('core.tenants')).tenant_id;
}

/** The user that was given, or a new one of the tenant. */
export async function chooseUser(
  world: World,
  about: { tenant_id: string; user_id: string | undefined },
): Promise<string> {
  return about.user_id ?? (await world.make('iam.users', { tenant_id: about.tenant_id })).user_id;
}
