// Owns one chunk's credits and what happened to them, on chain and in the tenants' view; leaves events to events.ts.
import type { Step } from './step.ts';

const CREDITS: readonly Step[] = [
  {
    table: 'credit.credits',
    sql: `insert into credit.credits (credit_id, tenant_id, project_id, mrv_submission_id, mrv_hash, registry_type,
        registry_name, registry_serial, serial_block, token_id, near_contract_id, near_minter_account_id, tonnage_co2e,
        unit, vintage_year, issuance_date, expires_on, status, void_cause, metadata, minted_at, retired_at, created_at,
        updated_at)
      select credit_id, tenant_id, project_id, mrv_submission_id, mrv_hash, registry_type, registry_name,
        namespace || ':' || starts || '-' || starts + units - 1 || case kind when 'reissue' then '-R' else '' end,
        block_id, mrv_hash, 'credits.dmrv.near', issuer, units, 1, 2019 + period_no / 4, created_at::date,
        case when status = 'expired' then created_at::date + 30 end, status, void_cause,
        jsonb_build_object('methodology', jsonb_build_object('code', 'FILL-001', 'version', 'v1.0')), created_at,
        case when status = 'retired' then ended_at end, created_at, coalesce(ended_at, created_at)
      from fill_credits order by i`,
  },
  {
    table: 'credit.credit_ownership',
    sql: `insert into credit.credit_ownership (credit_id, tenant_id, owner_account_id, owner_type, ended_at, updated_at,
        token_version)
      select credit_id, tenant_id, owner, owner_type, ended_at, coalesce(ended_at, created_at), l.version
      from fill_credits join (select i, count(*) as version from fill_legs group by i) as l using (i) order by i`,
  },
  {
    table: 'credit.credit_transfers',
    sql: `insert into credit.credit_transfers (transfer_id, tenant_id, credit_id, event_identity, leg, from_account_id,
        to_account_id, tonnage_co2e, blockchain_tx_hash, blockchain_block_height, transferred_at, created_at)
      select pg_temp.fill_uuid('transfer ' || n, i, happened_at), tenant_id, credit_id, receipt_id || ':0:0', leg,
        from_account, to_account, tonnage, pg_temp.fill_near('tx ' || n, i), height, happened_at, happened_at
      from fill_legs order by i, n`,
  },
  {
    table: 'credit.credit_lineage',
    sql: `insert into credit.credit_lineage
        (credit_lineage_id, tenant_id, credit_id, parent_credit_id, lineage_type, notes, created_at)
      select pg_temp.fill_uuid('lineage', c.i, c.created_at), c.tenant_id, c.credit_id,
        case c.kind when 'split' then c.root_id when 'reissue' then p.credit_id end,
        case c.kind when 'split' then 'split' when 'reissue' then 'reissuance' else 'correction' end, null, c.created_at
      from fill_credits c left join fill_credits p on p.i = c.i - 1 and c.kind = 'reissue'
      where c.kind in ('split', 'reissue') or c.kind = 'single' and c.r = 99
      union all
      select pg_temp.fill_uuid('lineage ' || p.k, c.i, c.created_at), c.tenant_id, c.credit_id, p.credit_id, 'merge', null,
        c.created_at
      from fill_credits c join fill_credits p on p.i in (c.i - 2, c.i - 1) where c.kind = 'merge'`,
  },
  {
    table: 'credit.retirements',
    sql: `insert into credit.retirements (retirement_id, tenant_id, credit_id, token_id, tonnage_co2e, beneficiary,
        beneficiary_kind, beneficiary_commitment, retirement_reason, registry_confirmed, registry_confirmed_at,
        registry_retirement_id, registry_retired_on, attested_by, registry_refused_at, registry_refusal_reason,
        event_identity, blockchain_tx_hash, blockchain_receipt_id, blockchain_block_height, retired_at, created_at)
      select pg_temp.fill_uuid('retirement', l.i, l.happened_at), l.tenant_id, l.credit_id, l.token_id, l.tonnage,
        case when l.i % 10 = 0 then pg_temp.fill_hash('beneficiary', l.i) else 'Company ' || l.i % 997 end,
        case when l.i % 10 = 0 then 'individual' else 'organisation' end,
        case when l.i % 10 = 0 then pg_temp.fill_hash('beneficiary', l.i) end, 'Emissions of the year', f.confirmed,
        case when f.confirmed then pg_temp.fill_at(l.b, 14) end, case when f.confirmed then 'RET-' || l.i end,
        case when f.confirmed then pg_temp.fill_at(l.b, 14)::date end,
        case when f.confirmed then (array['registry', 'registry_agent'])[l.i % 2 + 1] end,
        case when f.refused then pg_temp.fill_at(l.b, 15) end, case when f.refused then 'The account is frozen' end,
        l.receipt_id || ':1:0', pg_temp.fill_near('tx ' || l.n, l.i), l.receipt_id, l.height, l.happened_at, l.happened_at
      from fill_legs l join fill_credits c using (i), lateral (
        select pg_temp.fill_below('confirmed', l.i, 100) < 70, pg_temp.fill_below('confirmed', l.i, 100) >= 97
      ) as f (confirmed, refused)
      where l.leg = 'burn' and c.status = 'retired' order by l.i`,
  },
  {
    table: 'registry.statements',
    sql: `insert into registry.statements (statement_id, tenant_id, registry_type, registry_name, account, kinds, as_of,
        is_complete, file_name, file_sha256, row_count, imported_at, created_at)
      select pg_temp.fill_uuid('retired/' || registry_type || '/' || min(s), tenant_no, min(created_at)), tenant_id,
        registry_type, registry_name, 'account-' || tenant_no, array['retirements'], max(ended_at), true,
        'retirements.csv', pg_temp.fill_hash('retired/' || registry_type || '/' || min(s), tenant_no), count(*),
        max(ended_at), max(ended_at)
      from fill_credits where status = 'retired' and pg_temp.fill_below('confirmed', i, 100) < 70
      group by tenant_no, tenant_id, registry_type, registry_name`,
  },
  {
    // Of nothing, and its correction, which says so too: incomplete, so that they prove nothing.
    table: 'registry.statements',
    sql: `insert into registry.statements (statement_id, tenant_id, registry_type, registry_name, account, kinds, as_of,
        is_complete, file_name, file_sha256, replaces_statement_id, imported_at, created_at)
      select pg_temp.fill_uuid(n.word || registry_type || '/' || g.s, tenant_no, g.at), tenant_id, registry_type,
        registry_name, 'account-' || tenant_no, array['cancellations'], g.at, false, 'cancellations.csv',
        pg_temp.fill_hash('cancelled/' || registry_type || '/' || g.s, tenant_no),
        case n.word when 'corrected/' then pg_temp.fill_uuid('cancelled/' || registry_type || '/' || g.s, tenant_no, g.at) end,
        g.at, g.at
      from (select tenant_no, tenant_id, registry_type, registry_name, min(s) as s, max(created_at) as at
          from fill_credits where k = 0 group by tenant_no, tenant_id, registry_type, registry_name) as g
        cross join (values ('cancelled/'), ('corrected/')) as n (word)`,
  },
  {
    table: 'registry.statement_rows',
    sql: `insert into registry.statement_rows (statement_row_id, tenant_id, statement_id, line_number, kind, row_sha256,
        raw, registry_serial, serial_namespace, serial_range, tonnage_co2e, registry_project_id, registry_retirement_id,
        happened_on, created_at)
      select pg_temp.fill_uuid('retired row', i, ended_at), tenant_id,
        pg_temp.fill_uuid('retired/' || registry_type || '/' || min(s) over file, tenant_no, min(created_at) over file),
        row_number() over (partition by tenant_no, registry_type order by i), 'retirement',
        pg_temp.fill_hash('retired row', i), jsonb_build_object('line', i), namespace || ':' || starts, namespace,
        numrange(starts, starts + units), units, namespace, 'RET-' || i, pg_temp.fill_at(b, 14)::date, ended_at
      from fill_credits where status = 'retired' and pg_temp.fill_below('confirmed', i, 100) < 70
      window file as (partition by tenant_no, registry_type)`,
  },
  {
    table: 'credit.custodial_positions',
    sql: `insert into credit.custodial_positions (custodial_position_id, tenant_id, credit_id, custodian_account_id,
        holder_ref, tonnage_co2e, created_at, updated_at)
      select pg_temp.fill_uuid('position', i, created_at), tenant_id, credit_id, owner, 'client-' || i % 500, units,
        created_at, created_at
      from fill_credits where owner_type = 'custodial' and ended_at is null`,
  },
];

const CHAIN: readonly Step[] = [
  {
    table: 'chain.blocks',
    sql: `insert into chain.blocks (block_height, block_hash, prev_hash, block_timestamp)
      select height, pg_temp.fill_near('block', height), pg_temp.fill_near('block', height - 1), happened_at
      from (select distinct height, happened_at from fill_legs) as seen order by height`,
  },
  {
    table: 'chain.tokens',
    sql: `insert into chain.tokens (near_contract_id, token_id, origin, owner_account_id, status, tonnage_co2e, unit,
        registry_type, registry_name, serial_namespace, serial_range, registry_project_id, vintage_year, issued_on,
        expires_on, consent_ref, minted_at, minted_identity, methodology, minter_account_id, birth, is_impaired, ended_at,
        token_version, last_position)
      select 'credits.dmrv.near', c.mrv_hash, c.root_hash,
        case c.owner_type when 'internal' then c.issuer else c.owner end,
        coalesce(c.void_cause, c.status), c.units, 1, c.registry_type, c.registry_name, c.namespace,
        numrange(c.starts, c.starts + c.units), c.namespace, 2019 + c.period_no / 4, c.created_at::date,
        case when c.status = 'expired' then c.created_at::date + 30 end, 'consent-' || c.s, c.created_at,
        pg_temp.fill_near('receipt 0', c.i) || ':0:0', 'FILL-001', c.issuer,
        case when c.k = 0 then 'issue' when c.kind = 'merge' then 'merge' else 'split' end, c.status = 'impaired',
        case when c.status in ('retired', 'invalidated', 'expired', 'void') then coalesce(c.ended_at, c.created_at) end,
        l.version, l.position
      from fill_credits c join (
        select i, count(*) as version, max(lpad(height::text, 12, '0') || '-0000000000-' || lpad((r * 10 + n)::text, 6, '0') || '-000-00000')
          as position from fill_legs group by i) as l using (i) order by c.i`,
  },
  {
    table: 'chain.contract_events',
    sql: `insert into chain.contract_events (event_identity, event_position, near_contract_id, block_height, block_hash,
        block_timestamp, transaction_hash, receipt_id, log_index, item_index, standard, version, event, token_id, data)
      select receipt_id || ':0:0',
        lpad(height::text, 12, '0') || '-0000000000-' || lpad((r * 10 + n)::text, 6, '0') || '-000-00000',
        'credits.dmrv.near', height, pg_temp.fill_near('block', height), happened_at,
        pg_temp.fill_near('tx ' || n, i), receipt_id, 0, 0, 'nep171', '1.0.0',
        case when from_account = 'credits.dmrv.near' then 'nft_mint' when to_account = 'credits.dmrv.near' then 'nft_burn'
          else 'nft_transfer' end, token_id,
        jsonb_build_object('old_owner_id', from_account, 'new_owner_id', to_account, 'token_ids', jsonb_build_array(token_id))
      from fill_legs
      union all
      select l.receipt_id || ':1:0',
        lpad(l.height::text, 12, '0') || '-0000000000-' || lpad((l.r * 10 + l.n)::text, 6, '0') || '-001-00000',
        'credits.dmrv.near', l.height, pg_temp.fill_near('block', l.height), l.happened_at,
        pg_temp.fill_near('tx ' || l.n, l.i), l.receipt_id, 1, 0, 'dmrv', '1.0.0', 'retire', l.token_id,
        jsonb_build_object('token_id', l.token_id, 'account_id', l.from_account, 'tonnage_co2e', l.tonnage::text,
          'beneficiary', 'Company ' || l.i % 997, 'reason', 'Emissions of the year', 'retired_at', l.happened_at)
      from fill_legs l join fill_credits c using (i) where l.leg = 'burn' and c.status = 'retired'
      order by 2`,
  },
  {
    table: 'chain.token_events',
    sql: `insert into chain.token_events (near_contract_id, token_id, token_version, event_identity, event_position, event,
        leg, from_account_id, to_account_id)
      select 'credits.dmrv.near', token_id, row_number() over (partition by i order by happened_at, n),
        receipt_id || ':0:0',
        lpad(height::text, 12, '0') || '-0000000000-' || lpad((r * 10 + n)::text, 6, '0') || '-000-00000',
        case when from_account = 'credits.dmrv.near' then 'nft_mint' when to_account = 'credits.dmrv.near' then 'nft_burn'
          else 'nft_transfer' end, leg, from_account, to_account
      from fill_legs order by i, n`,
  },
  {
    table: 'chain.lineage',
    sql: `insert into chain.lineage
        (near_contract_id, token_id, parent_token_id, lineage_type, ordinal, event_identity)
      select 'credits.dmrv.near', mrv_hash, root_hash, 'split', k - 1, pg_temp.fill_near('receipt 0', i) || ':0:0'
      from fill_credits where kind = 'split' order by i`,
  },
  {
    table: 'chain.consents',
    sql: `insert into chain.consents (near_contract_id, registry_type, registry_name, consent_ref, mrv_hash, tonnage_co2e,
        debited_co2e, unit, serial_namespace, serial_start, document_sha256, immobilised_on, account_id, attested_by,
        recorded_at, recorded_identity, last_position)
      select 'credits.dmrv.near', registry_type, registry_name, 'consent-' || s, mrv_hash, units, units, 1, namespace,
        starts, pg_temp.fill_hash('consent', s), (created_at - interval '5 days')::date, 'registry.near', 'registry',
        created_at, pg_temp.fill_near('consent', s) || ':0:0',
        lpad(pg_temp.fill_height(b, 0)::text, 12, '0') || '-0000000000-' || lpad((r * 10)::text, 6, '0') || '-000-00000'
      from fill_credits where k = 0 order by i`,
  },
  {
    table: 'chain.retirements',
    sql: `insert into chain.retirements (near_contract_id, token_id, event_identity, event_position, transaction_hash,
        receipt_id, block_height, retired_at, account_id, tonnage_co2e, beneficiary, beneficiary_commitment,
        beneficiary_kind, beneficiary_id, reason, registry_outcome, registry_retirement_id, registry_retired_on,
        attested_by, outcome_identity, confirmed_at, refused_at, evidence_sha256, amendment, refusal_reason)
      select 'credits.dmrv.near', l.token_id, l.receipt_id || ':1:0',
        lpad(l.height::text, 12, '0') || '-0000000000-' || lpad((l.r * 10 + l.n)::text, 6, '0') || '-001-00000',
        pg_temp.fill_near('tx ' || l.n, l.i), l.receipt_id, l.height, l.happened_at, l.from_account, l.tonnage,
        case when l.i % 10 <> 0 then 'Company ' || l.i % 997 end,
        case when l.i % 10 = 0 then pg_temp.fill_hash('beneficiary', l.i) end,
        case when l.i % 10 = 0 then 'individual' else 'organisation' end,
        case when l.i % 10 <> 0 then 'LEI-' || l.i % 997 end, 'Emissions of the year',
        case when f.confirmed then 'confirmed' when f.refused then 'refused' else 'pending' end,
        case when f.confirmed then 'RET-' || l.i end, case when f.confirmed then pg_temp.fill_at(l.b, 14)::date end,
        case when f.confirmed then (array['registry', 'registry_agent'])[l.i % 2 + 1] end,
        case when f.confirmed or f.refused then pg_temp.fill_near('outcome', l.i) || ':0:0' end,
        case when f.confirmed then pg_temp.fill_at(l.b, 15) end, case when f.refused then pg_temp.fill_at(l.b, 15) end,
        case when f.confirmed then pg_temp.fill_hash('evidence of retirement', l.i) end, case when f.confirmed then 0 end,
        case when f.refused then 'The account is frozen' end
      from fill_legs l join fill_credits c using (i), lateral (
        select pg_temp.fill_below('confirmed', l.i, 100) < 70, pg_temp.fill_below('confirmed', l.i, 100) >= 97
      ) as f (confirmed, refused)
      where l.leg = 'burn' and c.status = 'retired' order by l.i`,
  },
  {
    table: 'chain.proof_bundles',
    sql: `insert into chain.proof_bundles (near_contract_id, token_id, form, head_block_hash, head_block_height, bundle,
        bundle_sha256, created_at, updated_at)
      select 'credits.dmrv.near', l.token_id, 'dmrv-retirement-proof/1', pg_temp.fill_near('block', l.height + 100),
        l.height + 100, jsonb_build_object('retirement', jsonb_build_object('token_id', l.token_id)),
        pg_temp.fill_hash('bundle', l.i), l.happened_at, l.happened_at
      from fill_legs l join fill_credits c using (i)
      where l.leg = 'burn' and c.status = 'retired' and l.i % 20 = 0 order by l.i`,
  },
];

export const CREDIT_STEPS: readonly Step[] = [...CREDITS, ...CHAIN];
