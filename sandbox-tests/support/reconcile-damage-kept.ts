// Owns damage to custody, buffers, proofs, processes and the indexer's own tables; leaves what damage is to reconcile-damage.ts.

import type { Damage, Expected } from './reconcile-damage.ts';

const TOKENS = 'chain.tokens';

function one(code: string, tonnes: string): Expected[] {
  return [{ code, tonnes }];
}

export const KEPT: readonly Damage[] = [
  {
    kind: 'the custodian owes what it has not',
    tables: ['credit.custodial_positions'],
    once: 'custody',
    do: async (copy, pick) => {
      await copy.damage(
        `insert into credit.custodial_positions (tenant_id, credit_id, custodian_account_id, holder_ref, tonnage_co2e)
         select tenant_id, credit_id, 'market.near', 'client-1', 50 from credit.credits where mrv_hash = $1`,
        [pick.take('held').mrv_hash],
      );
      return one('CUSTODY_DIFFERS', '50');
    },
  },
  {
    kind: 'more is due to the buffer than was contributed',
    tables: [TOKENS],
    do: async (copy, pick) => {
      await copy.damage(`update ${TOKENS} set buffer_tonnage_co2e = 20 where token_id = $1`, [
        pick.take('held').mrv_hash,
      ]);
      return one('BUFFER_CONTRIBUTION_MISSING', '5');
    },
  },
  {
    kind: 'a contribution is deleted',
    tables: ['credit.buffer_entries'],
    once: 'pool-a',
    do: async (copy, pick) => {
      await copy.damage(
        `delete from credit.buffer_entries where buffer_entry_id = (select buffer_entry_id from credit.buffer_entries
           where tenant_id = $1 order by buffer_entry_id desc limit 1)`,
        [pick.tenant_ids.a],
      );
      return [...one('BUFFER_CONTRIBUTION_MISSING', '15'), ...one('BUFFER_BALANCE_WRONG', '15')];
    },
  },
  {
    kind: 'a pool has another sum than its ledger',
    tables: ['credit.buffer_pools'],
    once: 'pool-b',
    do: async (copy, pick) => {
      await copy.damage(
        `update credit.buffer_pools set total_contributed_tco2e = total_contributed_tco2e + 7,
           available_tco2e = available_tco2e + 7 where tenant_id = $1`,
        [pick.tenant_ids.b],
      );
      return one('BUFFER_BALANCE_WRONG', '7');
    },
  },
  {
    kind: 'a verified loss is not taken from the buffer',
    tables: ['credit.reversal_events'],
    do: async (copy, pick) => {
      await copy.damage(insertReversal(30), [pick.take('held').project_id, '10']);
      return one('REVERSAL_NOT_APPLIED', '10');
    },
  },
  {
    kind: 'a loss is larger than the buffer',
    tables: ['credit.reversal_events'],
    once: 'under water',
    do: async (copy, pick) => {
      const credit = pick.take('held');
      const [pool] = await copy.damage(
        'select trim_scale(available_tco2e)::text as available from credit.buffer_pools where tenant_id = $1',
        [pick.tenant_ids[credit.tenant]],
      );
      await copy.damage(insertReversal(0), [credit.project_id, '5000']);
      return one('POOL_UNDER_WATER', String(5000 - Number(pool?.available)));
    },
  },
  {
    kind: 'a proof is missing',
    tables: ['chain.proof_bundles'],
    do: async (copy, pick) => {
      await copy.damage('delete from chain.proof_bundles where token_id = $1', [
        pick.take('retired together').mrv_hash,
      ]);
      return one('PROOF_MISSING', '100');
    },
  },
  {
    kind: 'the registry refuses a retirement',
    tables: ['chain.retirements'],
    do: async (copy, pick) => {
      await copy.damage(
        `update chain.retirements set registry_outcome = 'refused', refused_at = now(), outcome_identity = event_identity
         where token_id = $1`,
        [pick.take('retired, unconfirmed').mrv_hash],
      );
      return one('RETIRED_NOT_AT_REGISTRY', '100');
    },
  },
  {
    kind: 'an event of a credit is missing',
    tables: ['chain.token_events'],
    do: async (copy, pick) => {
      await copy.damage('delete from chain.token_events where token_id = $1 and token_version = 1', [
        pick.take('held').mrv_hash,
      ]);
      return one('CURSOR_GAP', '100');
    },
  },
  {
    kind: 'a log could not be read',
    tables: ['chain.dead_letters'],
    once: 'dead letter',
    do: async (copy) => {
      await copy.damage(
        `insert into chain.dead_letters (near_contract_id, block_height, receipt_id, log_index, log, error_code,
           error_message, first_seen_at, shard_id, outcome_index, block_hash, block_timestamp)
         select near_contract_id, block_height, block_hash, 0, 'EVENT_JSON:{', 'EVENT_UNREADABLE', 'The log is cut', now(),
           0, 0, block_hash, block_timestamp from chain.cursor`,
      );
      return one('CURSOR_GAP', '0');
    },
  },
  {
    kind: 'a process is past its time',
    tables: ['saga.sagas'],
    once: 'saga',
    do: async (copy, pick) => {
      await copy.damage(
        `insert into saga.sagas (tenant_id, saga_type, status, timeout, started_at)
         values ($1, 'credit_issuance', 'in_progress', 60, now() - interval '2 days')`,
        [pick.tenant_ids.a],
      );
      return one('SAGA_STUCK', '0');
    },
  },
];

function insertReversal(days_ago: number): string {
  return `insert into credit.reversal_events (tenant_id, project_id, event_type, event_date, estimated_tco2e_lost,
      verified_tco2e_lost, description, reported_by_user_id, verified_by_user_id, status, updated_at)
    select tenant_id, project_id, 'fire', current_date - 40, $2::numeric, $2::numeric, 'Fire', uuidv7(), uuidv7(),
      'verified', now() - interval '${days_ago} days' from project.projects where project_id = $1`;
}
