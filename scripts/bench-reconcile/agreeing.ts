// Owns bringing a filled database to where the rules find next to nothing, as in production; leaves filling it to scripts/fill and
// measuring to the files beside it.

import type pg from 'pg';

/** Each step in words, and its SQL. They run as the owner, with the triggers asleep: thousands of rows a second. */
export const AGREEING: readonly [what: string, sql: string][] = [
  // Made of chunks, each of which would overtake the one before.
  ['each file is of an account of its own', `update registry.statements set account = statement_id::text`],
  [
    'as much was verified as was minted',
    `update verification.verifications v set verified_tonnage = t.tonnage_co2e
     from hashing.mrv_hashes h join chain.tokens t on t.token_id = h.mrv_hash
     where v.mrv_submission_id = h.mrv_submission_id and v.verified_tonnage is not null`,
  ],
  [
    'as much was computed as was verified',
    `update mrv.mrv_computations c set computed_tonnage = v.verified_tonnage from verification.verifications v
     where v.mrv_submission_id = c.mrv_submission_id and v.status = 'approved'`,
  ],
  [
    'every project is at a place of its own',
    `update project.projects p set location = jsonb_build_object('lat', (n / 30000)::numeric / 1000 - 80,
       'lon', (n % 30000)::numeric / 100 - 150)
     from (select project_id, row_number() over (order by project_id) as n from project.projects) as q
     where q.project_id = p.project_id`,
  ],
  [
    'every outstanding block is held',
    `insert into registry.statements (statement_id, tenant_id, registry_type, registry_name, account, kinds, as_of,
       is_complete, file_name, file_sha256, imported_at)
     select gen_random_uuid(), o.tenant_id, o.registry_type, o.registry_name, 'immobilised', array['holdings'],
       c.block_timestamp, true, 'holdings.csv', md5(o.tenant_id::text || o.registry_type || coalesce(o.registry_name, ''))
         || md5('holdings'), c.block_timestamp
     from (select distinct h.tenant_id, t.registry_type, t.registry_name
       from chain.tokens t join hashing.mrv_hashes h on h.mrv_hash = t.origin) as o, chain.cursor c`,
  ],
  [
    'a row for each held block',
    `insert into registry.statement_rows (tenant_id, statement_id, line_number, kind, row_sha256, raw, serial_namespace,
       serial_range, tonnage_co2e)
     select h.tenant_id, s.statement_id, row_number() over (partition by s.statement_id), 'holding', t.token_id, '{}',
       t.serial_namespace, t.serial_range, t.tonnage_co2e
     from chain.tokens t join hashing.mrv_hashes h on h.mrv_hash = t.origin
       join registry.statements s on s.account = 'immobilised' and s.tenant_id = h.tenant_id
         and s.registry_type = t.registry_type and s.registry_name is not distinct from t.registry_name
       left join chain.retirements r on r.token_id = t.token_id
     where t.status in ('active', 'impaired') or t.status = 'retired' and r.registry_outcome <> 'confirmed'`,
  ],
  [
    'no registry refused',
    `update chain.retirements set registry_outcome = 'pending', refused_at = null,
     outcome_identity = null, refusal_reason = null where registry_outcome = 'refused'`,
  ],
  [
    'registries show what waits for their word',
    `insert into registry.statement_rows (tenant_id, statement_id, line_number, kind, row_sha256, raw, serial_namespace,
       serial_range, tonnage_co2e, happened_on)
     select h.tenant_id, s.statement_id, 5000000 + row_number() over (partition by s.statement_id), 'retirement',
       md5(t.token_id) || md5('waits'), '{}', t.serial_namespace, t.serial_range, t.tonnage_co2e, r.retired_at::date
     from chain.retirements r join chain.tokens t using (near_contract_id, token_id)
       join hashing.mrv_hashes h on h.mrv_hash = t.origin
       join (select distinct on (tenant_id, registry_type, registry_name) * from registry.statements
           where file_name = 'retirements.csv' order by tenant_id, registry_type, registry_name, statement_id) as s
         on s.tenant_id = h.tenant_id and s.registry_type = t.registry_type
         and s.registry_name is not distinct from t.registry_name
     where r.registry_outcome = 'pending'`,
  ],
  [
    'every retirement has its proof',
    `insert into chain.proof_bundles (near_contract_id, token_id, form, head_block_hash, head_block_height, bundle,
       bundle_sha256)
     select r.near_contract_id, r.token_id, 'dmrv-retirement-proof/1', c.block_hash, c.block_height, '{}', r.token_id
     from chain.retirements r join chain.cursor c using (near_contract_id) on conflict do nothing`,
  ],
  [
    'every token has its history',
    `insert into chain.token_events (near_contract_id, token_id, token_version, event_identity, event_position, event)
     select t.near_contract_id, t.token_id, v, t.minted_identity || case v when 1 then '' else v::text end,
       t.last_position, 'nft_transfer'
     from chain.tokens t, generate_series(1, t.token_version) as v on conflict do nothing`,
  ],
  ['every log was read', `update chain.dead_letters set redriven_at = now() where redriven_at is null`],
  [
    'every process has ended',
    `update saga.sagas set status = 'completed', due_at = null where status <> 'completed'`,
  ],
  [
    'every loss was taken from the buffer',
    `update credit.reversal_events set status = 'investigating'
     where status in ('verified', 'buffer_applied', 'resolved')`,
  ],
];

/** And so many rows of holdings are lost again, for a run to find. */
export const LOST_ROWS = 20;

const LOSE = `delete from registry.statement_rows where statement_row_id in (select r.statement_row_id
  from registry.statement_rows r where r.kind = 'holding' order by r.row_sha256 limit ${LOST_ROWS})`;

export async function makeAgreeing(client: pg.ClientBase, log: (line: string) => void): Promise<void> {
  // A kept database has been brought there before.
  const { rowCount } = await client.query(
    `select from registry.statements where account = 'immobilised' limit 1`,
  );
  if (rowCount !== 0) return;
  // All of it or nothing: a run that is cut off leaves the kept database as it was.
  await client.query('begin');
  await client.query("set local session_replication_role = 'replica'");
  for (const [what, sql] of AGREEING) {
    log(what);
    await client.query(sql);
  }
  await client.query(LOSE);
  await client.query('commit');
  log('what is dead is swept, and counted anew');
  await client.query('vacuum (analyze)');
}
