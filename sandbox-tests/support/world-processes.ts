// Owns usual rows of processes, sagas, events, the audit trail and reconciliation; leaves inserting to world.ts.

import { chooseTenant, type Recipes } from './world-kit.ts';

export const processRecipes: Recipes<
  | 'process.processes'
  | 'process.process_steps'
  | 'saga.sagas'
  | 'saga.saga_steps'
  | 'signing.keys'
  | 'signing.transactions'
  | 'eventing.event_keys'
  | 'eventing.event_store'
  | 'eventing.outbox'
  | 'eventing.processed_events'
  | 'audit.audit_logs'
  | 'reconciliation.runs'
  | 'reconciliation.findings'
  | 'reconciliation.finding_comments'
  | 'reconciliation.run_totals'
  | 'reconciliation.backing'
> = {
  'process.processes': async (world, given) => ({
    process_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    process_type: 'credit_issuance',
    total_steps: 3,
  }),
  'process.process_steps': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      step_id: world.random.uuid(),
      tenant_id,
      process_id: given.process_id ?? (await world.make('process.processes', { tenant_id })).process_id,
      step_number: 1,
      step_name: 'A step',
    };
  },
  'saga.sagas': async (world, given) => ({
    saga_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    saga_type: 'credit_issuance',
    timeout: 3600,
  }),
  'saga.saga_steps': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      saga_step_id: world.random.uuid(),
      tenant_id,
      saga_id: given.saga_id ?? (await world.make('saga.sagas', { tenant_id })).saga_id,
      step_name: 'A step',
      step_order: 1,
    };
  },
  'signing.keys': ({ random }) => ({
    public_key: `ed25519:${random.nearHash()}`,
    account_id: 'minter.near',
    last_nonce: '1',
  }),
  'signing.transactions': async (world, given) => ({
    transaction_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    purpose: `mint:${world.random.hash()}`,
    account_id: 'minter.near',
    public_key: given.public_key ?? (await world.make('signing.keys')).public_key,
    nonce: '2',
    contract_id: 'dmrv.near',
    method: 'nft_mint',
    args: '{}',
    transaction_hash: world.random.nearHash(),
    signed_base64: 'AA==',
    valid_until_height: '86400',
  }),
  'eventing.event_keys': async (world, given) => ({
    event_id: world.random.uuid(),
    // Far above what the event store's own counter gives in a test.
    sequence_number: String(1_000_000_000 + world.random.below(2 ** 40)),
    tenant_id: given.tenant_id === null ? null : await chooseTenant(world, given),
    aggregate_id: `credit:${world.random.uuid()}`,
    aggregate_version: '1',
  }),
  'eventing.event_store': async (world, given) => ({
    event_id: world.random.uuid(),
    event_type: 'credit.minted.v1',
    aggregate_id: `credit:${world.random.uuid()}`,
    aggregate_version: '1',
    // null is an answer: a system event.
    tenant_id: given.tenant_id === null ? null : await chooseTenant(world, given),
    payload: '{}',
  }),
  'eventing.outbox': async (world, given) => {
    const tenant_id = given.tenant_id === null ? null : await chooseTenant(world, given);
    return {
      event_id: given.event_id ?? (await world.make('eventing.event_keys', { tenant_id })).event_id,
      tenant_id,
      event_type: 'credit.minted.v1',
      payload: '{}',
    };
  },
  'eventing.processed_events': async (world, given) => {
    const tenant_id = given.tenant_id === null ? null : await chooseTenant(world, given);
    return {
      consumer: 'webhooks',
      event_id: given.event_id ?? (await world.make('eventing.event_keys', { tenant_id })).event_id,
      tenant_id,
    };
  },
  'audit.audit_logs': async (world, given) => ({
    tenant_id: given.tenant_id === null ? null : await chooseTenant(world, given),
    actor: 'user:test',
    login: 'dmrv_app',
    action: 'INSERT',
    resource_type: 'project.projects',
    resource_id: world.random.uuid(),
    after: '{}',
  }),
  'reconciliation.runs': ({ random }) => ({ run_id: random.uuid(), trigger: 'schedule' }),
  'reconciliation.findings': async (world, given) => {
    const run_id = given.opened_by_run_id ?? (await world.make('reconciliation.runs')).run_id;
    return {
      finding_id: world.random.uuid(),
      tenant_id: given.tenant_id === null ? null : await chooseTenant(world, given),
      code: 'UNKNOWN_TOKEN',
      severity: 'major',
      subject: `credit:${world.random.uuid()}`,
      tonnes_at_stake: '10',
      values_found: '{}',
      next_step: 'Look at the block',
      opened_by: 'reconciler',
      opened_by_run_id: run_id,
      last_run_id: run_id,
      first_seen_at: '2026-01-15T00:00:00Z',
      last_seen_at: '2026-01-15T00:00:00Z',
    };
  },
  'reconciliation.finding_comments': async (world, given) => {
    const tenant_id = given.tenant_id === null ? null : await chooseTenant(world, given);
    return {
      finding_comment_id: world.random.uuid(),
      tenant_id,
      finding_id: given.finding_id ?? (await world.make('reconciliation.findings', { tenant_id })).finding_id,
      author: 'user:test',
      comment: 'Seen',
    };
  },
  'reconciliation.run_totals': async (world, given) => ({
    run_total_id: world.random.uuid(),
    run_id: given.run_id ?? (await world.make('reconciliation.runs')).run_id,
    tenant_id: given.tenant_id === null ? null : await chooseTenant(world, given),
    registry_type: 'verra',
    unreconciled_co2e: '10',
    in_transit_co2e: '0',
    findings_open: 1,
    counted_at: '2026-01-15T00:00:00Z',
  }),
  'reconciliation.backing': async (world, given) => ({
    run_id: given.run_id ?? (await world.make('reconciliation.runs')).run_id,
    registry_type: 'verra',
    active_co2e: '10',
    impaired_co2e: '0',
    retired_unconfirmed_co2e: '0',
    retired_confirmed_co2e: '0',
    held_co2e: '10',
    missing_co2e: '0',
    not_covered_co2e: '0',
    surplus_co2e: '0',
    statements: 1,
    oldest_as_of: '2026-01-15T00:00:00Z',
    newest_as_of: '2026-01-15T00:00:00Z',
  }),
};
