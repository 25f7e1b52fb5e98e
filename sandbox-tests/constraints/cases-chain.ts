// Owns cases of the rules of what the chain says; leaves trying them to cases.spec.ts.

import { drawIdentity, drawPosition } from '../support/world-chain.ts';
import { type Case, pairCase, rowCase } from './case.ts';
import { otherIsNamed } from './cases-shared.ts';

const OUTCOME = {
  outcome_identity: `${'R'.repeat(44)}:0:0`,
  registry_retirement_id: 'R-1',
  registry_retired_on: '2026-02-28',
  attested_by: 'registry',
  evidence_sha256: 'e'.repeat(64),
  amendment: 0,
  confirmed_at: '2026-03-01T00:00:00Z',
};
const REFUSED_AT = '2026-02-01T00:00:00Z';
const PROVEN = { status: 'proven', next_try_at: null, outcome: '{}', head: '{}', head_block_height: '101' };

export const chainCases: Case[] = [
  pairCase({
    table: 'chain.blocks',
    constraint: 'blocks_block_hash_key',
    rule: 'a block hash is seen at one height',
    accepted: ({ prev_hash }) => [{ prev_hash }],
    refused: ({ block_hash }) => [{ block_hash }],
  }),
  pairCase({
    table: 'chain.contract_events',
    constraint: 'contract_events_event_position_key',
    rule: 'a position holds one event',
    accepted: ({ receipt_id }, { random }) => [
      { receipt_id, item_index: 1, event_position: drawPosition(random) },
    ],
    refused: ({ event_position }) => [{ event_position }],
  }),
  rowCase({
    table: 'chain.contract_events',
    constraint: 'contract_events_identity_parts',
    rule: "an event's identity is its receipt, log and item",
    accepted: [{ log_index: 7, item_index: 12 }],
    refused: ({ random }) => {
      const receipt_id = random.nearHash();
      return [
        { receipt_id, event_identity: drawIdentity(random) },
        { receipt_id, event_identity: `${receipt_id}:1:0` },
        { receipt_id, event_identity: `${receipt_id}:0:1` },
        { receipt_id, event_identity: `${receipt_id}:00:0` },
      ];
    },
  }),
  pairCase({
    table: 'chain.dead_letters',
    constraint: 'dead_letters_receipt_id_log_index_key',
    rule: 'a log is one dead letter',
    accepted: ({ receipt_id, log_index }) => [{ receipt_id, log_index: log_index + 1 }, { log_index }],
    refused: ({ receipt_id, log_index }) => [{ receipt_id, log_index }],
  }),
  otherIsNamed('chain.tokens', 'tokens_other_is_named'),
  rowCase({
    table: 'chain.tokens',
    constraint: 'tokens_serial_check',
    rule: 'a serial range comes with its namespace',
    accepted: [{}, { serial_namespace: 'VCS', serial_range: '[0,100)' }],
    refused: [{ serial_namespace: 'VCS' }, { serial_range: '[0,100)' }],
  }),
  rowCase({
    table: 'chain.tokens',
    constraint: 'tokens_whole_units',
    rule: "a token is whole units of its registry's",
    accepted: [{ tonnage_co2e: '1.5', unit: '0.5' }],
    refused: [
      { tonnage_co2e: '1.5', unit: '1' },
      { tonnage_co2e: '1', unit: '2' },
    ],
  }),
  pairCase({
    table: 'chain.retirements',
    constraint: 'retirements_event_identity_key',
    rule: 'an event retires one token',
    accepted: (_, { random }) => [{ event_identity: drawIdentity(random) }],
    refused: ({ event_identity }) => [{ event_identity }],
  }),
  rowCase({
    table: 'chain.retirements',
    constraint: 'retirements_named_or_committed',
    rule: 'a retirement has a beneficiary, named or committed to',
    accepted: ({ random }) => [
      { beneficiary: 'A company' },
      { beneficiary: null, beneficiary_commitment: random.hash(), beneficiary_kind: 'individual' },
    ],
    refused: [{ beneficiary: null }],
  }),
  rowCase({
    table: 'chain.retirements',
    constraint: 'retirements_outcome_check',
    rule: "a registry's outcome has its event, and a confirmation all its facts",
    accepted: [
      {},
      { registry_outcome: 'refused', outcome_identity: OUTCOME.outcome_identity, refused_at: REFUSED_AT },
      { registry_outcome: 'confirmed', ...OUTCOME },
    ],
    refused: [
      { registry_outcome: 'pending', outcome_identity: OUTCOME.outcome_identity },
      { registry_outcome: 'refused' },
      { registry_outcome: 'confirmed' },
      { registry_outcome: 'confirmed', ...OUTCOME, outcome_identity: null },
      { registry_outcome: 'confirmed', ...OUTCOME, registry_retirement_id: null },
      { registry_outcome: 'confirmed', ...OUTCOME, registry_retired_on: null },
      { registry_outcome: 'confirmed', ...OUTCOME, attested_by: null },
    ],
  }),
  rowCase({
    table: 'chain.retirements',
    constraint: 'retirements_outcome_has_time',
    rule: "a registry's outcome has its time, and a confirmation its evidence",
    accepted: [
      { registry_outcome: 'refused', outcome_identity: OUTCOME.outcome_identity, refused_at: REFUSED_AT },
      { registry_outcome: 'confirmed', ...OUTCOME },
      { registry_outcome: 'confirmed', ...OUTCOME, refused_at: REFUSED_AT },
    ],
    refused: [
      { confirmed_at: OUTCOME.confirmed_at },
      { refused_at: REFUSED_AT },
      { registry_outcome: 'refused', outcome_identity: OUTCOME.outcome_identity },
      { registry_outcome: 'refused', ...OUTCOME, refused_at: REFUSED_AT },
      { registry_outcome: 'confirmed', ...OUTCOME, confirmed_at: null },
      { registry_outcome: 'confirmed', ...OUTCOME, evidence_sha256: null },
      { registry_outcome: 'confirmed', ...OUTCOME, amendment: null },
    ],
  }),
  rowCase({
    table: 'chain.retirements',
    constraint: 'retirements_revealed_is_named',
    rule: 'what is revealed was committed to, and is a name',
    accepted: ({ random }) => [
      { beneficiary: 'Ada', beneficiary_commitment: random.hash(), revealed_at: REFUSED_AT },
    ],
    refused: ({ random }) => [
      { beneficiary: 'Ada', revealed_at: REFUSED_AT },
      { beneficiary: null, beneficiary_commitment: random.hash(), revealed_at: REFUSED_AT },
    ],
  }),
  rowCase({
    table: 'chain.tokens',
    constraint: 'tokens_ended_has_time',
    rule: 'a token has an end where it is not live any more',
    accepted: [{ status: 'active' }, { status: 'retired', ended_at: REFUSED_AT }],
    refused: [{ ended_at: REFUSED_AT }, { status: 'retired', ended_at: null }],
  }),
  rowCase({
    table: 'chain.tokens',
    constraint: 'tokens_impaired_by_a_flag',
    rule: 'a live token is impaired by its own flag or that of its origin',
    accepted: [
      { status: 'impaired', is_impaired: true },
      { status: 'impaired', is_impaired: false, origin_is_impaired: true },
      { status: 'cancelled', is_impaired: true },
    ],
    refused: [
      { status: 'active', is_impaired: true },
      { status: 'active', origin_is_impaired: true },
      { status: 'impaired', is_impaired: false },
    ],
  }),
  rowCase({
    table: 'chain.tokens',
    constraint: 'tokens_origin_bears_itself',
    rule: 'an issued token is its own origin, a part is not',
    accepted: ({ random }) => [{ birth: 'issue' }, { birth: 'split', origin: random.hash() }],
    refused: ({ random }) => [{ birth: 'merge' }, { birth: 'issue', origin: random.hash() }],
  }),
  pairCase({
    table: 'chain.token_events',
    constraint: 'token_events_event_names_it_once',
    rule: 'an event stands in the history of a token once',
    accepted: ({ token_id }) => [{ token_id, token_version: 2 }],
    refused: ({ token_id, event_identity }) => [{ token_id, event_identity, token_version: 2 }],
  }),
  rowCase({
    table: 'chain.token_events',
    constraint: 'token_events_leg_has_two_ends',
    rule: 'a step of ownership has both its ends',
    accepted: [{}, { leg: 'mint', from_account_id: 'credits.near', to_account_id: 'a.near' }],
    refused: [
      { leg: 'mint', to_account_id: 'a.near' },
      { leg: 'burn', from_account_id: 'a.near' },
      { from_account_id: 'a.near', to_account_id: 'b.near' },
    ],
  }),
  rowCase({
    table: 'chain.lineage',
    constraint: 'lineage_not_its_own_parent',
    rule: 'a token does not come from itself',
    accepted: [{}],
    refused: async ({ make }) => {
      const { token_id } = await make('chain.tokens');
      return [{ token_id, parent_token_id: token_id }];
    },
  }),
  otherIsNamed('chain.consents', 'consents_other_is_named'),
  pairCase({
    table: 'chain.consents',
    constraint: 'consents_registry_ref_key',
    rule: 'a registry gives a reference once in a contract',
    accepted: ({ consent_ref }) => [{ consent_ref, registry_type: 'puro' }, {}],
    refused: ({ consent_ref }) => [{ consent_ref }],
  }),
  rowCase({
    table: 'chain.consents',
    constraint: 'consents_not_overdrawn',
    rule: 'no more is minted than was consented to',
    accepted: [{ debited_co2e: '1000' }],
    refused: [{ debited_co2e: '1001' }],
  }),
  rowCase({
    table: 'chain.consents',
    constraint: 'consents_serial_check',
    rule: 'a first serial number comes with its namespace',
    accepted: [{}, { serial_namespace: 'VCS', serial_start: '100' }],
    refused: [{ serial_namespace: 'VCS' }, { serial_start: '100' }],
  }),
  rowCase({
    table: 'chain.consents',
    constraint: 'consents_serial_start_check',
    rule: 'a serial number is a number and not below zero',
    accepted: [{ serial_namespace: 'VCS', serial_start: '0' }],
    refused: [
      { serial_namespace: 'VCS', serial_start: '-1' },
      { serial_namespace: 'VCS', serial_start: 'NaN' },
    ],
  }),
  rowCase({
    table: 'chain.outcome_proofs',
    constraint: 'outcome_proofs_check',
    rule: 'an outcome is proven under a later block',
    accepted: [{ ...PROVEN, head_block_height: '101' }],
    refused: ['100', '99'].map((head_block_height) => ({ ...PROVEN, head_block_height })),
  }),
  rowCase({
    table: 'chain.outcome_proofs',
    constraint: 'outcome_proofs_proven_is_whole',
    rule: 'a proven outcome has its proof and its head, another has neither',
    accepted: [PROVEN, { status: 'pending' }, { status: 'forgotten', next_try_at: null }],
    refused: [
      { ...PROVEN, outcome: null },
      { ...PROVEN, head: null },
      { ...PROVEN, head_block_height: null },
      { ...PROVEN, outcome: null, head: null, head_block_height: null },
      { ...PROVEN, status: 'forgotten' },
      { head_block_height: '101' },
    ],
  }),
  rowCase({
    table: 'chain.outcome_proofs',
    constraint: 'outcome_proofs_pending_has_time',
    rule: 'an outcome that is to be proven has the time of the next try, another none',
    accepted: [{ status: 'pending', next_try_at: REFUSED_AT }, PROVEN],
    refused: [
      { status: 'pending', next_try_at: null },
      { status: 'forgotten', next_try_at: REFUSED_AT },
      { ...PROVEN, next_try_at: REFUSED_AT },
    ],
  }),
  rowCase({
    table: 'chain.binding',
    constraint: 'binding_is_the_one',
    rule: 'a database is bound to one chain',
    accepted: [{}],
    refused: [{ is_the_one: false }],
  }),
];
