// Owns the registry's part in the issuance of a demo credit, and waiting for its token; leaves the way before to walk.ts.

import { createHash } from 'node:crypto';
import { type DemoCredit, PROJECTS } from './places.ts';
import { type Seat, serialBlockOf, walkToApproved } from './walk.ts';
import type { DemoWorld } from './world.ts';

const IMMOBILISED_ON = '2026-10-01';

/** The token's id; undefined for a credit that is not to have one. */
export async function issueCredit(
  world: DemoWorld,
  about: { seat: Seat; project_id: string; credit: DemoCredit },
): Promise<string | undefined> {
  const { seat, credit } = about;
  const { journal, until } = world;
  const { mrv_submission_id, process_id } = await walkToApproved(world, about);
  const { client } = seat;
  const { registry_submission_id, mrv_hash } = await journal.step(`registry ${credit.name}`, async () => {
    const found = await until(`${credit.name} was submitted to its registry`, async () => {
      const { registry_submissions } = await client.listRegistrySubmissions({ query: { mrv_submission_id } });
      return registry_submissions[0];
    });
    return { registry_submission_id: found.registry_submission_id, mrv_hash: found.mrv_hash };
  });
  if (credit.fate === 'not_minted') return undefined;
  await journal.step(`decided ${credit.name}`, async () => {
    await decide(about, { registry_submission_id, mrv_hash });
    return {};
  });
  if (credit.fate === 'rejected') return undefined;
  await until(`${credit.name} is minted`, async () => {
    const { process } = await client.getProcess({ params: { process_id } });
    if (process.status === 'failed') throw new Error(`${credit.name}: ${process.error?.message}`);
    return process.completed_at === null ? undefined : process;
  });
  return mrv_hash;
}

async function decide(
  { seat: { client }, credit }: { seat: Seat; credit: DemoCredit },
  about: { registry_submission_id: string; mrv_hash: string },
): Promise<void> {
  const { registry_submission_id, mrv_hash } = about;
  const params = { registry_submission_id };
  const once = (what: string) => ({ idempotency_key: `demo-${credit.name}-${what}` });
  if (credit.fate === 'rejected') {
    const reason = 'The satellite images do not cover the whole area.';
    await client.moveRegistrySubmission({ params, body: { move: 'reject', reason }, ...once('decided') });
    return;
  }
  const { registry, registry_project_id } = PROJECTS[credit.project];
  const { namespace, start, end } = serialBlockOf(credit);
  await client.moveRegistrySubmission({
    params,
    body: {
      move: 'approve',
      registry_project_id,
      serial_block: { namespace, start: `${start}`, end: `${end}` },
    },
    ...once('decided'),
  });
  await client.createConsent({
    body: {
      registry_type: registry,
      consent_ref: credit.name,
      mrv_hash,
      tonnage_co2e: credit.tonnes,
      serial: { namespace, start: `${start}` },
      document_sha256: createHash('sha256').update(`Demo consent for ${credit.name}\n`).digest('hex'),
      immobilised_on: IMMOBILISED_ON,
    },
    ...once('consent'),
  });
}
