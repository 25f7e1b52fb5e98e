// Owns what a value needs beside it to be tried alone: other columns, and silence of rules that would speak before
// its own; leaves the trying to simple-rules.spec.ts.

import type { World } from '../support/world.ts';

type Companions = (value: string, world: World) => object | Promise<object>;

const LATER = '2026-03-01T00:00:00Z';
const RECEIPT = 'R'.repeat(44);
const PROVEN = { status: 'proven', next_try_at: null, outcome: '{}', head: '{}', head_block_height: '101' };

/** For a table's column: what else the row needs when the column has the value. */
export const COMPANIONS: Readonly<Record<string, Companions>> = {
  'audit.audit_logs.action': when({
    UPDATE: { before: '{}', after: '{}' },
    DELETE: { before: '{}', after: null },
  }),
  'billing.invoices.status': when({ paid: { paid_at: LATER } }),
  'billing.usage_ledger.quantity': (quantity) => ({ unit_price: '1', total_amount: quantity }),
  'billing.usage_ledger.unit_price': (unit_price) => ({ quantity: '1', total_amount: unit_price }),
  // The identity spells both indexes out, and its own form knows no negative ones.
  'chain.contract_events.log_index': () => ({ event_identity: `${RECEIPT}:0:0` }),
  'chain.contract_events.item_index': () => ({ event_identity: `${RECEIPT}:0:0` }),
  'chain.outcome_proofs.head': () => PROVEN,
  'chain.outcome_proofs.outcome': () => PROVEN,
  'chain.outcome_proofs.status': (status) =>
    status === 'pending' ? {} : status === 'proven' ? PROVEN : { next_try_at: null },
  'chain.retirements.registry_outcome': (outcome) =>
    outcome === 'pending'
      ? {}
      : {
          outcome_identity: `${RECEIPT}:0:0`,
          registry_retirement_id: 'R-1',
          registry_retired_on: '2026-02-28',
          attested_by: 'registry',
          ...(outcome === 'refused'
            ? { refused_at: LATER }
            : { confirmed_at: LATER, evidence_sha256: 'e'.repeat(64), amendment: 0 }),
        },
  'chain.token_events.leg': () => ({ from_account_id: 'a.near', to_account_id: 'b.near' }),
  'chain.tokens.birth': (birth, { random }) => (birth === 'issue' ? {} : { origin: random.hash() }),
  'credit.buffer_entries.kind': async (kind, world) => {
    if (kind === 'contribution') return {};
    if (kind !== 'cancellation') return { amount_tco2e: '-1' };
    const { tenant_id, reversal_event_id } = await world.make('credit.reversal_events');
    return { amount_tco2e: '-1', tenant_id, reversal_event_id };
  },
  'signing.transactions.status': (status) => ({
    settled_at: status === 'signed' ? null : LATER,
    ...(status === 'succeeded' ? { block_height: '7' } : {}),
    ...(status === 'failed' ? { failure_code: 'HASH_USED', failure_message: 'It is minted.' } : {}),
  }),
  'signing.transactions.block_height': () => ({ status: 'succeeded', settled_at: LATER }),
  'credit.buffer_pools.scope': when({ registry: { project_id: null, registry_type: 'verra' } }),
  'credit.buffer_pools.total_contributed_tco2e': (total) => ({ available_tco2e: total }),
  'credit.buffer_pools.used_for_reversals_tco2e': (used) => ({ available_tco2e: negate(used) }),
  'credit.buffer_pools.released_tco2e': (released) => ({ available_tco2e: negate(released) }),
  'credit.credit_transfers.blockchain_block_height': () => ({
    event_identity: `${RECEIPT}:0:0`,
    blockchain_tx_hash: RECEIPT,
  }),
  'credit.credits.status': when({ retired: { retired_at: LATER }, void: { void_cause: 'divided' } }),
  'credit.credits.void_cause': () => ({ status: 'void' }),
  'credit.retirements.beneficiary_kind': (_, { random }) => ({ beneficiary_commitment: random.hash() }),
  'credit.reversal_affected_credits.impact_tco2e': () => ({ buffer_used_tco2e: '0' }),
  'credit.reversal_events.status': async (_, world) => {
    const { tenant_id, user_id } = await world.make('iam.users');
    return { tenant_id, verified_by_user_id: user_id, verified_tco2e_lost: '5' };
  },
  'iam.users.status': when({ deleted: { deleted_at: LATER } }),
  'reconciliation.backing.statements': when({ 0: { oldest_as_of: null, newest_as_of: null } }),
  'reconciliation.findings.status': when({
    waived: { waived_by: 'user:other', waived_reason: 'Known delay', waived_until: LATER },
    closed: { closed_at: LATER },
  }),
  'reconciliation.runs.status': (status) => ({
    ...(status === 'running' ? {} : { finished_at: LATER }),
    ...(status === 'failed' ? { error: 'No node answered' } : {}),
  }),
  'registry.registry_submissions.left_untokenised_reason': () => ({ left_untokenised_at: LATER }),
  'registry.registry_submissions.status': () => ({ approved_at: LATER, rejected_at: LATER }),
  'verification.verification_clarifications.response': () => ({ responded_at: LATER }),
  'verification.verification_clarifications.status': () => ({ response: '{}', responded_at: LATER }),
  'verification.verifications.status': () => ({ overall_status: 'APPROVED', verified_tonnage: '100' }),
  'webhook.webhook_deliveries.status': when({ delivered: { delivered_at: LATER } }),
};

/** For a rule: rules that forbid the same values and are asked before it, since PostgreSQL asks in order of names. */
export const SPEAK_FIRST: Readonly<Record<string, readonly string[]>> = {
  contract_events_log_index_check: ['contract_events_identity_parts'],
  contract_events_item_index_check: ['contract_events_identity_parts'],
  reversal_affected_credits_impact_tco2e_check: ['reversal_affected_credits_buffer_within_impact'],
};

function when(needs: Readonly<Record<string, object>>): Companions {
  return (value) => needs[value] ?? {};
}

function negate(number: string): string {
  return number.startsWith('-') ? number.slice(1) : `-${number}`;
}
