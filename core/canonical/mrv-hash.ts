// Owns the payload whose hash is a credit's identity, and that hash; leaves who may hold it to core/db/mrv-hashes.ts.

import { toHex } from '../near/bytes.ts';
import { sha256 } from '../near/crypto.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';

/** The form of the payload: another form is another name, so that no hash of one can be a hash of the other. */
export const MRV_PAYLOAD_FORM = 'dmrv-mrv/1';

/**
 * What was measured, and nothing of who keeps it: the same evidence gives the same hash whoever sends it. Tonnes are
 * strings.
 */
export type MrvPayload = {
  form: typeof MRV_PAYLOAD_FORM;
  /** The registry's type, or `other:` and its name. */
  registry_id: string;
  methodology_code: string;
  methodology_version: string;
  project_type: string;
  host_country: string;
  location: { lat: number; lon: number };
  period_start_on: string;
  period_end_on: string;
  vintage_year: number;
  /** What the verifier found, and what the parts were that it was computed from. */
  computed_tonnage: string;
  gross_removal: string;
  baseline_emissions: string;
  project_emissions: string;
  leakage_deduction: string;
  buffer_deduction: string;
  unit: string;
  evidence_hash: string;
  verification_report_hash: string;
};

/** SHA-256 of the canonical JSON, in 64 lower-case hex characters. */
export function hashMrvPayload(payload: MrvPayload): string {
  return hashJson(payload);
}

/** Of any payload: whoever checks a hash takes the payload as it was given. */
export function hashJson(value: JsonValue): string {
  return toHex(sha256(new TextEncoder().encode(canonicalJson(value))));
}
