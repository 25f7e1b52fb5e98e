// Owns what each connection that fills needs to know: draws, ids, times and who owns which submission.
// It is all temporary and the same for the same seed; leaves the rows to the files beside it.

/** Parameters: seed, credits, blocks. Read by the functions below. */
export const SETTINGS = `select set_config('fill.seed', $1, false), set_config('fill.credits', $2, false),
  set_config('fill.blocks', $3, false), set_config('synchronous_commit', 'off', false),
  set_config('work_mem', '64MB', false), set_config('timezone', 'UTC', false),
  set_config('app.current_actor', 'script:fill', false)`;

export const FUNCTIONS = `
create function pg_temp.fill_hash(kind text, n bigint) returns text language sql stable
  return encode(sha256(convert_to(current_setting('fill.seed') || '/' || kind || '/' || n, 'UTF8')), 'hex');

-- Base58 knows no 0; every other hex digit is in it.
create function pg_temp.fill_near(kind text, n bigint) returns text language sql stable
  return translate(left(pg_temp.fill_hash(kind, n), 44), '0', 'Z');

create function pg_temp.fill_below(kind text, n bigint, below integer) returns integer language sql stable
  return (('x' || left(md5(current_setting('fill.seed') || '/' || kind || '/' || n), 8))::bit(32)::bigint
    % below)::integer;

-- As uuidv7: the time first, so that rows of one time lie together in the index.
create function pg_temp.fill_uuid(kind text, n bigint, at timestamptz) returns uuid language sql stable
  return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
    || substr(md5(current_setting('fill.seed') || '/' || kind || '/' || n), 1, 3) || '8'
    || substr(md5(current_setting('fill.seed') || '/' || kind || '/' || n), 4, 15))::uuid;

-- The platform's 700 days, cut into as many steps as there are blocks of credits. A stage of a credit's way is so
-- many hundredths of that time after its minting; it is also the second within the step, so that no two stages
-- of any blocks share a chain block.
create function pg_temp.fill_second(b integer, stage integer) returns bigint language sql stable
  return (b + current_setting('fill.blocks')::bigint
      * (array[0, 0, 1, 1, 2, 3, 4, 5, 5, 5, 6, 6, 7, 8, 9, 9])[stage + 1] / 100)
    * (700 * 86400 / current_setting('fill.blocks')::bigint) + stage;

create function pg_temp.fill_at(b integer, stage integer) returns timestamptz language sql stable
  return timestamptz '2024-01-01 00:00:00+00' + make_interval(secs => pg_temp.fill_second(b, stage));

create function pg_temp.fill_height(b integer, stage integer) returns bigint language sql stable
  return 120000000 + pg_temp.fill_second(b, stage);

-- Few wallets hold much and many hold little.
create function pg_temp.fill_wallet(n bigint) returns text language sql stable
  return 'wallet-' || (pg_temp.fill_below('wallet', n, 1048576)::bigint * pg_temp.fill_below('wallet', n, 1048576)
    / 1048576 * greatest(10, current_setting('fill.credits')::bigint / 20) / 1048576) || '.near'`;

/** Parameters: how many tenants, how many of them have credits. */
export const TENANTS_TABLE = `create temp table fill_tenants as
  select no as tenant_no, no < $2::integer as has_credits,
    pg_temp.fill_uuid('tenant', no, '2023-06-01Z') as tenant_id,
    case when no = 0 then 400 when no < 10 then 60 when no < $2::integer then 20 else 3 end as users
  from generate_series(0, $1::integer - 1) as no`;

/** Nine submissions a block: four of divided credits, four of whole ones, one still on its way. */
export const SUBMISSIONS_TABLE = `create temp table fill_submissions as
  with drawn as (
    select s, s / 9 as b, s % 9 as j,
      case when s < $1::integer then s else ($2::integer[])[1 + pg_temp.fill_below('tenant', s, 1000)] end as tenant_no
    from generate_series(0, current_setting('fill.blocks')::integer * 9 - 1) as s
  ), placed as (
    select *, (row_number() over (partition by tenant_no order by s) - 1)::integer as place from drawn
  )
  select p.s, p.b, p.j, p.tenant_no, t.tenant_id, p.place / 20 as project_no, p.place % 20 as period_no,
    pg_temp.fill_uuid('project/' || p.tenant_no, p.place / 20, '2023-07-01Z') as project_id,
    pg_temp.fill_at(p.b, 0) - interval '60 days' as received_at,
    pg_temp.fill_uuid('submission', p.s, pg_temp.fill_at(p.b, 0) - interval '60 days') as mrv_submission_id,
    case when p.j = 8 then
      (array['received', 'computed', 'in_verification', 'approved', 'approved'])[p.b % 5 + 1]
      else 'approved' end as status,
    pg_temp.fill_hash('mrv', p.s) as mrv_hash,
    pg_temp.fill_below('registry/' || p.tenant_no, p.place / 20, 100) as registry_draw
  from placed p join fill_tenants t using (tenant_no)`;

export const PROJECTS_TABLE = `create temp table fill_projects as
  select tenant_no, tenant_id, project_no, project_id, has_submissions, registry_draw,
    case when registry_draw < 45 then 'verra' when registry_draw < 60 then 'gold_standard'
      when registry_draw < 70 then 'puro' when registry_draw < 78 then 'isometric' when registry_draw < 84 then 'acr'
      when registry_draw < 88 then 'car' when registry_draw < 91 then 'art' when registry_draw < 93 then 'icr'
      when registry_draw < 95 then 'eu_ets' when registry_draw < 97 then 'california_arb' else 'other' end
      as registry_type,
    case when registry_draw >= 97 then 'Northern Registry' end as registry_name
  from (
    select distinct tenant_no, tenant_id, project_no, project_id, true as has_submissions, registry_draw
    from fill_submissions
    union all
    select tenant_no, tenant_id, 100000 + no,
      pg_temp.fill_uuid('project/' || tenant_no, 100000 + no, '2023-07-01Z'), false,
      pg_temp.fill_below('registry/' || tenant_no, 100000 + no, 100)
    from fill_tenants, lateral generate_series(1, case when has_credits then 25 else 1 end) as no
  ) as listed`;

/** The hundred credits of a block: r counts them, j is the submission, k the part (0 the credit that was minted). */
export const LAYOUT_TABLE = `create temp table fill_layout as
  select r, case when r < 96 then r / 24 else r - 92 end as j, case when r < 96 then r % 24 else 0 end as k,
    case when r >= 96 then 'single' when r % 24 = 0 then 'root' when r = 71 then 'reissue'
      when r = 95 then 'merge' else 'split' end as kind
  from generate_series(0, 99) as r`;

export const CHUNK_TABLES = `
create temp table fill_chunk (like fill_submissions) on commit delete rows;
alter table fill_chunk add registry_type text, add registry_name text;
create temp table fill_credits (
  i bigint, b integer, r integer, j integer, k integer, kind text, s integer, tenant_no integer, tenant_id uuid,
  project_no integer, project_id uuid, mrv_submission_id uuid, period_no integer, registry_type text,
  registry_name text, credit_id uuid, mrv_hash text, root_hash text, root_id uuid, units integer, starts bigint,
  namespace text, block_id uuid, root_block_id uuid, status text, void_cause text, stage integer, end_stage integer,
  created_at timestamptz, ended_at timestamptz, issuer text, owner text, owner_type text
) on commit delete rows;
create temp table fill_legs (
  i bigint, n integer, leg text, stage integer, b integer, r integer, credit_id uuid, tenant_id uuid, token_id text,
  tonnage integer, from_account text, to_account text, receipt_id text, happened_at timestamptz, height bigint
) on commit delete rows`;

/** In this order; each needs those before it. */
export const PLANNED_TABLES = 'analyze fill_tenants, fill_submissions, fill_projects, fill_layout';
