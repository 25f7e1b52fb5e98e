// Owns the access paths of hashes, registries and credits; leaves events and the chain to event-paths.ts.

import { type AccessPath, REGISTRY } from './path.ts';

const A_CREDIT = 'select credit_id from credit.credits where tenant_id = $1 limit 1';
const A_HASH = 'select mrv_hash from credit.credits where tenant_id = $1 limit 1';
const A_PROJECT = 'select project_id from credit.reversal_events where tenant_id = $1 limit 1';

const REGISTRIES: readonly AccessPath[] = [
  {
    index: 'registry.idx_global_hash_registry_origin',
    what: 'all parts of a minted hash',
    sql: 'select mrv_hash from registry.global_hash_registry where origin = $1',
    sample: A_HASH,
    bound_by: ['origin'],
  },
  {
    index: 'hashing.idx_mrv_hashes_tenant_created',
    what: 'hashes of a tenant, newest first',
    sql: 'select * from hashing.mrv_hashes order by created_at desc limit 50',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'registry.idx_global_artifact_hashes_hash',
    what: 'claims on a file',
    sql: 'select is_primary from registry.global_artifact_hashes where sha256_hash = $1',
    sample: 'select sha256_hash from registry.global_artifact_hashes where tenant_id = $1 limit 1',
    bound_by: ['sha256_hash'],
  },
  {
    index: 'registry.idx_registry_submissions_tenant_status',
    what: 'registry submissions of a tenant by status, newest first',
    sql: `select * from registry.registry_submissions where status = 'approved' order by submitted_at desc limit 50`,
    bound_by: ['tenant_id', 'status'],
    is_ordered: true,
  },
  {
    index: 'registry.idx_registry_submissions_mrv_submission',
    what: 'registry submissions of an MRV submission',
    sql: 'select * from registry.registry_submissions where mrv_submission_id = $1',
    sample: 'select mrv_submission_id from registry.registry_submissions where tenant_id = $1 limit 1',
    bound_by: ['mrv_submission_id'],
  },
  {
    index: 'registry.idx_registry_submissions_registry_status',
    what: 'the inbox of a registry, newest first',
    sql: `select mrv_hash, submitted_at from registry.registry_submissions
      where status = 'submitted' order by submitted_at desc limit 50`,
    as: 'registry_reader',
    bound_by: ['registry_type', 'status'],
    is_ordered: true,
  },
  {
    index: 'registry.idx_serial_blocks_hash',
    what: 'serial blocks of a hash',
    sql: 'select * from registry.serial_blocks where mrv_hash = $1',
    sample: A_HASH,
    bound_by: ['mrv_hash'],
  },
  {
    index: 'registry.idx_serial_blocks_tenant',
    what: 'serial blocks of a tenant in a namespace',
    sql: 'select * from registry.serial_blocks where registry_type = $1 and namespace = $2',
    sample: 'select registry_type, namespace from registry.serial_blocks where tenant_id = $1 limit 1',
    bound_by: ['tenant_id', 'registry_type', 'namespace'],
  },
  {
    index: 'registry.idx_consents_tenant',
    what: 'consents of a tenant, newest first',
    sql: 'select * from registry.consents order by created_at desc limit 50',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'registry.idx_consents_hash',
    what: 'the consent for a hash',
    sql: 'select * from registry.consents where mrv_hash = $1',
    sample: A_HASH,
    bound_by: ['mrv_hash'],
  },
  {
    index: 'registry.idx_statements_tenant',
    what: 'statements of a registry for a tenant, newest first',
    sql: 'select * from registry.statements where registry_type = $1 order by as_of desc limit 20',
    sample: 'select registry_type from registry.statements where tenant_id = $1 limit 1',
    bound_by: ['tenant_id', 'registry_type'],
    is_ordered: true,
    or: {
      indexes: ['registry.statements_file_once'],
      because: 'the unique rule begins with tenant and registry, and few statements are sorted in no time',
    },
  },
  {
    index: 'registry.idx_statement_rows_range',
    what: 'statement rows that touch a range of serials',
    sql: `select statement_row_id from registry.statement_rows
      where serial_namespace = $1 and serial_range && $2::numrange`,
    sample:
      'select serial_namespace, serial_range::text from registry.statement_rows where serial_range is not null limit 1',
    as: 'reconciler',
    bound_by: ['serial_namespace', 'serial_range'],
  },
  {
    index: 'registry.idx_statement_rows_retirement',
    what: 'statement rows of a registry retirement',
    sql: 'select statement_row_id from registry.statement_rows where registry_retirement_id = $1',
    sample:
      'select registry_retirement_id from registry.statement_rows where registry_retirement_id is not null limit 1',
    as: 'reconciler',
    bound_by: ['registry_retirement_id'],
  },
];

const CREDITS: readonly AccessPath[] = [
  {
    index: 'credit.idx_credits_tenant_status',
    what: 'credits of a tenant by status, newest first',
    sql: `select * from credit.credits where status = 'active' order by created_at desc limit 50`,
    bound_by: ['tenant_id', 'status'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_credits_tenant_time',
    what: 'credits of a tenant in several states, newest first',
    sql: `select * from (select * from credit.credits c where c.status = any(array[$1, 'retired'])
      order by c.created_at desc, c.credit_id desc limit 64) as page limit 51`,
    sample: `select 'active' where $1::uuid is not null`,
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_credits_tenant_vintage',
    what: 'credits of a tenant of one vintage in several states, newest first',
    sql: `select * from (select * from credit.credits c where c.status = any(array['active', 'retired'])
      and c.vintage_year = $1 order by c.created_at desc, c.credit_id desc limit 64) as page limit 51`,
    sample: 'select vintage_year from credit.credits where tenant_id = $1 limit 1',
    bound_by: ['tenant_id', 'vintage_year'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_credits_project',
    what: 'credits of a project, newest first',
    sql: 'select * from credit.credits where project_id = $1 order by created_at desc limit 50',
    sample: 'select project_id from credit.credits where tenant_id = $1 limit 1',
    bound_by: ['project_id'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_credits_registry',
    what: 'credits of a registry, newest first',
    sql: 'select credit_id, mrv_hash from credit.credits order by created_at desc limit 50',
    as: 'registry_reader',
    bound_by: ['registry_type'],
    is_ordered: true,
  },
  {
    // A registry asks by the credits: a retirement itself does not say whose it is.
    index: 'credit.idx_credits_registry_retired',
    what: 'retirements of a registry, newest first',
    sql: `select r.* from credit.credits c join credit.retirements r using (credit_id)
      where c.status = 'retired' order by c.retired_at desc limit 50`,
    as: 'registry_reader',
    bound_by: ['registry_type'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_credits_hash',
    what: 'the credit of a hash, whoever holds it',
    sql: 'select credit_id from credit.credits where mrv_hash = $1',
    sample: A_HASH,
    as: 'indexer',
    bound_by: ['mrv_hash'],
  },
  {
    index: 'credit.idx_credit_ownership_owner',
    what: 'what a wallet owns',
    sql: 'select credit_id from credit.credit_ownership',
    as: 'holder',
    bound_by: ['owner_account_id'],
  },
  {
    index: 'credit.idx_credit_transfers_credit',
    what: 'transfers of a credit, newest first',
    sql: 'select * from credit.credit_transfers where credit_id = $1 order by transferred_at desc limit 50',
    sample: A_CREDIT,
    bound_by: ['credit_id'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_credit_transfers_accounts',
    what: 'transfers from one account to another',
    sql: 'select * from credit.credit_transfers where from_account_id = $1 and to_account_id = $2',
    sample: `select from_account_id, to_account_id from credit.credit_transfers
      where tenant_id = $1 and leg = 'transfer' and to_account_id <> 'whale.near' limit 1`,
    bound_by: ['from_account_id', 'to_account_id'],
  },
  {
    index: 'credit.idx_credit_transfers_receiver',
    what: 'transfers to an account',
    sql: 'select * from credit.credit_transfers where to_account_id = $1',
    sample: `select to_account_id from credit.credit_transfers
      where tenant_id = $1 and leg = 'transfer' and to_account_id <> 'whale.near' limit 1`,
    bound_by: ['to_account_id'],
  },
  {
    index: 'credit.idx_retirements_tenant_time',
    what: 'retirements of a tenant, newest first',
    sql: 'select * from credit.retirements order by retired_at desc limit 50',
    bound_by: ['tenant_id'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_retirements_registry_id',
    what: 'the retirement that a registry names',
    sql: 'select * from credit.retirements where registry_retirement_id = $1',
    sample: `select registry_retirement_id from credit.retirements
      where tenant_id = $1 and registry_retirement_id is not null limit 1`,
    bound_by: ['registry_retirement_id'],
  },
  {
    index: 'credit.idx_credit_lineage_parent',
    what: 'children of a credit',
    sql: 'select credit_id from credit.credit_lineage where parent_credit_id = $1',
    sample:
      'select parent_credit_id from credit.credit_lineage where tenant_id = $1 and parent_credit_id is not null limit 1',
    bound_by: ['parent_credit_id'],
  },
];

const BUFFERS: readonly AccessPath[] = [
  {
    index: 'credit.idx_buffer_pools_project',
    what: 'the pool of a project',
    sql: 'select * from credit.buffer_pools where project_id = $1',
    sample: A_PROJECT,
    as: 'reconciler',
    bound_by: ['project_id'],
  },
  {
    index: 'credit.idx_reversal_events_project',
    what: 'reversals of a project, newest first',
    sql: 'select * from credit.reversal_events where project_id = $1 order by event_date desc',
    sample: A_PROJECT,
    bound_by: ['project_id'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_reversal_events_status',
    what: 'reversals of a tenant by status',
    sql: `select * from credit.reversal_events where status = 'verified'`,
    bound_by: ['tenant_id', 'status'],
  },
  {
    index: 'credit.idx_reversal_affected_credits_credit',
    what: 'reversals that touched a credit',
    sql: 'select * from credit.reversal_affected_credits where credit_id = $1',
    sample: 'select credit_id from credit.reversal_affected_credits where tenant_id = $1 limit 1',
    bound_by: ['credit_id'],
  },
  {
    index: 'credit.idx_buffer_entries_pool',
    what: 'the ledger of a pool, newest first',
    sql: 'select * from credit.buffer_entries where buffer_pool_id = $1 order by occurred_at desc limit 50',
    sample: 'select buffer_pool_id from credit.buffer_entries where tenant_id = $1 limit 1',
    bound_by: ['buffer_pool_id'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_article6_credit',
    what: 'what a country said of a credit, newest first',
    sql: 'select * from credit.article6 where credit_id = $1 order by effective_on desc',
    sample: 'select credit_id from credit.article6 where tenant_id = $1 limit 1',
    bound_by: ['credit_id'],
    is_ordered: true,
  },
  {
    index: 'credit.idx_article6_project',
    what: 'what a country said of a project, newest first',
    sql: 'select * from credit.article6 where project_id = $1 order by effective_on desc',
    sample: 'select project_id from credit.article6 where tenant_id = $1 limit 1',
    bound_by: ['project_id'],
    is_ordered: true,
    or: {
      indexes: ['credit.article6_reference_once'],
      because: 'the unique rule begins with tenant and project',
    },
  },
  {
    index: 'credit.idx_custodial_positions_custodian',
    what: 'what a custodian holds for others',
    sql: 'select * from credit.custodial_positions where custodian_account_id = $1',
    sample: 'select custodian_account_id from credit.custodial_positions where tenant_id = $1 limit 1',
    bound_by: ['custodian_account_id'],
  },
];

/** Paths that are no single index's own, but what a holder and a registry see first. */
export const JOINT_PATHS: readonly AccessPath[] = [
  {
    // Ids begin with their time, so a page of ownership is a page of the newest credits.
    index: 'credit.idx_credit_ownership_owner',
    what: 'credits of a wallet over all tenants, newest first',
    sql: `select c.credit_id, c.mrv_hash, c.status
      from (select credit_id from credit.credit_ownership order by credit_id desc limit 50) as page
        join credit.credits c using (credit_id) order by credit_id desc`,
    as: 'holder',
    bound_by: ['owner_account_id'],
    is_ordered: true,
  },
  {
    index: 'credit.credits_pkey',
    what: 'credits of a wallet in an order that no index has',
    sql: 'select credit_id, mrv_hash, status from credit.credits order by created_at desc limit 50',
    as: 'holder',
    bound_by: ['credit_id'],
  },
  {
    index: 'credit.idx_credit_transfers_receiver',
    what: 'transfers of a wallet, in and out',
    sql: 'select * from credit.credit_transfers order by transferred_at desc limit 50',
    as: 'holder',
    bound_by: ['to_account_id'],
  },
  {
    index: 'credit.retirements_credit_id_key',
    what: 'retirements of a wallet',
    sql: 'select * from credit.retirements order by retired_at desc limit 50',
    as: 'holder',
    bound_by: ['credit_id'],
  },
  {
    index: 'credit.retirements_credit_id_key',
    what: `one retirement, asked by its registry (${REGISTRY})`,
    sql: 'select * from credit.retirements where credit_id = $1',
    sample: `select r.credit_id from credit.retirements r join credit.credits c using (credit_id)
      where c.registry_type = '${REGISTRY}' limit 1`,
    as: 'registry_reader',
    bound_by: ['credit_id'],
  },
];

export const CREDIT_PATHS: readonly AccessPath[] = [...REGISTRIES, ...CREDITS, ...BUFFERS];
