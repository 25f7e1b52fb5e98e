// Owns tenants that know some hashes, the same in every database of one seed; leaves what follows to the specs.
import { createDatabase, createPool } from '../../core/db/pool.ts';
import { createRandom } from './random.ts';
import { createWorld } from './world.ts';

/** Hashes go to two tenants by turns, each with a submission of its own. */
export async function letTenantsKnow(
  admin_url: string,
  { seed, hashes }: { seed: string; hashes: readonly string[] },
): Promise<void> {
  const pool = createPool({ url: admin_url, max: 1, on_idle_error: () => undefined });
  const db = createDatabase(pool);
  try {
    const world = createWorld({ db, random: createRandom(`${seed}/tenants`) });
    const tenants = [await world.make('core.tenants'), await world.make('core.tenants')];
    for (const [index, mrv_hash] of hashes.entries()) {
      const tenant_id = tenants[index % tenants.length]?.tenant_id ?? '';
      await world.make('registry.global_hash_registry', { mrv_hash, first_seen_tenant_id: tenant_id });
      await world.make('hashing.mrv_hashes', { mrv_hash, tenant_id });
    }
  } finally {
    await db.destroy();
  }
}
