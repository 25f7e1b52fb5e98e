// Owns usual rows of projects, what was measured and who verified it; leaves inserting them to world.ts.

import { chooseTenant, chooseUser, type Recipes, type World } from './world-kit.ts';

export const evidenceRecipes: Recipes<
  | 'project.methodologies'
  | 'project.projects'
  | 'project.project_members'
  | 'mrv.mrv_submissions'
  | 'mrv.mrv_computations'
  | 'mrv.mrv_artifacts'
  | 'verification.verifications'
  | 'verification.verification_category_results'
  | 'verification.verification_clarifications'
  | 'verification.verification_reports'
> = {
  'project.methodologies': ({ random }) => ({
    methodology_id: random.uuid(),
    code: `VM-${random.hash().slice(0, 12)}`,
    version: '1.0',
    name: 'A methodology',
  }),
  'project.projects': async (world, given) => ({
    project_id: world.random.uuid(),
    tenant_id: await chooseTenant(world, given),
    name: 'A project',
    project_type: 'biochar',
    location: { lat: 47.5, lon: 7.5 },
    host_country: 'CH',
  }),
  'project.project_members': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      tenant_id,
      project_id: await chooseProject(world, { tenant_id, project_id: given.project_id }),
      user_id: await chooseUser(world, { tenant_id, user_id: given.user_id }),
      role: 'contributor',
    };
  },
  'mrv.mrv_submissions': async (world, given) => {
    const tenant_id = await chooseTenant(world, given);
    return {
      mrv_submission_id: world.random.uuid(),
      tenant_id,
      project_id: await chooseProject(world, { tenant_id, project_id: given.project_id }),
      source_type: 'sensor',
      raw_payload: '{}',
      period_start_on: '2025-01-01',
      period_end_on: '2025-12-31',
    };
  },
  'mrv.mrv_computations': async (world, given) => {
    const { tenant_id, mrv_submission_id } = await chooseSubmission(world, given);
    const methodology =
      given.methodology_code === undefined ? await world.make('project.methodologies') : undefined;
    return {
      computation_id: world.random.uuid(),
      tenant_id,
      mrv_submission_id,
      methodology_code: methodology?.code ?? '',
      methodology_version: methodology?.version ?? '',
      computed_tonnage: '100',
      computed_payload: '{}',
      computed_at: '2026-01-15T00:00:00Z',
    };
  },
  'mrv.mrv_artifacts': async (world, given) => ({
    artifact_id: world.random.uuid(),
    ...(await chooseSubmission(world, given)),
    artifact_type: 'sensor_data',
    file_name: 'readings.csv',
    file_size: '1024',
    mime_type: 'text/csv',
    storage_uri: 'file:readings.csv',
    sha256_hash: world.random.hash(),
  }),
  'verification.verifications': async (world, given) => {
    const { tenant_id, project_id, mrv_submission_id } = await chooseVintage(world, given);
    return {
      verification_id: world.random.uuid(),
      tenant_id,
      project_id,
      mrv_submission_id,
      verifier_user_id: await chooseUser(world, { tenant_id, user_id: given.verifier_user_id }),
    };
  },
  'verification.verification_category_results': async (world, given) => ({
    category_result_id: world.random.uuid(),
    ...(await chooseVerification(world, given)),
    category_key: 'general',
    status: 'passed',
    reviewed_at: '2026-01-15T00:00:00Z',
  }),
  'verification.verification_clarifications': async (world, given) => {
    const { tenant_id, verification_id } = await chooseVerification(world, given);
    return {
      clarification_id: world.random.uuid(),
      tenant_id,
      verification_id,
      category_key: 'general',
      question: 'Which sensor?',
      raised_by_user_id: await chooseUser(world, { tenant_id, user_id: given.raised_by_user_id }),
    };
  },
  'verification.verification_reports': async (world, given) => ({
    verification_report_id: world.random.uuid(),
    ...(await chooseVerification(world, given)),
    report_uri: 'file:report.pdf',
    report_hash: world.random.hash(),
    generated_at: '2026-01-15T00:00:00Z',
  }),
};

type Vintage = { tenant_id: string; project_id: string; mrv_submission_id: string };

/** A submission with the project it belongs to: the one given, or a new one. */
export async function chooseVintage(world: World, given: Partial<Vintage>): Promise<Vintage> {
  if (given.mrv_submission_id !== undefined) {
    const found = await world.db
      .selectFrom('mrv.mrv_submissions')
      .select(['tenant_id', 'project_id', 'mrv_submission_id'])
      .where('mrv_submission_id', '=', given.mrv_submission_id)
      .executeTakeFirstOrThrow();
    return { ...found, ...given };
  }
  const tenant_id = await chooseTenant(world, given);
  const project = given.project_id === undefined ? {} : { project_id: given.project_id };
  const { project_id, mrv_submission_id } = await world.make('mrv.mrv_submissions', {
    tenant_id,
    ...project,
  });
  return { tenant_id, project_id, mrv_submission_id };
}

export async function chooseSubmission(
  world: World,
  given: Partial<Vintage>,
): Promise<Omit<Vintage, 'project_id'>> {
  const { tenant_id, mrv_submission_id } = await chooseVintage(world, given);
  return { tenant_id, mrv_submission_id };
}

export async function chooseProject(
  world: World,
  about: { tenant_id: string; project_id: string | null | undefined },
): Promise<string> {
  return (
    about.project_id ?? (await world.make('project.projects', { tenant_id: about.tenant_id })).project_id
  );
}

async function chooseVerification(
  world: World,
  given: { tenant_id?: string; verification_id?: string },
): Promise<{ tenant_id: string; verification_id: string }> {
  const tenant_id = await chooseTenant(world, given);
  const verification_id =
    given.verification_id ?? (await world.make('verification.verifications', { tenant_id })).verification_id;
  return { tenant_id, verification_id };
}
