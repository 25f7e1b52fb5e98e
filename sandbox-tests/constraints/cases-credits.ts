// Owns cases of the rules of credits, their retirement and their parts; leaves buffers to cases-buffers.ts and
// trying them to cases.spec.ts.

import type { World } from '../support/world.ts';
import { type Case, type Given, pairCase, rowCase } from './case.ts';
import { otherIsNamed } from './cases-shared.ts';

const LATER = '2026-03-01T00:00:00Z';
const CONTRACT = 'credits.near';
const CONFIRMATION = {
  registry_confirmed: true,
  registry_confirmed_at: LATER,
  registry_retirement_id: 'R-1',
  registry_retired_on: '2026-02-28',
  attested_by: 'registry',
};

export const creditCases: Case[] = [
  otherIsNamed('credit.credits', 'credits_other_is_named'),
  pairCase({
    table: 'credit.credits',
    constraint: 'credits_tenant_id_mrv_hash_key',
    rule: "a hash is one of a tenant's credits",
    accepted: ({ tenant_id }) => [{ tenant_id }],
    refused: ({ tenant_id, mrv_hash }) => [{ tenant_id, mrv_hash }],
  }),
  pairCase({
    table: 'credit.credits',
    constraint: 'credits_near_contract_id_token_id_key',
    rule: 'a token is one credit, over all tenants',
    first: async (world) => (await mintedCredit(world))[0],
    accepted: (_, world) => mintedCredit(world),
    refused: ({ mrv_hash, token_id }) => [
      { mrv_hash, token_id, near_contract_id: CONTRACT, minted_at: LATER },
    ],
  }),
  pairCase({
    table: 'credit.credits',
    constraint: 'credits_registry_type_registry_serial_key',
    rule: "a registry's serial is one credit, over all tenants",
    first: { registry_serial: 'S-1' },
    accepted: () => [
      { registry_serial: 'S-2' },
      { registry_serial: 'S-1', registry_type: 'puro' },
      { registry_serial: null },
      // What was divided or cancelled has given its serial away.
      { registry_serial: 'S-1', status: 'void', void_cause: 'divided' },
    ],
    refused: ({ tenant_id }) => [{ registry_serial: 'S-1' }, { registry_serial: 'S-1', tenant_id }],
  }),
  pairCase({
    table: 'credit.credits',
    constraint: 'credits_registry_type_registry_serial_key',
    rule: "an other registry's serial is one credit under its name",
    first: { registry_type: 'other', registry_name: 'A', registry_serial: 'S-1' },
    accepted: () => [{ registry_type: 'other', registry_name: 'B', registry_serial: 'S-1' }],
    refused: () => [{ registry_type: 'other', registry_name: 'A', registry_serial: 'S-1' }],
  }),
  rowCase({
    table: 'credit.credits',
    constraint: 'credits_token_is_hash',
    rule: "a token's id is the credit's hash",
    accepted: mintedCredit,
    refused: async (world) => {
      const [minted] = await mintedCredit(world);
      return [{ ...minted, token_id: world.random.hash() }];
    },
  }),
  rowCase({
    table: 'credit.credits',
    constraint: 'credits_minted_whole',
    rule: 'token, contract and time of minting come together',
    accepted: async (world) => [{}, ...(await mintedCredit(world))],
    refused: async (world) => {
      const [minted] = await mintedCredit(world);
      return [
        { near_contract_id: CONTRACT },
        { minted_at: LATER },
        { ...minted, near_contract_id: null },
        { ...minted, minted_at: null },
        { ...minted, token_id: null },
      ];
    },
  }),
  rowCase({
    table: 'credit.credits',
    constraint: 'credits_whole_units',
    rule: "a credit is whole units of its registry's",
    accepted: [
      { tonnage_co2e: '1.5', unit: '0.5' },
      { tonnage_co2e: '0.00000003', unit: '0.00000001' },
      { tonnage_co2e: '999999999999.99999999', unit: '0.00000001' },
      { tonnage_co2e: '0', unit: '1' },
    ],
    refused: [
      { tonnage_co2e: '1.5', unit: '1' },
      { tonnage_co2e: '1', unit: '2' },
      { tonnage_co2e: '0.1', unit: '0.03' },
    ],
  }),
  rowCase({
    table: 'credit.credits',
    constraint: 'credits_void_has_cause',
    rule: 'a credit is void exactly when a cause says why',
    accepted: ['divided', 'merged', 'redeemed', 'cancelled'].map((void_cause) => ({
      status: 'void',
      void_cause,
    })),
    refused: [{ status: 'void' }, { status: 'active', void_cause: 'divided' }],
  }),
  rowCase({
    table: 'credit.credits',
    constraint: 'credits_retired_has_time',
    rule: 'a credit is retired exactly when a time says so',
    accepted: [{ status: 'retired', retired_at: LATER }, { status: 'impaired' }],
    refused: [{ status: 'retired' }, { status: 'active', retired_at: LATER }],
  }),
  rowCase({
    table: 'credit.credits',
    constraint: 'credits_expiry_check',
    rule: 'a credit expires after its issuance, unless the chain says otherwise',
    accepted: async (world) => [
      { expires_on: '2026-01-16' },
      { expires_on: null },
      ...(await mintedCredit(world)).map((minted) => ({ ...minted, expires_on: '2026-01-15' })),
    ],
    refused: [{ expires_on: '2026-01-15' }, { expires_on: '2026-01-14' }],
  }),
  pairCase({
    table: 'credit.credit_transfers',
    constraint: 'credit_transfers_event_once',
    rule: 'an event of the chain is one transfer of a credit',
    first: onChain(1),
    // One item burns several credits of an owner.
    accepted: ({ tenant_id }) => [onChain(2), { ...onChain(1), tenant_id }, {}, {}],
    refused: ({ tenant_id, credit_id }) => [{ ...onChain(1), tenant_id, credit_id }],
  }),
  rowCase({
    table: 'credit.credit_transfers',
    constraint: 'credit_transfers_chain_facts_together',
    rule: 'event and height of a transfer come together, and a transaction only with them',
    accepted: [{}, onChain(3), { ...onChain(3), blockchain_tx_hash: null }],
    refused: [
      { ...onChain(3), event_identity: null },
      { ...onChain(3), blockchain_block_height: null },
      { ...onChain(3), event_identity: null, blockchain_block_height: null },
      { blockchain_block_height: '5' },
    ],
  }),
  pairCase({
    table: 'credit.retirements',
    constraint: 'retirements_credit_id_key',
    rule: 'a credit retires once',
    accepted: ({ tenant_id }) => [{ tenant_id }],
    refused: ({ tenant_id, credit_id }) => [{ tenant_id, credit_id }],
  }),
  pairCase({
    table: 'credit.retirements',
    constraint: 'retirements_event_identity_key',
    rule: 'an event of the chain is one retirement',
    first: { event_identity: onChain(1).event_identity },
    accepted: () => [{ event_identity: onChain(2).event_identity }, {}, {}],
    refused: () => [{ event_identity: onChain(1).event_identity }],
  }),
  rowCase({
    table: 'credit.retirements',
    constraint: 'retirements_confirmation_check',
    rule: "a registry's confirmation is whole: time, its id, its date and who attests",
    accepted: [
      {},
      CONFIRMATION,
      { ...CONFIRMATION, attested_by: 'registry_agent' },
      { registry_refused_at: LATER, registry_refusal_reason: 'Unknown serial', attested_by: 'registry' },
    ],
    refused: [
      { registry_confirmed: true },
      { ...CONFIRMATION, registry_confirmed_at: null },
      { ...CONFIRMATION, registry_retirement_id: null },
      { ...CONFIRMATION, registry_retired_on: null },
      { ...CONFIRMATION, attested_by: null },
      { ...CONFIRMATION, registry_confirmed: false },
      { registry_confirmed_at: LATER },
      { registry_retirement_id: 'R-1' },
      { registry_retired_on: '2026-02-28' },
    ],
  }),
  rowCase({
    table: 'credit.retirements',
    constraint: 'retirements_confirmed_or_refused',
    rule: 'a registry confirms a retirement or refuses it',
    accepted: [CONFIRMATION, { registry_refused_at: LATER }],
    refused: [{ ...CONFIRMATION, registry_refused_at: LATER }],
  }),
  rowCase({
    table: 'credit.retirements',
    constraint: 'retirements_individual_is_committed',
    rule: 'a natural person stands behind a commitment',
    accepted: ({ random }) => [
      { beneficiary_kind: 'individual', beneficiary_commitment: random.hash() },
      { beneficiary_kind: 'organisation' },
    ],
    refused: [{ beneficiary_kind: 'individual' }],
  }),
  pairCase({
    table: 'credit.credit_lineage',
    constraint: 'credit_lineage_credit_id_parent_credit_id_key',
    rule: 'a credit comes from a parent once',
    accepted: ({ tenant_id, credit_id, parent_credit_id }) => [
      { tenant_id, credit_id },
      { tenant_id, parent_credit_id },
    ],
    refused: ({ tenant_id, credit_id, parent_credit_id }) => [
      { tenant_id, credit_id, parent_credit_id },
      { tenant_id, credit_id, parent_credit_id, lineage_type: 'merge' },
    ],
  }),
  pairCase({
    table: 'credit.credit_lineage',
    constraint: 'credit_lineage_credit_id_parent_credit_id_key',
    rule: 'a credit is corrected without a parent once',
    first: { parent_credit_id: null, lineage_type: 'correction' },
    accepted: ({ tenant_id, credit_id }) => [{ tenant_id, credit_id, lineage_type: 'correction' }],
    refused: ({ tenant_id, credit_id }) => [
      { tenant_id, credit_id, parent_credit_id: null, lineage_type: 'correction' },
    ],
  }),
  rowCase({
    table: 'credit.credit_lineage',
    constraint: 'credit_lineage_parent_unless_correction',
    rule: 'only a correction has no parent',
    accepted: [{ parent_credit_id: null, lineage_type: 'correction' }, { lineage_type: 'correction' }],
    refused: ['split', 'merge', 'reissuance'].map((lineage_type) => ({
      parent_credit_id: null,
      lineage_type,
    })),
  }),
  rowCase({
    table: 'credit.credit_lineage',
    constraint: 'credit_lineage_not_its_own_parent',
    rule: 'a credit is not its own parent',
    accepted: [{}],
    refused: async (world) => {
      const { tenant_id, credit_id } = await world.make('credit.credits');
      return [{ tenant_id, credit_id, parent_credit_id: credit_id }];
    },
  }),
  pairCase({
    table: 'credit.custodial_positions',
    constraint: 'custodial_positions_credit_id_holder_ref_key',
    rule: "a holder has one position in a custodian's credit",
    accepted: ({ tenant_id, credit_id, holder_ref }) => [
      { tenant_id, credit_id, holder_ref: 'customer-2' },
      { tenant_id, holder_ref },
    ],
    refused: ({ tenant_id, credit_id, holder_ref }) => [{ tenant_id, credit_id, holder_ref }],
  }),
  pairCase({
    table: 'credit.article6',
    constraint: 'article6_reference_once',
    rule: "a country's letter says one thing of a project once, and of each credit once",
    accepted: async ({ tenant_id, project_id }, world) => {
      const { credit_id } = await world.make('credit.credits', { tenant_id, project_id });
      return [
        { tenant_id, project_id, reference: 'LoA-2' },
        { tenant_id, project_id, kind: 'revocation' },
        { tenant_id, project_id, credit_id },
        { tenant_id },
      ];
    },
    refused: ({ tenant_id, project_id }) => [
      { tenant_id, project_id },
      { tenant_id, project_id, effective_on: '2026-02-01' },
    ],
  }),
];

async function mintedCredit(world: World): Promise<[Given<'credit.credits'>]> {
  const { tenant_id } = await world.make('core.tenants');
  const { mrv_hash } = await world.make('registry.global_hash_registry', { first_seen_tenant_id: tenant_id });
  return [{ tenant_id, mrv_hash, token_id: mrv_hash, near_contract_id: CONTRACT, minted_at: LATER }];
}

type ChainFacts = { event_identity: string; blockchain_tx_hash: string; blockchain_block_height: string };

function onChain(item: number): ChainFacts {
  const receipt = 'R'.repeat(44);
  return {
    event_identity: `${receipt}:0:${item}`,
    blockchain_tx_hash: receipt,
    blockchain_block_height: '5',
  };
}
