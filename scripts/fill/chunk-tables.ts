// Owns the draws of one chunk (what each credit is, who owns it, how it moved); leaves storing them to the SQL beside it.

/** Parameters of both: first block, block after the last. */
export const DRAW_CHUNK = `insert into fill_chunk
  select s.*, p.registry_type, p.registry_name
  from fill_submissions s join fill_projects p on p.project_id = s.project_id
  where s.b >= $1 and s.b < $2`;

export const DRAW_CREDITS = `insert into fill_credits
  with placed as (
    select c.b::bigint * 100 + l.r as i, c.b, l.r, l.j, l.k, l.kind, c.s, c.tenant_no, c.tenant_id, c.project_no,
      c.project_id, c.mrv_submission_id, c.period_no, c.registry_type, c.registry_name, c.mrv_hash as root_hash
    from fill_chunk c join fill_layout l on l.j = c.j
    where c.b >= $1 and c.b < $2
  ), sized as (
    select *, case kind when 'split' then 10 + pg_temp.fill_below('units', i, 490)
      when 'single' then 1000 + pg_temp.fill_below('units', i, 9000) end as own_units
    from placed
  ), spread as (
    -- Parts take the ranges of their parent one after the other, lowest first.
    select *, sum(own_units) over family as family_units,
      coalesce(sum(own_units) over (partition by b, j order by k rows between unbounded preceding and 1 preceding), 0)
        as passed_units,
      max(own_units) filter (where k = 21) over family as units_21,
      max(own_units) filter (where k = 22) over family as units_22
    from sized window family as (partition by b, j)
  ), fated as (
    select *, case when kind in ('reissue', 'merge') then 500 when kind = 'root' then 1001
      when j = 3 and k in (21, 22) then 1002 when j = 2 and k = 22 then 140
      else pg_temp.fill_below('fate', i, 1000) end as fate,
      case kind when 'root' then 0 when 'single' then 0 when 'split' then 1 else 2 end as stage,
      pg_temp.fill_below('owner', i, 1000) as owner_draw
    from spread
  ), told as (
    select *, case when fate < 112 then 'retired' when fate < 140 then 'impaired' when fate < 150 then 'invalidated'
        when fate < 165 then 'expired' when fate < 185 or fate > 1000 then 'void' else 'active' end as status,
      case when fate between 165 and 174 then 'redeemed' when fate between 175 and 184 then 'cancelled'
        when fate = 1001 then 'divided' when fate = 1002 then 'merged' end as void_cause,
      case when fate < 112 then 10 + pg_temp.fill_below('retired at', i, 4)
        when fate between 165 and 184 then 10 when fate = 1001 then 1 when fate = 1002 then 2 end as end_stage
    from fated
  )
  select i, b, r, j, k, kind, s, tenant_no, tenant_id, project_no, project_id, mrv_submission_id, period_no,
    registry_type, registry_name,
    pg_temp.fill_uuid('credit', i, pg_temp.fill_at(b, stage)),
    case when k = 0 then root_hash else pg_temp.fill_hash('part', i) end,
    root_hash,
    pg_temp.fill_uuid('credit', i - k, pg_temp.fill_at(b, 0)),
    case kind when 'root' then family_units when 'reissue' then units_22 when 'merge' then units_21 + units_22
      else own_units end,
    period_no * 1000000 + case kind when 'reissue' then family_units - units_22
      when 'merge' then family_units - units_21 - units_22 when 'root' then 0 else passed_units end,
    'R' || tenant_no || '-' || project_no,
    pg_temp.fill_uuid('serial block', i, pg_temp.fill_at(b, stage)),
    pg_temp.fill_uuid('serial block', i - k, pg_temp.fill_at(b, 0)),
    status, void_cause, stage, end_stage, pg_temp.fill_at(b, stage), pg_temp.fill_at(b, end_stage),
    'issuer-' || tenant_no || '.near',
    case when r = 51 then 'whale.near'
      when kind = 'root' or void_cause = 'merged' or owner_draw < 50 then 'issuer-' || tenant_no || '.near'
      when owner_draw < 70 then 'custody-' || owner_draw % 5 || '.near'
      when owner_draw < 80 then 'desk-' || tenant_no
      else pg_temp.fill_wallet(i) end,
    case when r = 51 or kind = 'root' or void_cause = 'merged' or owner_draw < 50 then 'near'
      when owner_draw < 70 then 'custodial' when owner_draw < 80 then 'internal' else 'near' end
  from told`;

/** The contract stands for nobody: minted from it, burnt to it. */
export const DRAW_LEGS = `insert into fill_legs
  select c.i, v.n, v.leg, v.stage, c.b, c.r, c.credit_id, c.tenant_id, c.mrv_hash, c.units, v.from_account,
    v.to_account, pg_temp.fill_near('receipt ' || v.n, c.i), pg_temp.fill_at(c.b, v.stage),
    pg_temp.fill_height(c.b, v.stage)
  from (
    -- What a tenant keeps on its own books is on chain under its issuer.
    select *, case owner_type when 'internal' then issuer else owner end as chain_owner from fill_credits
  ) as c, lateral (
    values (0, case c.kind when 'split' then 'split' when 'merge' then 'merge' else 'mint' end, c.stage,
        'credits.dmrv.near', c.issuer, true),
      (1, 'split', 1, c.issuer, 'credits.dmrv.near', c.kind = 'root'),
      (2, 'merge', 2, c.issuer, 'credits.dmrv.near', c.void_cause = 'merged'),
      (3, 'transfer', 3 + pg_temp.fill_below('moved at', c.i, 5), c.issuer, c.chain_owner,
        c.chain_owner <> c.issuer),
      (4, 'transfer', 8, c.chain_owner, 'market.near', c.status = 'active' and c.i % 100 = 7),
      (5, 'revert', 9, 'market.near', c.chain_owner, c.status = 'active' and c.i % 100 = 7),
      (6, 'burn', c.end_stage, c.chain_owner, 'credits.dmrv.near',
        c.status = 'retired' or c.void_cause in ('redeemed', 'cancelled'))
  ) as v (n, leg, stage, from_account, to_account, happens)
  where v.happens`;

export const ANALYZE_CHUNK = 'analyze fill_chunk, fill_credits, fill_legs';
