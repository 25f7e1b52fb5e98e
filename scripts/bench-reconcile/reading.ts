// Owns the bare sequential reads that the rules are measured against; leaves the rules to rules.ts.

import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { time } from '../bench/measure.ts';

/** What the rules need of each table, and no more. */
const NEEDED: Readonly<Record<string, string>> = {
  'chain.tokens': `near_contract_id, token_id, origin, owner_account_id, status, tonnage_co2e, unit, registry_type,
    registry_name, serial_namespace, serial_range, expires_on, consent_ref, minted_at, birth, buffer_tonnage_co2e,
    ended_at, token_version`,
  'chain.retirements': `token_id, retired_at, tonnage_co2e, registry_outcome, registry_retirement_id, confirmed_at`,
  'chain.consents': `registry_type, registry_name, consent_ref, mrv_hash, tonnage_co2e, debited_co2e`,
  'chain.proof_bundles': 'token_id',
  'chain.token_events': 'token_id',
  'chain.contract_events': 'block_height',
  'credit.credits': 'credit_id, token_id, tonnage_co2e, status, void_cause',
  'credit.credit_ownership': 'credit_id, owner_account_id, owner_type',
  'credit.custodial_positions': 'tenant_id, custodian_account_id, tonnage_co2e',
  'credit.buffer_entries': 'buffer_pool_id, kind, amount_tco2e, credit_id',
  'credit.buffer_pools': 'buffer_pool_id, total_contributed_tco2e, available_tco2e',
  'hashing.mrv_hashes': 'mrv_hash, tenant_id, mrv_submission_id',
  'mrv.mrv_artifacts': 'mrv_submission_id, sha256_hash, artifact_type',
  'mrv.mrv_computations': 'mrv_submission_id, computed_tonnage',
  'mrv.mrv_submissions': 'mrv_submission_id, project_id, period_start_on, period_end_on',
  'project.projects': 'project_id, location, project_type',
  'registry.registry_submissions': 'mrv_hash, registry_type, registry_name, status, approved_at',
  'registry.serial_blocks': 'mrv_hash, namespace, serial_range',
  'registry.statement_rows':
    'statement_id, kind, serial_namespace, serial_range, tonnage_co2e, registry_retirement_id',
  'saga.sagas': 'saga_id, status, started_at, timeout, due_at',
  'verification.verifications': 'mrv_submission_id, status, verified_tonnage',
};

export const NEEDED_TABLES = Object.keys(NEEDED);

/** One after the other, to a client that throws them away. */
export async function readAll(client: pg.Client): Promise<number> {
  return time(async () => {
    for (const [table, columns] of Object.entries(NEEDED)) {
      const source = client.query(copyTo(`copy (select ${columns} from ${table}) to stdout`));
      await pipeline(source, new Writable({ write: (_chunk, _encoding, done) => done() }));
    }
  });
}

/** Nothing of a row leaves the server, or is even looked at. */
export async function countAll(client: pg.Client): Promise<number> {
  return time(async () => {
    for (const table of NEEDED_TABLES) {
      await client.query(`select count(*) from (select from ${table} offset 0) as read`);
    }
  });
}
