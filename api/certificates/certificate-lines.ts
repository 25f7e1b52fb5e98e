// Owns the words of a printed certificate; leaves where they stand on the page to print-certificate.ts.

import type { Certificate } from './facts.ts';

export type Line = { label: string; value: string };
export type Section = { title: string; lines: Line[] };

export const STATE_WORDS: Readonly<Record<Certificate['state'], { title: string; text: string }>> = {
  burnt_registry_pending: {
    title: 'Burnt on chain; the registry has not answered',
    text: 'The token is gone for good. The registry has not yet said that it retired the same tonnes.',
  },
  confirmed: {
    title: 'Burnt on chain and confirmed',
    text: 'The token is gone for good, and the same tonnes are retired at the registry.',
  },
  refused: {
    title: 'Burnt on chain, refused by the registry',
    text: 'The token is gone for good, but the registry did not retire the tonnes. This is no retirement at the registry.',
  },
};

const ATTESTED = {
  registry: 'the registry itself, by its account',
  registry_agent: 'an agent, on the registry’s document',
} as const;

const USES = {
  ndc: 'a nationally determined contribution',
  international_mitigation: 'international mitigation',
  other_purposes: 'other purposes',
} as const;

/** Sections in the order of the page. What is not known is said to be so where a reader would look for it. */
export function sectionsOf(one: Certificate): Section[] {
  return [
    { title: 'For', lines: beneficiaryLines(one) },
    { title: 'What was retired', lines: creditLines(one) },
    { title: 'At the registry', lines: registryLines(one) },
    { title: 'Article 6 of the Paris Agreement, as of the retirement', lines: article6Lines(one) },
    { title: 'On chain', lines: chainLines(one) },
    { title: 'Proof', lines: proofLines(one) },
  ];
}

export function nameOf(one: Certificate): string {
  if (one.beneficiary !== null) return one.beneficiary;
  return 'A person whose name is not revealed';
}

function beneficiaryLines(one: Certificate): Line[] {
  return [
    { label: 'Beneficiary', value: nameOf(one) },
    ...given('Commitment to the name', one.beneficiary_commitment),
    ...given('Beneficiary’s id', one.beneficiary_id),
    ...given('Reason', one.reason),
    ...given('Purpose', one.purpose),
    ...given('Country of consumption', one.consumption_country),
    ...given('Period of consumption', one.consumption_period),
  ];
}

function creditLines(one: Certificate): Line[] {
  const { monitoring_period: period, serial } = one;
  const version = one.methodology_version === null ? '' : `, version ${one.methodology_version}`;
  return [
    { label: 'Quantity', value: `${one.tonnage_co2e} t CO2e, in units of ${one.unit} t` },
    { label: 'Registry and project', value: `${one.registry}, ${one.registry_project_id}` },
    {
      label: 'Serial numbers',
      value: serial === null ? 'none recorded' : `${serial.namespace}: ${serial.start} to ${serial.end}`,
    },
    { label: 'Vintage', value: `${one.vintage_year}, issued ${one.issued_on}` },
    ...given('Monitoring period', period === null ? null : `${period.start_on} to ${period.end_on}`),
    { label: 'Methodology', value: `${one.methodology}${version}` },
    ...given('Kind of project', one.project_type),
    ...given('Host country', one.host_country),
    { label: 'Minted hash (MRV hash)', value: one.mrv_hash },
    ...given('Hash of the evidence', one.evidence_hash),
    ...given('Hash of the verification report', one.verification_report_hash),
    ...(one.payload_is_known
      ? []
      : [{ label: 'Measurement', value: 'its payload is not known to this platform' }]),
  ];
}

function registryLines(one: Certificate): Line[] {
  if (one.state === 'burnt_registry_pending') return [{ label: 'Registry', value: 'has not answered yet' }];
  const by = {
    label: 'Said by',
    value: one.attested_by === null ? 'not recorded' : ATTESTED[one.attested_by],
  };
  if (one.state === 'refused') {
    return [...given('Refused because', one.refusal_reason), by, ...given('Refused at', one.refused_at)];
  }
  return [
    ...given('Retirement id', one.registry_retirement_id),
    ...given('Retired on', one.registry_retired_on),
    by,
    ...given('Confirmed at', one.confirmed_at),
    ...given('Hash of the registry’s document', one.evidence_sha256),
    ...given('Amended', one.amendment === null || one.amendment === 0 ? null : `${one.amendment} times`),
  ];
}

function article6Lines({ article6 }: Certificate): Line[] {
  if (!article6.is_known) return [{ label: 'Authorisation', value: 'not known to this platform' }];
  const authorised = article6.rows.findLast(({ kind }) => kind === 'authorisation');
  const yes = authorised === undefined ? '' : `, for ${USES[authorised.authorised_use]}`;
  return [
    {
      label: 'Authorisation',
      value: article6.is_authorised
        ? `by ${authorised?.host_country}${yes}`
        : `none in effect on ${article6.on}`,
    },
    {
      label: 'Corresponding adjustment',
      value: article6.is_adjusted ? `recorded by ${article6.on}` : `none recorded by ${article6.on}`,
    },
    ...article6.rows.map(({ kind, effective_on, reference }) => ({
      label: kind.replaceAll('_', ' '),
      value: `${reference}, ${effective_on}`,
    })),
  ];
}

function chainLines(one: Certificate): Line[] {
  return [
    { label: 'Network and contract', value: `${one.network}, ${one.near_contract_id}` },
    { label: 'Token', value: one.token_id },
    { label: 'Retired by', value: one.account_id },
    { label: 'Retired at', value: one.retired_at },
    ...given('Block', one.block_height),
    ...given('Transaction', one.transaction_hash),
    ...given('Receipt', one.receipt_id),
    ...(one.block_height === null ? [{ label: 'Block', value: 'final; not indexed yet' }] : []),
  ];
}

function proofLines({ proof }: Certificate): Line[] {
  if (proof.state !== 'kept') {
    const value = proof.state === 'waiting' ? 'not made yet' : 'cannot be made';
    return [{ label: 'Proof file', value: proof.note === null ? value : `${value}: ${proof.note}` }];
  }
  return [
    { label: 'Proof file', value: 'attached to this document; check it with npm run verify-proof' },
    { label: 'SHA-256 of the file', value: proof.bundle_sha256 ?? '' },
    { label: 'True as of block', value: `${proof.head_block_height}, ${proof.head_block_hash}` },
  ];
}

function given(label: string, value: string | null): Line[] {
  return value === null ? [] : [{ label, value }];
}
