// Owns cases of the rules of what the chain says; leaves trying them to cases.spec.ts.

import { drawIdentity, drawPosition } from '../support/world-chain.ts';
import { type Case, pairCase, rowCase } from './case.ts';
import { otherIsNamed } from './cases-shared.ts';

const OUTCOME = {
  outcome_identity: `${'R'.repeat(44)}:0:0`,
  registry_retirement_id: 'R-1',
  registry_retired_on: '2026-02-28',
  attested_by: 'registry',
};

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
  pairCase({
    table: 'chain.tokens',
    constraint: 'tokens_minted_identity_key',
    rule: 'an event mints one token',
    accepted: (_, { random }) => [{ minted_identity: drawIdentity(random) }],
    refused: ({ minted_identity }) => [{ minted_identity }],
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
      { registry_outcome: 'refused', outcome_identity: OUTCOME.outcome_identity },
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
];
