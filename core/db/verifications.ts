// Owns the rows of verifications: their categories, clarifications and report; leaves the way to api/ways.

import { sql, type Transaction } from 'kysely';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import type { CategoryKey, CategoryStatus, ClarificationStatus, VerificationStatus } from './statuses.ts';
import type { DB } from './types.ts';

export type Verification = {
  verification_id: string;
  tenant_id: string;
  project_id: string;
  mrv_submission_id: string;
  verifier_user_id: string;
  status: VerificationStatus;
  overall_status: 'APPROVED' | 'REJECTED' | null;
  verified_tonnage: string | null;
  completed_at: string | null;
  created_at: string;
  updated_at: string;
};

export type Finding = {
  severity: 'info' | 'minor' | 'major' | 'critical';
  description: string;
  evidence_ref?: string | undefined;
};

export type CategoryResult = {
  category_result_id: string;
  verification_id: string;
  category_key: CategoryKey;
  status: CategoryStatus;
  findings: Finding[];
  evidence_refs: string[];
  reviewed_at: string;
  created_at: string;
};

export type Clarification = {
  clarification_id: string;
  verification_id: string;
  category_key: CategoryKey;
  question: string;
  raised_by_user_id: string;
  response: Record<string, unknown> | null;
  responded_by_user_id: string | null;
  status: ClarificationStatus;
  responded_at: string | null;
  created_at: string;
  updated_at: string;
};

export type Report = {
  verification_report_id: string;
  verification_id: string;
  report_uri: string;
  report_hash: string;
  generated_at: string;
  created_at: string;
};

const COLUMNS = sql`verification_id, tenant_id, project_id, mrv_submission_id, verifier_user_id, status, overall_status,
  trim_scale(verified_tonnage)::text as verified_tonnage, completed_at, created_at, updated_at`;
const CATEGORY_COLUMNS = sql`category_result_id, verification_id, category_key, status, findings, evidence_refs,
  reviewed_at, created_at`;
const CLARIFICATION_COLUMNS = sql`clarification_id, verification_id, category_key, question, raised_by_user_id, response,
  responded_by_user_id, status, responded_at, created_at, updated_at`;
const REPORT_COLUMNS = sql`verification_report_id, verification_id, report_uri, report_hash, generated_at, created_at`;

const MAX_CLARIFICATIONS = 1_000;

export async function insertVerification(
  trx: Transaction<DB>,
  made: { project_id: string; mrv_submission_id: string; verifier_user_id: string },
): Promise<Verification> {
  return oneOf(
    trx,
    sql<Verification>`insert into verification.verifications (tenant_id, project_id, mrv_submission_id, verifier_user_id)
      values (app.current_tenant_id(), ${made.project_id}, ${made.mrv_submission_id}, ${made.verifier_user_id})
      returning ${COLUMNS}`,
  );
}

export async function findVerification(trx: Transaction<DB>, id: string): Promise<Verification | undefined> {
  return firstOf(
    trx,
    sql<Verification>`select ${COLUMNS} from verification.verifications where verification_id = ${id}`,
  );
}

export async function findVerificationOf(
  trx: Transaction<DB>,
  mrv_submission_id: string,
): Promise<Verification | undefined> {
  return firstOf(
    trx,
    sql<Verification>`select ${COLUMNS} from verification.verifications
      where mrv_submission_id = ${mrv_submission_id}`,
  );
}

export async function lockVerification(trx: Transaction<DB>, id: string): Promise<Verification | undefined> {
  return firstOf(
    trx,
    sql<Verification>`select ${COLUMNS} from verification.verifications where verification_id = ${id} for update`,
  );
}

export async function listVerifications(
  trx: Transaction<DB>,
  about: {
    filters: { status?: readonly string[] | undefined; project_id?: string | undefined };
    page: PageAsked;
  },
): Promise<Page<Verification>> {
  const { filters, page } = about;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`verification.verifications`,
    where: [
      ...given(filters.status, (values) => sql`status = any(${[...values]}::text[])`),
      ...given(filters.project_id, (value) => sql`project_id = ${value}`),
    ],
    at: sql`created_at`,
    id: sql`verification_id`,
    page,
  });
}

export type VerificationChange = Partial<
  Pick<Verification, 'status' | 'overall_status' | 'verified_tonnage'>
> & { completed_at?: Date | string | null };

/** The verification is locked already. What is not named stays. */
export async function updateVerification(
  trx: Transaction<DB>,
  { verification, change }: { verification: Verification; change: VerificationChange },
): Promise<Verification> {
  const next = { ...verification, ...change };
  return oneOf(
    trx,
    sql<Verification>`update verification.verifications set status = ${next.status},
        overall_status = ${next.overall_status}, verified_tonnage = ${next.verified_tonnage}::numeric,
        completed_at = ${next.completed_at}
      where verification_id = ${verification.verification_id} returning ${COLUMNS}`,
  );
}

export async function listCategories(
  trx: Transaction<DB>,
  verification_id: string,
): Promise<CategoryResult[]> {
  const { rows } = await sql<CategoryResult>`select ${CATEGORY_COLUMNS}
    from verification.verification_category_results where verification_id = ${verification_id}
    order by category_key`.execute(trx);
  return rows;
}

export type NewCategory = {
  verification_id: string;
  category_key: CategoryKey;
  status: CategoryStatus;
  findings: readonly Finding[];
  evidence_refs: readonly string[];
  reviewed_at: Date;
};

/** A category that is reviewed again has its new result; the audit trail has both. */
export async function putCategory(trx: Transaction<DB>, made: NewCategory): Promise<CategoryResult> {
  return oneOf(
    trx,
    sql<CategoryResult>`insert into verification.verification_category_results (tenant_id, verification_id,
        category_key, status, findings, evidence_refs, reviewed_at)
      values (app.current_tenant_id(), ${made.verification_id}, ${made.category_key}, ${made.status},
        ${JSON.stringify(made.findings)}::jsonb, ${JSON.stringify(made.evidence_refs)}::jsonb, ${made.reviewed_at})
      on conflict (verification_id, category_key) do update set status = excluded.status,
        findings = excluded.findings, evidence_refs = excluded.evidence_refs, reviewed_at = excluded.reviewed_at
      returning ${CATEGORY_COLUMNS}`,
  );
}

export async function listClarifications(
  trx: Transaction<DB>,
  verification_id: string,
): Promise<Clarification[]> {
  const { rows } = await sql<Clarification>`select ${CLARIFICATION_COLUMNS}
    from verification.verification_clarifications where verification_id = ${verification_id}
    order by created_at, clarification_id limit ${MAX_CLARIFICATIONS}`.execute(trx);
  return rows;
}

export async function insertClarification(
  trx: Transaction<DB>,
  made: { verification_id: string; category_key: CategoryKey; question: string; raised_by_user_id: string },
): Promise<Clarification> {
  return oneOf(
    trx,
    sql<Clarification>`insert into verification.verification_clarifications (tenant_id, verification_id, category_key,
        question, raised_by_user_id)
      values (app.current_tenant_id(), ${made.verification_id}, ${made.category_key}, ${made.question},
        ${made.raised_by_user_id})
      returning ${CLARIFICATION_COLUMNS}`,
  );
}

/** Its verification is locked already. */
export async function updateClarification(
  trx: Transaction<DB>,
  about: {
    clarification: Clarification;
    change: {
      status: ClarificationStatus;
      response?: Readonly<Record<string, unknown>>;
      responded_by_user_id?: string | null;
      responded_at?: Date | string | null;
    };
  },
): Promise<Clarification> {
  const next = { ...about.clarification, ...about.change };
  const response = next.response === null ? null : JSON.stringify(next.response);
  return oneOf(
    trx,
    sql<Clarification>`update verification.verification_clarifications set status = ${next.status},
        response = ${response}::jsonb, responded_by_user_id = ${next.responded_by_user_id},
        responded_at = ${next.responded_at}
      where clarification_id = ${next.clarification_id} returning ${CLARIFICATION_COLUMNS}`,
  );
}

export async function findReport(trx: Transaction<DB>, verification_id: string): Promise<Report | undefined> {
  return firstOf(
    trx,
    sql<Report>`select ${REPORT_COLUMNS} from verification.verification_reports
      where verification_id = ${verification_id}`,
  );
}

/** One report a verification: what was signed is not replaced. */
export async function insertReport(
  trx: Transaction<DB>,
  made: { verification_id: string; report_uri: string; report_hash: string; generated_at: string | Date },
): Promise<Report> {
  return oneOf(
    trx,
    sql<Report>`insert into verification.verification_reports (tenant_id, verification_id, report_uri, report_hash,
        generated_at)
      values (app.current_tenant_id(), ${made.verification_id}, ${made.report_uri}, ${made.report_hash},
        ${made.generated_at})
      returning ${REPORT_COLUMNS}`,
  );
}
