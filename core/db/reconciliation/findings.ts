// Owns the rows of findings and of the remarks on them: opened once, seen again, closed when healed, waived and owned; leaves
// what is a finding to api/reconcile.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from '../list-page.ts';
import type { DB } from '../types.ts';

export type FindingStatus = 'open' | 'waived' | 'closed';

export type FindingRow = {
  finding_id: string;
  tenant_id: string | null;
  code: string;
  severity: string;
  subject: string;
  registry_type: string | null;
  registry_name: string | null;
  mrv_hash: string | null;
  tonnes_at_stake: string;
  values_found: Record<string, unknown>;
  next_step: string;
  status: FindingStatus;
  opened_by: string;
  owner_user_id: string | null;
  owner_actor: string | null;
  waived_by: string | null;
  waived_reason: string | null;
  waived_until: string | null;
  opened_by_run_id: string;
  last_run_id: string;
  first_seen_at: string;
  last_seen_at: string;
  closed_at: string | null;
  updated_at: string;
};

const COLUMNS = sql`finding_id, tenant_id, code, severity, subject, registry_type::text as registry_type, registry_name,
  mrv_hash, trim_scale(tonnes_at_stake)::text as tonnes_at_stake, values_found, next_step, status, opened_by,
  owner_user_id, owner_actor, waived_by, waived_reason, waived_until, opened_by_run_id, last_run_id, first_seen_at,
  last_seen_at, closed_at, updated_at`;

export type KnownFinding = Pick<
  FindingRow,
  | 'finding_id'
  | 'tenant_id'
  | 'code'
  | 'subject'
  | 'registry_type'
  | 'registry_name'
  | 'status'
  | 'waived_by'
  | 'waived_reason'
  | 'waived_until'
  | 'mrv_hash'
  | 'tonnes_at_stake'
>;

export async function listKnownFindings(trx: Transaction<DB>): Promise<KnownFinding[]> {
  const { rows } = await sql<KnownFinding>`select finding_id, tenant_id, code, subject,
      registry_type::text as registry_type, registry_name, status, waived_by, waived_reason, waived_until, mrv_hash,
      trim_scale(tonnes_at_stake)::text as tonnes_at_stake
    from reconciliation.findings where status <> 'closed'`.execute(trx);
  return rows;
}

export type SeenFinding = Pick<
  FindingRow,
  | 'tenant_id'
  | 'code'
  | 'severity'
  | 'subject'
  | 'registry_type'
  | 'registry_name'
  | 'mrv_hash'
  | 'tonnes_at_stake'
  | 'values_found'
  | 'next_step'
>;

type RunAbout = { run_id: string; now: Date };

/** Times never go back, whatever a clock does. */
export async function insertFindings(
  trx: Transaction<DB>,
  about: RunAbout & { opened_by: string; seen: readonly SeenFinding[] },
): Promise<void> {
  if (about.seen.length === 0) return;
  await sql`insert into reconciliation.findings (tenant_id, code, severity, subject, registry_type, registry_name,
      mrv_hash, tonnes_at_stake, values_found, next_step, opened_by, opened_by_run_id, last_run_id, first_seen_at,
      last_seen_at)
    select f.tenant_id, f.code, f.severity, f.subject, f.registry_type, f.registry_name, f.mrv_hash, f.tonnes_at_stake,
      f.values_found, f.next_step, ${about.opened_by}, ${about.run_id}, ${about.run_id}, ${about.now}, ${about.now}
    from jsonb_to_recordset(${JSON.stringify(about.seen)}::jsonb) as f (tenant_id uuid, code text, severity text,
      subject text, registry_type text, registry_name text, mrv_hash text, tonnes_at_stake numeric, values_found jsonb,
      next_step text)`.execute(trx);
}

export async function seeFindingsAgain(
  trx: Transaction<DB>,
  about: RunAbout & { seen: readonly (SeenFinding & { finding_id: string })[] },
): Promise<void> {
  if (about.seen.length === 0) return;
  await sql`update reconciliation.findings k set severity = f.severity, tonnes_at_stake = f.tonnes_at_stake,
      values_found = f.values_found, next_step = f.next_step, last_run_id = ${about.run_id},
      last_seen_at = greatest(k.last_seen_at, ${about.now}::timestamptz)
    from jsonb_to_recordset(${JSON.stringify(about.seen)}::jsonb) as f (finding_id uuid, severity text,
      tonnes_at_stake numeric, values_found jsonb, next_step text)
    where k.finding_id = f.finding_id`.execute(trx);
}

export async function closeFindings(
  trx: Transaction<DB>,
  about: RunAbout & { finding_ids: readonly string[] },
): Promise<void> {
  if (about.finding_ids.length === 0) return;
  await sql`update reconciliation.findings set status = 'closed', closed_at = ${about.now}, last_run_id = ${about.run_id}
    where finding_id = any(${[...about.finding_ids]}::uuid[])`.execute(trx);
}

/** The waiver stays readable as a remark. */
export async function reopenFindings(
  trx: Transaction<DB>,
  {
    lapsed,
  }: { lapsed: readonly Pick<KnownFinding, 'finding_id' | 'tenant_id' | 'waived_by' | 'waived_reason'>[] },
): Promise<void> {
  for (const one of lapsed) {
    await sql`update reconciliation.findings set status = 'open', waived_by = null, waived_reason = null,
      waived_until = null where finding_id = ${one.finding_id}`.execute(trx);
    const comment = `The waiver by ${one.waived_by} has ended. Its reason was: ${one.waived_reason}`;
    await sql`insert into reconciliation.finding_comments (tenant_id, finding_id, author, comment)
      values (${one.tenant_id}, ${one.finding_id}, 'reconciler', ${comment.slice(0, MAX_COMMENT)})`.execute(
      trx,
    );
  }
}

const MAX_COMMENT = 10_000;

export type FindingFilters = {
  status?: readonly string[] | undefined;
  code?: readonly string[] | undefined;
  severity?: readonly string[] | undefined;
  registry?: readonly string[] | undefined;
  mrv_hash?: string | undefined;
  tenant_id?: string | undefined;
};

export async function listFindings(
  trx: Transaction<DB>,
  { filters, page }: { filters: FindingFilters; page: PageAsked },
): Promise<Page<FindingRow>> {
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`reconciliation.findings`,
    where: [
      ...given(filters.status, (values) => sql`status = any(${[...values]}::text[])`),
      ...given(filters.code, (values) => sql`code = any(${[...values]}::text[])`),
      ...given(filters.severity, (values) => sql`severity = any(${[...values]}::text[])`),
      ...given(filters.registry, (values) => sql`registry_type = any(${[...values]}::text[])`),
      ...given(filters.mrv_hash, (value) => sql`mrv_hash = ${value}`),
      ...given(filters.tenant_id, (value) => sql`tenant_id = ${value}`),
    ],
    at: sql`first_seen_at`,
    id: sql`finding_id`,
    page,
  });
}

export async function findFinding(trx: Transaction<DB>, id: string): Promise<FindingRow | undefined> {
  return firstOf(
    trx,
    sql<FindingRow>`select ${COLUMNS} from reconciliation.findings where finding_id = ${id}`,
  );
}

export async function lockFinding(trx: Transaction<DB>, id: string): Promise<FindingRow | undefined> {
  return firstOf(
    trx,
    sql<FindingRow>`select ${COLUMNS} from reconciliation.findings where finding_id = ${id} for update`,
  );
}

export type FindingChange = Partial<
  Pick<
    FindingRow,
    'status' | 'owner_user_id' | 'owner_actor' | 'waived_by' | 'waived_reason' | 'waived_until'
  >
>;

/** The finding is locked already. What is not named stays. */
export async function updateFinding(
  trx: Transaction<DB>,
  { finding, change }: { finding: FindingRow; change: FindingChange },
): Promise<FindingRow> {
  const next = { ...finding, ...change };
  return oneOf(
    trx,
    sql<FindingRow>`update reconciliation.findings set status = ${next.status}, owner_user_id = ${next.owner_user_id},
        owner_actor = ${next.owner_actor}, waived_by = ${next.waived_by}, waived_reason = ${next.waived_reason},
        waived_until = ${next.waived_until}
      where finding_id = ${finding.finding_id} returning ${COLUMNS}`,
  );
}

export type FindingComment = {
  finding_comment_id: string;
  finding_id: string;
  author: string;
  comment: string;
  created_at: string;
};

const MAX_COMMENTS = 1_000;

export async function listComments(trx: Transaction<DB>, finding_id: string): Promise<FindingComment[]> {
  const { rows } =
    await sql<FindingComment>`select finding_comment_id, finding_id, author, comment, created_at
    from reconciliation.finding_comments where finding_id = ${finding_id}
    order by created_at, finding_comment_id limit ${MAX_COMMENTS}`.execute(trx);
  return rows;
}

export async function insertComment(
  trx: Transaction<DB>,
  made: { finding: Pick<FindingRow, 'finding_id' | 'tenant_id'>; author: string; comment: string },
): Promise<FindingComment> {
  return oneOf(
    trx,
    sql<FindingComment>`insert into reconciliation.finding_comments (tenant_id, finding_id, author, comment)
      values (${made.finding.tenant_id}, ${made.finding.finding_id}, ${made.author}, ${made.comment})
      returning finding_comment_id, finding_id, author, comment, created_at`,
  );
}

export type OpenCount = { code: string; severity: string; findings: string };

export async function countOpenFindings(trx: Transaction<DB>): Promise<OpenCount[]> {
  const { rows } = await sql<OpenCount>`select code, severity, count(*)::text as findings
    from reconciliation.findings where status = 'open' group by 1, 2`.execute(trx);
  return rows;
}
