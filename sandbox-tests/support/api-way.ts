// Owns walking a submission along its way over HTTP, up to the state that a spec needs; leaves what is shown to the specs.

import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { ApiError } from '../../api/client/client.ts';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import { CATEGORY_KEYS } from '../../core/db/statuses.ts';
import { seedCatalogue } from '../../scripts/seed/seed-catalogue.ts';
import type { ApiClient, TestApi, TestTenant } from './api.ts';

/** Methodologies and requirements as "npm run seed" writes them. */
export async function seedFor(api: TestApi): Promise<void> {
  const pool = createPool({ url: api.database.admin_url, max: 1, on_idle_error: () => undefined });
  const db = createDatabase(pool);
  try {
    await seedCatalogue(db);
  } finally {
    await db.destroy();
  }
}

export async function askAdmin<Row>(api: TestApi, text: string): Promise<Row[]> {
  const pool = createPool({ url: api.database.admin_url, max: 1, on_idle_error: () => undefined });
  const db = createDatabase(pool);
  try {
    return (await sql.raw<Row>(text).execute(db)).rows;
  } finally {
    await db.destroy();
  }
}

/** The status, code and details of a refusal. */
export async function refusalOf(promise: Promise<unknown>): Promise<ApiError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('The request was taken.');
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await refusalOf(promise)).code;
}

export const PAYLOAD = {
  gross_removal: '120',
  project_emissions: '4.5',
  biochar_dry_mass: '50',
  organic_carbon_fraction: '0.8',
} as const;

export const PARTS = {
  gross_removal: '120',
  baseline_emissions: '0',
  project_emissions: '4.5',
  leakage_deduction: '0.5',
  buffer_deduction: '15',
} as const;

export async function makeProject(client: ApiClient, given: { name?: string } = {}) {
  const { methodologies } = await client.listMethodologies();
  const methodology_id = methodologies.find(({ code }) => code === 'VM0044')?.methodology_id;
  const { project } = await client.createProject({
    body: {
      name: given.name ?? 'Biochar at the lake',
      project_type: 'biochar',
      location: { lat: 47.5, lon: 7.5 },
      host_country: 'CH',
      target_registry: 'verra',
      ...(methodology_id === undefined ? {} : { methodology_id }),
    },
  });
  return project;
}

export async function makeSubmission(
  client: ApiClient,
  about: { project_id: string; year?: number; payload?: Record<string, string> },
) {
  const { project_id, year = 2025, payload = PAYLOAD } = about;
  const { submission } = await client.createMrvSubmission({
    params: { project_id },
    body: {
      source_type: 'sensor',
      raw_payload: payload,
      period_start_on: `${year}-01-01`,
      period_end_on: `${year}-12-31`,
    },
  });
  return submission;
}

export type File = { bytes: Buffer; sha256: string };

export function makeFile(bytes: Buffer = randomBytes(64)): File {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

export async function addFile(
  client: ApiClient,
  about: {
    mrv_submission_id: string;
    artifact_type: 'monitoring_report' | 'lab_report' | 'photo' | 'sensor_data';
    file?: File;
  },
) {
  const { mrv_submission_id, artifact_type, file = makeFile() } = about;
  return client.addArtifact({
    params: { mrv_submission_id },
    query: { artifact_type, file_name: `${artifact_type}.bin`, sha256: file.sha256 },
    upload: { bytes: file.bytes, content_type: 'application/octet-stream' },
  });
}

export type Walked = { project_id: string; mrv_submission_id: string; verification_id: string };

export type Way = {
  project_id?: string;
  year?: number;
  files?: { monitoring_report?: File; lab_report?: File };
  report_hash?: string;
};

/** A submission with its evidence, validated and computed. */
export async function walkToComputed(client: ApiClient, given: Way = {}) {
  const project_id = given.project_id ?? (await makeProject(client)).project_id;
  const { mrv_submission_id } = await makeSubmission(client, { project_id, ...given });
  for (const artifact_type of ['monitoring_report', 'lab_report'] as const) {
    const file = given.files?.[artifact_type];
    await addFile(client, { mrv_submission_id, artifact_type, ...(file === undefined ? {} : { file }) });
  }
  const params = { mrv_submission_id };
  await client.validateMrvSubmission({ params });
  await client.computeMrvSubmission({ params, body: PARTS });
  return { project_id, mrv_submission_id };
}

/** All categories passed, a report, completed; not decided yet. */
export async function walkToCompleted(client: ApiClient, given: Way = {}) {
  const { project_id, mrv_submission_id } = await walkToComputed(client, given);
  const { verification_id } = await client.createVerification({
    params: { mrv_submission_id },
    body: { verifier: { email: 'verifier@example.org', display_name: 'A verifier' } },
  });
  await review(client, verification_id);
  const params = { verification_id };
  await client.addVerificationReport({
    params,
    body: {
      report_uri: 'https://example.org/report.pdf',
      report_hash: given.report_hash ?? makeFile().sha256,
    },
  });
  await client.completeVerification({ params });
  return { project_id, mrv_submission_id, verification_id };
}

export async function review(client: ApiClient, verification_id: string): Promise<void> {
  for (const category_key of CATEGORY_KEYS) {
    await client.setVerificationCategory({
      params: { verification_id, category_key },
      body: { status: 'passed' },
    });
  }
}

export async function walkToApproved(client: ApiClient, given: Way = {}): Promise<Walked> {
  const walked = await walkToCompleted(client, given);
  await client.decideVerification({
    params: { verification_id: walked.verification_id },
    body: { overall_status: 'APPROVED', verified_tonnage: '100' },
  });
  return walked;
}

export async function walkToHashed(client: ApiClient, given: Way = {}) {
  const walked = await walkToApproved(client, given);
  const params = { mrv_submission_id: walked.mrv_submission_id };
  const hash = await client.createMrvHash({ params, body: {} });
  return { ...walked, ...hash };
}

/** The types of the events that a tenant told of one thing, in their order. */
export async function eventsOf(
  api: TestApi,
  { tenant_id }: TestTenant,
  aggregate_id: string,
): Promise<string[]> {
  const rows = await askAdmin<{ event_type: string; aggregate_version: string; is_out: boolean }>(
    api,
    `select s.event_type, s.aggregate_version, exists (select from eventing.outbox o
        where o.event_id = s.event_id and o.event_type = s.event_type) as is_out
      from eventing.event_store s where s.tenant_id = '${tenant_id}' and s.aggregate_id = '${aggregate_id}'
      order by s.aggregate_version`,
  );
  rows.forEach((row, index) => {
    if (Number(row.aggregate_version) !== index + 1 || !row.is_out) {
      throw new Error(`The events of ${aggregate_id} have a gap, or one is not on its way out.`);
    }
  });
  return rows.map(({ event_type }) => event_type);
}
