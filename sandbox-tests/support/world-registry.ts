// Owns usual rows of hashes and of what registries know; leaves inserting them to world.ts.

import { chooseSubmission } from './world-evidence.ts';
import { chooseTenant, type Recipes, type World } from './world-kit.ts';

export const registryRecipes: Recipes<
  | 'registry.global_hash_registry'
  | 'registry.global_artifact_hashes'
  | 'registry.registry_submissions'
  | 'registry.serial_blocks'
  | 'registry.consents'
  | 'registry.statements'
  | 'registry.statement_rows'
  | 'registry.requirements'
  | 'hashing.mrv_hashes'
> = {
  'registry.global_hash_registry': async (world, given) => {
    const mrv_hash = given.mrv_hash ?? world.random.hash();
    return {
      mrv_hash,
      origin: mrv_hash,
      first_seen_tenant_id:
        given.first_seen_tenant_id === undefined ? await chooseTenant(world, {}) : given.first_seen_tenant_id,
    };
  },
  'registry.global_artifact_hashes': async (world, given) => ({
    ...(await chooseSubmission(world, given)),
    sha256_hash: world.random.hash(),
    is_primary: true,
  }),
  'registry.registry_submissions': async (world, given) => {
    const { tenant_id, mrv_submission_id } = await chooseSubmission(world, given);
    return {
      registry_submission_id: world.random.uuid(),
      tenant_id,
      mrv_submission_id,
      mrv_hash: await chooseHash(world, { tenant_id, mrv_hash: given.mrv_hash }),
      registry_type: 'verra',
      request_payload: '{}',
    };
  },
  'registry.serial_blocks': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      serial_block_id: world.random.uuid(),
      tenant_id,
      registry_type: 'verra',
      // A namespace of its own, so that blocks only meet when a test wants it.
      namespace: `VCS-${world.random.hash().slice(0, 12)}`,
      serial_range: '[100,200)',
      unit: '1',
      mrv_hash: await chooseHash(world, { tenant_id, mrv_hash: given.mrv_hash }),
    };
  },
  'registry.consents': async (world, given) => ({
    consent_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    registry_type: 'verra',
    consent_ref: `C-${world.random.hash().slice(0, 16)}`,
    tonnage_co2e: '1000',
    unit: '1',
    document_sha256: world.random.hash(),
    immobilised_on: '2026-01-10',
  }),
  'registry.statements': async (world, given) => ({
    statement_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    registry_type: 'verra',
    account: 'ACC-1',
    kinds: ['holdings'],
    as_of: '2026-01-15T00:00:00Z',
    is_complete: true,
    file_name: 'holdings.csv',
    file_sha256: world.random.hash(),
  }),
  'registry.statement_rows': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      statement_row_id: world.random.uuid(),
      tenant_id,
      statement_id:
        given.statement_id ?? (await world.make('registry.statements', { tenant_id })).statement_id,
      line_number: 1,
      kind: 'holding',
      row_sha256: world.random.hash(),
      raw: '{}',
      tonnage_co2e: '10',
    };
  },
  'registry.requirements': async (world, given) => {
    const methodology =
      given.methodology_code === undefined ? await world.make('project.methodologies') : undefined;
    return {
      requirement_id: world.random.uuid(),
      registry_type: 'verra',
      methodology_code: methodology?.code ?? '',
      methodology_version: methodology?.version ?? '',
      required_fields: '[]',
      required_evidence_types: '[]',
    };
  },
  'hashing.mrv_hashes': async (world, given) => {
    const { tenant_id, mrv_submission_id } = await chooseSubmission(world, given);
    return {
      mrv_hash_id: world.random.uuid(),
      tenant_id,
      mrv_submission_id,
      mrv_hash: await chooseHash(world, { tenant_id, mrv_hash: given.mrv_hash }),
      canonical_payload: '{}',
    };
  },
};

/** The hash that was given, or a new one that the tenant holds. */
export async function chooseHash(
  world: World,
  about: { tenant_id: string; mrv_hash: string | undefined },
): Promise<string> {
  if (about.mrv_hash !== undefined) return about.mrv_hash;
  const held = await world.make('registry.global_hash_registry', { first_seen_tenant_id: about.tenant_id });
  return held.mrv_hash;
}
