// Owns bringing a demo credit from evidence to its token over the API, as a tenant would; leaves what becomes of it to fates.ts.

import { createHash } from 'node:crypto';
import { ApiError } from '../../api/client/client.ts';
import { SCOPES } from '../../api/schemas/scopes.ts';
import { parseTonnage } from '../../core/credit/tonnage.ts';
import { CATEGORY_KEYS } from '../../core/db/statuses.ts';
import { type DemoCredit, type DemoProject, PROJECTS, type ProjectKey, type TENANTS } from './places.ts';
import type { ApiClient, DemoWorld } from './world.ts';

export type Seat = { client: ApiClient; tenant_id: string; key: string };

const WITHIN_TENANT = SCOPES.filter((scope) => !/^(audit|registry_keys|tenants):/.test(scope));

export async function makeTenant(world: DemoWorld, { slug, name }: (typeof TENANTS)[number]): Promise<Seat> {
  const { operator, journal } = world;
  const { tenant_id } = await journal.step(`tenant ${slug}`, async () => {
    const { tenants } = await operator.listTenants({ query: { page_size: 200 } });
    const found = tenants.find((one) => one.slug === slug);
    if (found !== undefined) return { tenant_id: found.tenant_id };
    const made = await operator.createTenant({ body: { slug, name } });
    return { tenant_id: made.tenant_id };
  });
  const { key } = await journal.step(`key ${slug}`, async () => {
    const made = await operator.createTenantApiKey({
      params: { tenant_id },
      body: { name: 'Demo', permissions: [...WITHIN_TENANT] },
    });
    return { key: made.key };
  });
  return { client: world.clientFor(key), tenant_id, key };
}

export async function makeProject(world: DemoWorld, seat: Seat, which: ProjectKey): Promise<string> {
  const about: DemoProject = PROJECTS[which];
  const { project_id } = await world.journal.step(`project ${which}`, async () => {
    const { methodologies } = await seat.client.listMethodologies();
    const found = methodologies.find(({ code }) => code === about.methodology);
    if (found === undefined) throw new Error(`There is no methodology ${about.methodology}.`);
    const { project } = await seat.client.createProject({
      body: {
        name: about.name,
        project_type: about.project_type,
        location: about.location,
        host_country: about.host_country,
        target_registry: about.registry,
        methodology_id: found.methodology_id,
      },
      idempotency_key: `demo-project-${which}`,
    });
    return { project_id: project.project_id };
  });
  return project_id;
}

/** The numbers of its units at the registry: a block for each vintage. */
export function serialBlockOf({ project, year, tonnes }: DemoCredit): {
  namespace: string;
  start: bigint;
  /** The last number. */
  end: bigint;
} {
  const { registry, serial_code: code, host_country } = PROJECTS[project];
  const { unit } = registry === 'verra' ? VERRA : ISOMETRIC;
  const count = readTonnes(tonnes) / readTonnes(unit);
  const start = BigInt(year) * NUMBERS_A_YEAR + 1n;
  const namespace =
    registry === 'verra'
      ? `${year}-VCS-VCU-1507-VER-${host_country}-${code}-0101${year}-3112${year}-0`
      : `ISO-1-DACBAS-ISL-${code}-${year}`;
  return { namespace, start, end: start + count - 1n };
}

const VERRA = { unit: '1' };
const ISOMETRIC = { unit: '0.001' };
const NUMBERS_A_YEAR = 1_000_000n;
const AN_HOUR_MS = 60 * 60 * 1000;

function readTonnes(text: string): bigint {
  const read = parseTonnage(text);
  if (read === undefined) throw new Error(`"${text}" is no tonnage.`);
  return read;
}

/** To the approval, from which the issuance goes on by itself. */
export async function walkToApproved(
  world: DemoWorld,
  about: { seat: Seat; project_id: string; credit: DemoCredit },
): Promise<{ mrv_submission_id: string; process_id: string }> {
  const { seat, project_id, credit } = about;
  const { client } = seat;
  const once = (what: string) => ({ idempotency_key: `demo-${credit.name}-${what}` });
  const { journal } = world;
  const { evidence, payload }: DemoProject = PROJECTS[credit.project];
  const gross = credit.tonnes;
  const { mrv_submission_id } = await journal.step(`submission ${credit.name}`, async () => {
    const { submission } = await client.createMrvSubmission({
      params: { project_id },
      body: {
        source_type: 'sensor',
        raw_payload: { ...payload, gross_removal: gross, project_emissions: '0' },
        period_start_on: `${credit.year}-01-01`,
        period_end_on: `${credit.year}-12-31`,
      },
      ...once('submission'),
    });
    return { mrv_submission_id: submission.mrv_submission_id };
  });
  const params = { mrv_submission_id };
  for (const artifact_type of evidence) {
    await journal.step(`${artifact_type} ${credit.name}`, async () => {
      const bytes = Buffer.from(`Demo ${artifact_type} of ${credit.name}\n`);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await unlessDone(
        client.addArtifact({
          params,
          query: { artifact_type, file_name: `${artifact_type}.txt`, sha256 },
          upload: { bytes, content_type: 'application/octet-stream' },
        }),
      );
      return { sha256 };
    });
  }
  const { process_id } = await journal.step(`approved ${credit.name}`, async () => {
    await client.validateMrvSubmission({ params, ...once('validate') });
    await client.computeMrvSubmission({
      params,
      body: {
        gross_removal: gross,
        baseline_emissions: '0',
        project_emissions: '0',
        leakage_deduction: '0',
        buffer_deduction: '0',
      },
      ...once('compute'),
    });
    const { verification_id } = await client.createVerification({
      params,
      body: { verifier: { email: 'verifier@example.org', display_name: 'Vera Verifier' } },
      ...once('verification'),
    });
    const by = { verification_id };
    for (const category_key of CATEGORY_KEYS) {
      await client.setVerificationCategory({
        params: { verification_id, category_key },
        body: { status: 'passed' },
        ...once(category_key),
      });
    }
    const report_hash = createHash('sha256').update(`Demo report of ${credit.name}\n`).digest('hex');
    await client.addVerificationReport({
      params: by,
      body: { report_uri: `https://example.org/${credit.name}.pdf`, report_hash },
      ...once('report'),
    });
    await client.completeVerification({ params: by, ...once('complete') });
    await client.decideVerification({
      params: by,
      body: { overall_status: 'APPROVED', verified_tonnage: credit.tonnes },
      ...once('decision'),
    });
    const begun = await client.issueCredit({
      params,
      body: {
        ...(credit.owner === undefined ? {} : { receiver_id: credit.owner }),
        ...(credit.is_last_day === true ? { expires_on: lastDay() } : {}),
      },
    });
    return { process_id: begun.process_id };
  });
  return { mrv_submission_id, process_id };
}

/** Today, but for the last hour of it: the credit is minted some time later. */
function lastDay(): string {
  return new Date(Date.now() + AN_HOUR_MS).toISOString().slice(0, 10);
}

/** A step of before a cut: what it wanted to do is there. */
async function unlessDone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
  }
}
