// Owns the routes that anybody may ask without a key: retirements, certificates, proofs, credits, supply, what the contract rests on;
// leaves what is public to the login `visitor`.

import { sumSupplyAt } from '../../core/db/credit-history.ts';
import { findBundle } from '../../core/db/proofs.ts';
import {
  findPublicToken,
  listFamily,
  listPublicRetirements,
  listTimeline,
} from '../../core/db/public-chain.ts';
import { bundleJsonSchema } from '../../core/proofs/bundle-schema.ts';
import { present } from '../acting.ts';
import { askTrust } from '../certificates/ask-trust.ts';
import { showRetirement } from '../certificates/facts.ts';
import { findCertificate } from '../certificates/find-certificate.ts';
import { printCertificate } from '../certificates/print-certificate.ts';
import { momentOrTip, showMoment } from '../credits/moment.ts';
import { writeBundle } from '../proofs/make-bundle.ts';
import { PROOF_TYPE, proofFile } from '../proofs/proof-file.ts';
import { defineRoute } from '../route.ts';
import { supplyView } from '../schemas/credits.ts';
import {
  publicCertificateSchema,
  publicCreditSchema,
  publicRetirementList,
  publicRetirementsQuery,
  tokenParams,
  trustSchema,
} from '../schemas/public.ts';

const PUBLIC = {
  method: 'GET',
  tag: 'public',
  callers: { anyone: 'open' },
  is_public: true,
} as const;
/** Where the pages show a certificate; the QR code leads there. */
const CERTIFICATE_PAGE = '/certificates/';
const SCHEMA_TEXT = `${JSON.stringify(bundleJsonSchema(), null, 2)}\n`;

export const publicRoutes = {
  listPublicRetirements: defineRoute({
    ...PUBLIC,
    path: '/api/v1/public/retirements',
    summary: 'All retirements of the contract, the newest first',
    query: publicRetirementsQuery,
    answer: publicRetirementList,
    handle: async ({ query, transact, services }) => {
      const { registry_outcome: outcome, account_id, page_size: limit, cursor: before } = query;
      const near_contract_id = services.chain.contract_account_id;
      const found = await transact((trx) =>
        listPublicRetirements(trx, { near_contract_id, outcome, account_id, before, limit }),
      );
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return {
        retirements: shown.map(showRetirement),
        ...(last === undefined ? {} : { next_cursor: last.event_position }),
      };
    },
  }),
  getPublicRetirement: defineRoute({
    ...PUBLIC,
    path: '/api/v1/public/retirements/{token_id}',
    summary: 'The certificate of a retirement: what is on chain, what was measured, what its registry said',
    description:
      'Before the block is indexed it is asked of the contract in its last final block. A person is shown as the commitment until the name is revealed on chain.',
    params: tokenParams,
    answer: publicCertificateSchema,
    errors: ['CHAIN_UNREACHABLE'],
    handle: async (context) => (await findCertificate(context, context.params.token_id)).certificate,
  }),
  getPublicProof: defineRoute({
    ...PUBLIC,
    path: '/api/v1/public/retirements/{token_id}/proof',
    summary: 'The file that proves a retirement, of the form dmrv-retirement-proof/1',
    description:
      'Its bytes hash to the certificate’s proof.bundle_sha256. docs/proofs.md says how to check it.',
    params: tokenParams,
    content: PROOF_TYPE,
    handle: async ({ params: { token_id }, transact, services }) => {
      const near_contract_id = services.chain.contract_account_id;
      const found = await transact((trx) => findBundle(trx, { near_contract_id, token_id }));
      return proofFile(present(found, { what: 'proof of retirement', id: token_id }));
    },
  }),
  getPublicCertificatePdf: defineRoute({
    ...PUBLIC,
    path: '/api/v1/public/retirements/{token_id}/certificate.pdf',
    summary: 'The certificate as a PDF, with the proof file attached where there is one',
    params: tokenParams,
    content: 'application/pdf',
    errors: ['CHAIN_UNREACHABLE'],
    handle: async (context) => {
      const { token_id } = context.params;
      const { certificate, bundle } = await findCertificate(context, token_id);
      const body = await printCertificate(certificate, {
        url: `${context.services.publicUrl?.() ?? ''}${CERTIFICATE_PAGE}${token_id}`,
        proof:
          bundle === undefined ? undefined : { text: writeBundle(bundle.bundle).text, at: bundle.updated_at },
      });
      const name = `retirement-${token_id.slice(0, 16)}.pdf`;
      return { body, headers: { 'content-disposition': `inline; filename="${name}"` } };
    },
  }),
  getPublicCredit: defineRoute({
    ...PUBLIC,
    path: '/api/v1/public/credits/{token_id}',
    summary:
      'A credit as the chain tells it: what it is, what happened to it, what it was made of and what it became',
    params: tokenParams,
    answer: publicCreditSchema,
    handle: ({ params: { token_id }, transact, services }) =>
      transact(async (trx) => {
        const near_contract_id = services.chain.contract_account_id;
        const about = { near_contract_id, token_id };
        const token = present(await findPublicToken(trx, about), { what: 'credit', id: token_id });
        const {
          origin,
          serial_namespace: namespace,
          serial_start: start,
          serial_end: end,
          ...credit
        } = token;
        const serial =
          namespace === null || start === null || end === null ? null : { namespace, start, end };
        return {
          credit: { ...credit, mrv_hash: origin, serial },
          timeline: await listTimeline(trx, about),
          lineage: await listFamily(trx, { near_contract_id, origin }),
        };
      }),
  }),
  getPublicSupply: defineRoute({
    ...PUBLIC,
    path: '/api/v1/public/supply',
    summary: 'The tokens of the contract by registry and state',
    answer: supplyView,
    errors: ['CONFLICT'],
    handle: ({ transact, services }) =>
      transact(async (trx) => {
        const near_contract_id = services.chain.contract_account_id;
        const moment = await momentOrTip(trx, { as_of: undefined, near_contract_id });
        const supply = await sumSupplyAt(trx, { near_contract_id, registry: undefined, moment });
        return { as_of: showMoment(moment), near_contract_id, supply };
      }),
  }),
  getTrust: defineRoute({
    ...PUBLIC,
    path: '/api/v1/public/trust',
    summary: 'What the contract rests on, asked of the chain: its code, keys, roles, the upgrade that waits',
    answer: trustSchema,
    errors: ['CHAIN_UNREACHABLE'],
    handle: ({ services, now }) => askTrust(services.chain, now),
  }),
  getProofSchema: defineRoute({
    ...PUBLIC,
    path: '/api/v1/public/proof-schema.json',
    summary: 'The JSON Schema of dmrv-retirement-proof/1',
    content: 'application/schema+json',
    handle: async () => ({ body: SCHEMA_TEXT }),
  }),
};
