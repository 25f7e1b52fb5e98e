// Owns what a certificate says, of rows of the index or of the contract's own view; leaves getting them to find-certificate.ts and
// printing to print-certificate.ts.

import { z } from 'zod';
import type { PublicArticle6, PublicRetirement } from '../../core/db/public-chain.ts';
import type { publicCertificateSchema, publicRetirementSchema } from '../schemas/public.ts';

export type ShownRetirement = z.input<typeof publicRetirementSchema>;
export type Certificate = z.input<typeof publicCertificateSchema>;

export function showRetirement(row: PublicRetirement): ShownRetirement {
  const { origin, authorized_id, serial_namespace, serial_start, serial_end, jurisdiction, ...rest } = row;
  const { registry_outcome, event_position, ...shown } = rest;
  const is_whole = serial_namespace !== null && serial_start !== null && serial_end !== null;
  return {
    ...shown,
    state: STATE_OF[registry_outcome],
    mrv_hash: origin,
    serial: is_whole ? { namespace: serial_namespace, start: serial_start, end: serial_end } : null,
    consumption_country: jurisdiction,
  };
}

const STATE_OF = { pending: 'burnt_registry_pending', confirmed: 'confirmed', refused: 'refused' } as const;

export type Known = {
  network: string;
  payload: Readonly<Record<string, unknown>> | undefined;
  /** Undefined where the platform does not know the credit. */
  article6: readonly PublicArticle6[] | undefined;
  proof: Certificate['proof'];
};

export function makeCertificate(
  retirement: ShownRetirement,
  { network, payload, article6, proof, source }: Known & { source: Certificate['source'] },
): Certificate {
  const read = payloadSchema.parse(payload ?? {});
  const { period_start_on, period_end_on } = read;
  return {
    ...retirement,
    network,
    source,
    payload_is_known: payload !== undefined,
    methodology_version: read.methodology_version ?? null,
    project_type: read.project_type ?? null,
    host_country: read.host_country ?? null,
    monitoring_period:
      period_start_on === undefined || period_end_on === undefined
        ? null
        : { start_on: period_start_on, end_on: period_end_on },
    evidence_hash: read.evidence_hash ?? null,
    verification_report_hash: read.verification_report_hash ?? null,
    article6: judgeArticle6(article6, retirement.retired_at.slice(0, 'YYYY-MM-DD'.length)),
    proof,
  };
}

// A payload of another form says nothing here; its hash is checked all the same.
const word = z.string().optional().catch(undefined);
const payloadSchema = z.object({
  methodology_version: word,
  project_type: word,
  host_country: word,
  period_start_on: word,
  period_end_on: word,
  evidence_hash: word,
  verification_report_hash: word,
});

/** The last word on authorisation counts; an adjustment is one that was not taken back since. */
function judgeArticle6(rows: readonly PublicArticle6[] | undefined, on: string): Certificate['article6'] {
  let [is_authorised, is_adjusted] = [false, false];
  for (const { kind } of rows ?? []) {
    if (kind === 'authorisation') is_authorised = true;
    if (kind === 'corresponding_adjustment') is_adjusted = true;
    if (kind === 'revocation') [is_authorised, is_adjusted] = [false, false];
  }
  return { is_known: rows !== undefined, is_authorised, is_adjusted, on, rows: [...(rows ?? [])] };
}

const serial = z.object({ namespace: z.string(), start: z.string(), end: z.string() });
const statement = z.object({
  kind: z.enum(['confirmed', 'refused']),
  attested_by: z.enum(['registry', 'registry_agent']),
  at_ns: z.string(),
  registry_retirement_id: z.string().optional(),
  registry_retired_on: z.string().optional(),
  evidence_sha256: z.string().optional(),
  reason: z.string().optional(),
});

/** What the contract's view `retirement` answers. */
export const viewedRetirement = z
  .object({
    token_id: z.string(),
    origin: z.string(),
    account_id: z.string(),
    registry: z.string(),
    project_id: z.string(),
    methodology: z.string(),
    tonnage: z.string(),
    unit: z.string(),
    serial: serial.optional(),
    vintage_year: z.int(),
    issued_on: z.string(),
    beneficiary: z.string().optional(),
    beneficiary_commitment: z.string().optional(),
    beneficiary_kind: z.enum(['organisation', 'individual']),
    beneficiary_id: z.string().optional(),
    reason: z.string().optional(),
    purpose: z.string().optional(),
    jurisdiction: z.string().optional(),
    consumption_period: z.string().optional(),
    retired_at_ns: z.string(),
    statements: z.array(statement),
  })
  .nullable();

export function showViewed(
  viewed: NonNullable<z.output<typeof viewedRetirement>>,
  near_contract_id: string,
): ShownRetirement {
  const last = viewed.statements.at(-1);
  const confirmations = viewed.statements.filter(({ kind }) => kind === 'confirmed').length;
  const is_confirmed = last?.kind === 'confirmed';
  return {
    state: last === undefined ? 'burnt_registry_pending' : last.kind,
    token_id: viewed.token_id,
    mrv_hash: viewed.origin,
    near_contract_id,
    account_id: viewed.account_id,
    registry: viewed.registry,
    registry_project_id: viewed.project_id,
    methodology: viewed.methodology,
    tonnage_co2e: viewed.tonnage,
    unit: viewed.unit,
    serial: viewed.serial ?? null,
    vintage_year: viewed.vintage_year,
    issued_on: viewed.issued_on,
    beneficiary: viewed.beneficiary ?? null,
    beneficiary_commitment: viewed.beneficiary_commitment ?? null,
    beneficiary_kind: viewed.beneficiary_kind,
    beneficiary_id: viewed.beneficiary_id ?? null,
    // The view does not say when.
    revealed_at: null,
    reason: viewed.reason ?? null,
    purpose: viewed.purpose ?? null,
    consumption_country: viewed.jurisdiction ?? null,
    consumption_period: viewed.consumption_period ?? null,
    retired_at: timeOf(viewed.retired_at_ns),
    block_height: null,
    transaction_hash: null,
    receipt_id: null,
    registry_retirement_id: is_confirmed ? (last.registry_retirement_id ?? null) : null,
    registry_retired_on: is_confirmed ? (last.registry_retired_on ?? null) : null,
    attested_by: last?.attested_by ?? null,
    evidence_sha256: is_confirmed ? (last.evidence_sha256 ?? null) : null,
    amendment: is_confirmed ? confirmations - 1 : null,
    confirmed_at: is_confirmed ? timeOf(last.at_ns) : null,
    refused_at: last?.kind === 'refused' ? timeOf(last.at_ns) : null,
    refusal_reason: last?.kind === 'refused' ? (last.reason ?? null) : null,
    has_proof: false,
  };
}

function timeOf(ns: string): string {
  return new Date(Number(BigInt(ns) / 1_000_000n)).toISOString();
}
