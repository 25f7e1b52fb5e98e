// Owns usual rows of credits, buffers, reversals and Article 6; leaves inserting them to world.ts.

import { chooseProject, chooseVintage } from './world-evidence.ts';
import { chooseTenant, chooseUser, type Recipes, type World } from './world-kit.ts';
import { chooseHash } from './world-registry.ts';

export const creditRecipes: Recipes<
  | 'credit.credits'
  | 'credit.credit_ownership'
  | 'credit.credit_transfers'
  | 'credit.retirements'
  | 'credit.credit_lineage'
  | 'credit.buffer_pools'
  | 'credit.reversal_events'
  | 'credit.reversal_affected_credits'
  | 'credit.buffer_entries'
  | 'credit.article6'
  | 'credit.custodial_positions'
> = {
  // Not minted yet; a test of a minted one brings token_id, near_contract_id and minted_at.
  'credit.credits': async (world, given) => {
    const vintage = await chooseVintage(world, given);
    return {
      credit_id: world.random.uuid(),
      ...vintage,
      mrv_hash: await chooseHash(world, { tenant_id: vintage.tenant_id, mrv_hash: given.mrv_hash }),
      registry_type: 'verra',
      tonnage_co2e: '100',
      unit: '1',
      vintage_year: 2025,
      issuance_date: '2026-01-15',
    };
  },
  'credit.credit_ownership': async (world, given) => ({
    ...(await chooseCredit(world, given)),
    owner_account_id: 'holder.near',
    owner_type: 'near',
  }),
  'credit.credit_transfers': async (world, given) => ({
    transfer_id: world.random.uuid(),
    ...(await chooseCredit(world, given)),
    leg: 'transfer',
    from_account_id: 'seller.near',
    to_account_id: 'buyer.near',
    tonnage_co2e: '100',
    transferred_at: '2026-01-15T00:00:00Z',
  }),
  'credit.retirements': async (world, given) => {
    const credit = await chooseCredit(world, given);
    return {
      retirement_id: world.random.uuid(),
      ...credit,
      token_id: given.token_id ?? (await readHash(world, credit.credit_id)),
      tonnage_co2e: '100',
      beneficiary: 'A company',
      retired_at: '2026-01-16T00:00:00Z',
    };
  },
  'credit.credit_lineage': async (world, given) => {
    const { tenant_id, credit_id } = await chooseCredit(world, given);
    const parent_credit_id =
      given.parent_credit_id === undefined
        ? (await world.make('credit.credits', { tenant_id })).credit_id
        : given.parent_credit_id;
    return {
      credit_lineage_id: world.random.uuid(),
      tenant_id,
      credit_id,
      parent_credit_id,
      lineage_type: 'split',
    };
  },
  'credit.buffer_pools': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      buffer_pool_id: world.random.uuid(),
      tenant_id,
      scope: 'project',
      project_id:
        given.project_id === null
          ? null
          : await chooseProject(world, { tenant_id, project_id: given.project_id }),
      buffer_rate: '0.1500',
    };
  },
  'credit.reversal_events': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      reversal_event_id: world.random.uuid(),
      tenant_id,
      project_id: await chooseProject(world, { tenant_id, project_id: given.project_id }),
      event_type: 'fire',
      event_date: '2026-01-12',
      estimated_tco2e_lost: '10',
      description: 'A fire',
      reported_by_user_id: await chooseUser(world, { tenant_id, user_id: given.reported_by_user_id }),
    };
  },
  'credit.reversal_affected_credits': async (world, given) => {
    const { tenant_id, credit_id } = await chooseCredit(world, given);
    return {
      tenant_id,
      credit_id,
      reversal_event_id:
        given.reversal_event_id ??
        (await world.make('credit.reversal_events', { tenant_id })).reversal_event_id,
      impact_tco2e: '10',
      buffer_used_tco2e: '10',
    };
  },
  'credit.buffer_entries': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      buffer_entry_id: world.random.uuid(),
      tenant_id,
      buffer_pool_id:
        given.buffer_pool_id ?? (await world.make('credit.buffer_pools', { tenant_id })).buffer_pool_id,
      kind: 'contribution',
      amount_tco2e: '15',
      occurred_at: '2026-01-15T00:00:00Z',
    };
  },
  'credit.article6': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      article6_id: world.random.uuid(),
      tenant_id,
      project_id: await chooseProject(world, { tenant_id, project_id: given.project_id }),
      kind: 'authorisation',
      host_country: 'CH',
      authorised_use: 'international_mitigation',
      effective_on: '2026-01-10',
      reference: 'LoA-1',
      document_sha256: world.random.hash(),
    };
  },
  'credit.custodial_positions': async (world, given) => ({
    custodial_position_id: world.random.uuid(),
    ...(await chooseCredit(world, given)),
    custodian_account_id: 'custodian.near',
    holder_ref: 'customer-1',
    tonnage_co2e: '40',
  }),
};

// A token's id is its credit's hash. Where the credit is not there, any will do: the database says so.
async function readHash(world: World, credit_id: string): Promise<string> {
  const credits = world.db.selectFrom('credit.credits').select('mrv_hash');
  const [found] = await credits.where('credit_id', '=', credit_id).execute();
  return found?.mrv_hash ?? world.random.hash();
}

async function chooseCredit(
  world: World,
  given: { tenant_id?: string; credit_id?: string },
): Promise<{ tenant_id: string; credit_id: string }> {
  const tenant_id = await chooseTenant(world, given);
  return {
    tenant_id,
    credit_id: given.credit_id ?? (await world.make('credit.credits', { tenant_id })).credit_id,
  };
}
