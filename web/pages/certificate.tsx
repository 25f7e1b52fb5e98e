// Owns the public certificate of one retirement: its state said plainly, its facts, its proof; leaves the facts to the API.

import { type ApiClient, clientFor } from '../client.ts';
import type { PageProps } from '../main.tsx';
import { type Fact, Facts, Hash, State, Time, Tonnes } from '../parts/facts.tsx';
import { Notice, Shown } from '../parts/notice.tsx';
import { ProofCheck, proofPath } from '../parts/proof-check.tsx';
import { ForWhom, wordsOf } from '../parts/public-retirements.tsx';
import { useAsk } from '../use-ask.ts';

const LOOK_AGAIN_MS = 5_000;

type Certificate = Awaited<ReturnType<ApiClient['getPublicRetirement']>>;

export default function CertificatePage({ params: { token_id = '' } }: PageProps) {
  const client = clientFor();
  const asked = useAsk(() => client.getPublicRetirement({ params: { token_id } }), [token_id], LOOK_AGAIN_MS);
  return (
    <Shown ask={asked}>
      {(certificate) => (
        <>
          <h1>
            <Tonnes value={certificate.tonnage_co2e} /> retired for <ForWhom {...certificate} />
          </h1>
          <p class="lead">
            <State value={certificate.state}>{wordsOf(certificate.state)}</State>
          </p>
          <StateInWords certificate={certificate} />
          <section class="sheet">
            <h2>Certificate</h2>
            <Facts facts={factsOf(certificate)} />
            <div class="row">
              <a href={`/api/v1/public/retirements/${token_id}/certificate.pdf`}>PDF with the proof inside</a>
              {certificate.has_proof ? (
                <a href={proofPath(token_id)} download={`retirement-${token_id}.json`}>
                  Proof file
                </a>
              ) : null}
              <a href={`/credits/${token_id}`}>The credit’s history</a>
            </div>
          </section>
          <section class="sheet">
            <h2>Proof</h2>
            <ProofCheck token_id={token_id} />
          </section>
        </>
      )}
    </Shown>
  );
}

/** One of three honest states. */
function StateInWords({ certificate }: { certificate: Certificate }) {
  const { state, registry, attested_by, registry_retirement_id, registry_retired_on, refusal_reason } =
    certificate;
  if (state === 'confirmed') {
    const by = attested_by === 'registry' ? `${registry} itself` : `an agent of ${registry}, on its document`;
    return (
      <Notice kind="good">
        Burnt on chain, and confirmed by {by}: {registry_retirement_id} of {registry_retired_on}.
      </Notice>
    );
  }
  if (state === 'refused') {
    return (
      <Notice kind="bad">
        Burnt on chain, and refused by {registry}: {refusal_reason}. The tonnes are burnt for good; as many
        are owed.
      </Notice>
    );
  }
  return (
    <Notice kind="plain">
      Burnt on chain. {registry} has not answered yet: its own list does not show this retirement so far.
    </Notice>
  );
}

function factsOf(one: Certificate): Fact[] {
  const { serial, monitoring_period, article6 } = one;
  return [
    ['For', <ForWhom {...one} />],
    ['Beneficiary id', one.beneficiary_id],
    ['Reason', one.reason],
    ['Purpose', one.purpose?.replaceAll('_', ' ')],
    ['Country of use', one.consumption_country],
    ['Period of use', one.consumption_period],
    ['Quantity', <Tonnes value={one.tonnage_co2e} />],
    ['Unit', `${one.unit} t`],
    ['Registry', one.registry],
    ['Project', one.registry_project_id],
    ['Project type', one.project_type],
    ['Methodology', [one.methodology, one.methodology_version].filter(Boolean).join(' ')],
    ['Host country', one.host_country],
    ['Vintage', String(one.vintage_year)],
    [
      'Monitoring period',
      monitoring_period === null ? undefined : `${monitoring_period.start_on} to ${monitoring_period.end_on}`,
    ],
    ['Serial numbers', serial === null ? undefined : `${serial.namespace}: ${serial.start} to ${serial.end}`],
    ['Article 6, as of retirement', article6.is_known ? article6Words(article6) : 'not known here'],
    ['Retired by', one.account_id],
    ['Retired at', <Time value={one.retired_at} />],
    ['Block', one.block_height ?? 'final, and being indexed'],
    ['Transaction', one.transaction_hash === null ? undefined : <Hash value={one.transaction_hash} />],
    ['Receipt', one.receipt_id === null ? undefined : <Hash value={one.receipt_id} />],
    ['MRV hash', <Hash value={one.mrv_hash} />],
    ['Evidence hash', one.evidence_hash === null ? undefined : <Hash value={one.evidence_hash} />],
    [
      'Verification report',
      one.verification_report_hash === null ? undefined : <Hash value={one.verification_report_hash} />,
    ],
    ['Contract', `${one.near_contract_id} on ${one.network}`],
    ['At the registry', one.registry_retirement_id],
  ];
}

function article6Words({ is_authorised, is_adjusted }: Certificate['article6']): string {
  if (!is_authorised) return 'not authorised';
  return is_adjusted ? 'authorised, correspondingly adjusted' : 'authorised, not adjusted yet';
}
