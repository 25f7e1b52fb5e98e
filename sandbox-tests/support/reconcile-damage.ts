// Owns the kinds of damage to an agreeing world, each with the findings that it must give; leaves trying them to the specs.

import type { Copy, Harness } from './reconcile-harness.ts';
import { type Block, type Fate, namespaceOf, type WorldCredit } from './reconcile-fates.ts';

export type Expected = { code: string; tonnes: string };

export type Damage = {
  kind: string;
  /** What it changes, so that healing can bring it back. */
  tables: readonly string[];
  /** Whether the contract itself has to be asked. */
  views?: boolean;
  /** Damage to a thing that there is once: two of one name do not go together. */
  once?: string;
  do(copy: Copy, pick: Pick): Promise<Expected[]>;
};

export type Pick = {
  /** A credit of the fate that no other damage has. */
  take(fate: Fate): WorldCredit;
  tenant_ids: Record<'a' | 'b', string>;
  now: Date;
};

export function pickFrom({ world }: Harness, tenant_ids: Pick['tenant_ids']): Pick {
  const taken = new Set<string>();
  return {
    tenant_ids,
    now: world.now,
    take: (fate) => {
      const found = world.credits.find((credit) => credit.fate === fate && !taken.has(credit.mrv_hash));
      if (found === undefined) throw new Error(`No credit that is ${fate} is left to damage.`);
      taken.add(found.mrv_hash);
      return found;
    },
  };
}

const ROWS = 'registry.statement_rows';
const TOKENS = 'chain.tokens';
const RANGE = 'numrange($1::numeric, $2::numeric)';

export function blockOf({ tenant, start }: WorldCredit): Block {
  return { tenant, start, end: start + 100n };
}

function at(credit: WorldCredit, from = 0n, to = 100n): [string, string, string] {
  return [String(credit.start + from), String(credit.start + to), namespaceOf(credit.tenant)];
}

function one(code: string, tonnes: string): Expected[] {
  return [{ code, tonnes }];
}

const OF_BLOCK = `serial_namespace = $3 and serial_range = ${RANGE}`;

/** What a registry's files say. */
const STATED: readonly Damage[] = [
  {
    kind: 'a row of holdings is deleted',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(`delete from ${ROWS} where kind = 'holding' and ${OF_BLOCK}`, at(pick.take('held')));
      return one('BACKING_MISSING', '100');
    },
  },
  {
    kind: 'a row of holdings is shortened',
    tables: [ROWS],
    do: async (copy, pick) => {
      const [start, end, namespace] = at(pick.take('held'));
      await copy.damage(
        `update ${ROWS} set serial_range = numrange($1::numeric, $2::numeric - 40), tonnage_co2e = 60
         where kind = 'holding' and ${OF_BLOCK}`,
        [start, end, namespace],
      );
      return one('BACKING_MISSING', '40');
    },
  },
  {
    kind: 'the holding of an impaired credit is deleted',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(`delete from ${ROWS} where kind = 'holding' and ${OF_BLOCK}`, at(pick.take('impaired')));
      return one('BACKING_MISSING', '100');
    },
  },
  {
    kind: 'units of a cancelled credit are held',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(insertRow('holding', 'holdings.csv'), at(pick.take('cancelled')));
      return one('BACKING_SURPLUS', '100');
    },
  },
  {
    kind: 'units of a confirmed retirement are held',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(insertRow('holding', 'holdings.csv'), at(pick.take('retired')));
      return one('BACKING_SURPLUS', '100');
    },
  },
  {
    kind: 'an issuance is shortened',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set serial_range = numrange($1::numeric, $2::numeric - 10), tonnage_co2e = 90
         where kind = 'issuance' and ${OF_BLOCK}`,
        at(pick.take('held')),
      );
      return one('REGISTRY_ISSUED_DIFFERS', '10');
    },
  },
  {
    kind: 'an issuance has other tonnes',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set tonnage_co2e = 107 where kind = 'issuance' and ${OF_BLOCK}`,
        at(pick.take('held')),
      );
      return one('REGISTRY_ISSUED_DIFFERS', '7');
    },
  },
  {
    kind: 'an issuance is deleted',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(`delete from ${ROWS} where kind = 'issuance' and ${OF_BLOCK}`, at(pick.take('held')));
      return one('REGISTRY_ISSUED_DIFFERS', '100');
    },
  },
  {
    kind: 'the registry takes a retirement back',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set kind = 'issuance' where kind = 'retirement' and ${OF_BLOCK}`,
        at(pick.take('retired')),
      );
      return one('RETIRED_NOT_AT_REGISTRY', '100');
    },
  },
  {
    kind: 'the registry takes a retirement of a part back',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set kind = 'issuance' where kind = 'retirement' and ${OF_BLOCK}`,
        at(pick.take('retired in part'), 0n, 30n),
      );
      return one('RETIRED_NOT_AT_REGISTRY', '30');
    },
  },
  {
    kind: 'the registry shortens one of two retirements under one id',
    tables: [ROWS],
    do: async (copy, pick) => {
      const credit = pick.take('retired together');
      await copy.damage(
        `update ${ROWS} set serial_range = numrange($1::numeric, $2::numeric - 25), tonnage_co2e = 75
         where kind = 'retirement' and ${OF_BLOCK}`,
        at(credit),
      );
      await copy.damage(insertRow('issuance', 'transactions.csv'), at(credit, 75n));
      return one('RETIRED_NOT_AT_REGISTRY', '25');
    },
  },
  {
    kind: 'the registry retires what is active on chain',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set kind = 'retirement', happened_on = current_date - 20 where kind = 'issuance' and ${OF_BLOCK}`,
        at(pick.take('held')),
      );
      return one('ENDED_AT_REGISTRY', '100');
    },
  },
  {
    kind: 'the registry cancels a part of what is active on chain',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(insertRow('cancellation', 'transactions.csv'), at(pick.take('held'), 0n, 25n));
      return one('ENDED_AT_REGISTRY', '25');
    },
  },
  {
    kind: 'an old export says retired or cancelled of what is active on chain',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(insertRow('retired_or_cancelled', 'transactions.csv'), at(pick.take('held'), 50n, 100n));
      return one('ENDED_AT_REGISTRY', '50');
    },
  },
];

function insertRow(kind: string, file_name: string): string {
  return `insert into ${ROWS} (tenant_id, statement_id, line_number, kind, row_sha256, raw, serial_namespace, serial_range,
      tonnage_co2e, happened_on)
    select s.tenant_id, s.statement_id, 100000 + $1::integer, '${kind}', md5($1::text || '${kind}') || md5($2::text || '${kind}'), '{}', $3, ${RANGE},
      $2::numeric - $1::numeric, current_date - 20
    from registry.statements s where s.file_name = '${file_name}'
      and exists (select from ${ROWS} r where r.statement_id = s.statement_id and r.serial_namespace = $3)`;
}

/** Rights to mint. */
const MINTS: readonly Damage[] = [
  {
    kind: 'an approval is taken back',
    tables: ['registry.registry_submissions'],
    do: async (copy, pick) => {
      await copy.damage(
        `update registry.registry_submissions set status = 'rejected', approved_at = null, rejected_at = now()
         where registry_submission_id = $1`,
        [pick.take('held').registry_submission_id],
      );
      return one('MINT_WITHOUT_APPROVAL', '100');
    },
  },
  {
    kind: 'a credit names a consent that there is not',
    tables: [TOKENS, 'chain.consents'],
    do: async (copy, pick) => {
      const { mrv_hash, tenant } = pick.take('held');
      await copy.damage(`update ${TOKENS} set consent_ref = 'no such' where token_id = $1`, [mrv_hash]);
      await copy.damage(
        'update chain.consents set debited_co2e = debited_co2e - 100 where consent_ref = $1',
        [`consent-${tenant}`],
      );
      return one('MINT_WITHOUT_CONSENT', '100');
    },
  },
  {
    kind: 'a consent is for fewer tonnes than were minted from it',
    tables: ['chain.consents'],
    once: 'consent-b',
    do: async (copy) => {
      await copy.damage('alter table chain.consents drop constraint if exists consents_not_overdrawn');
      await copy.damage(
        "update chain.consents set tonnage_co2e = debited_co2e - 50 where consent_ref = 'consent-b'",
      );
      return one('MINT_ABOVE_CONSENT', '50');
    },
  },
  {
    kind: 'fewer tonnes were verified than minted, and issued',
    tables: ['verification.verifications'],
    do: async (copy, pick) => {
      await copy.damage(
        'update verification.verifications set verified_tonnage = 90 where mrv_submission_id = $1',
        [pick.take('held').mrv_submission_id],
      );
      return [
        ...one('MINT_ABOVE_VERIFIED', '10'),
        ...one('REGISTRY_ISSUED_DIFFERS', '10'),
        ...one('COMPUTED_DIFFERS', '10'),
      ];
    },
  },
  {
    kind: 'the computation came to other tonnes',
    tables: ['mrv.mrv_computations'],
    do: async (copy, pick) => {
      await copy.damage('update mrv.mrv_computations set computed_tonnage = 104.5 where mrv_submission_id = $1', [
        pick.take('held').mrv_submission_id,
      ]);
      return one('COMPUTED_DIFFERS', '4.5');
    },
  },
  {
    kind: 'a credit that was left untokenised is wanted again',
    tables: ['registry.registry_submissions'],
    once: 'untokenised',
    do: async (copy) => {
      await copy.damage(
        `update registry.registry_submissions set left_untokenised_at = null, left_untokenised_reason = null
         where left_untokenised_at is not null`,
      );
      return one('APPROVED_NOT_MINTED', '100');
    },
  },
  {
    kind: 'a hash is forgotten',
    tables: ['hashing.mrv_hashes'],
    do: async (copy, pick) => {
      await copy.damage('delete from hashing.mrv_hashes where mrv_hash = $1', [pick.take('expires later').mrv_hash]);
      return one('UNKNOWN_TOKEN', '100');
    },
  },
];

/** Serial numbers, claims and the books. */
const BOOKS: readonly Damage[] = [
  {
    kind: 'the books have another block',
    tables: ['registry.serial_blocks'],
    do: async (copy, pick) => {
      await copy.damage(
        `update registry.serial_blocks set serial_range = numrange(lower(serial_range) + 900000,
           upper(serial_range) + 900000) where mrv_hash = $1`,
        [pick.take('held').mrv_hash],
      );
      return one('SERIAL_DIFFERS', '100');
    },
  },
  {
    kind: 'a credit claims numbers of its neighbour',
    tables: [TOKENS, 'registry.serial_blocks'],
    once: 'overlap',
    do: async (copy, pick) => {
      const { mrv_hash } = pick.take('expires later');
      await copy.damage('alter table registry.serial_blocks drop constraint if exists serial_blocks_overlap');
      const moved = 'numrange(lower(serial_range) - 10, upper(serial_range) - 10)';
      await copy.damage(`update ${TOKENS} set serial_range = ${moved} where token_id = $1`, [mrv_hash]);
      await copy.damage(`update registry.serial_blocks set serial_range = ${moved} where mrv_hash = $1`, [mrv_hash]);
      return one('SERIAL_OVERLAPS', '10');
    },
  },
  {
    kind: 'a tenant’s row says another status',
    tables: ['credit.credits'],
    do: async (copy, pick) => {
      await copy.damage("update credit.credits set status = 'impaired' where mrv_hash = $1", [
        pick.take('held').mrv_hash,
      ]);
      return one('CREDIT_DIFFERS', '100');
    },
  },
  {
    kind: 'a tenant’s row says another owner',
    tables: ['credit.credit_ownership'],
    do: async (copy, pick) => {
      await copy.damage(
        `update credit.credit_ownership set owner_account_id = 'mallory.near'
         where credit_id = (select credit_id from credit.credits where mrv_hash = $1)`,
        [pick.take('held').mrv_hash],
      );
      return one('CREDIT_DIFFERS', '100');
    },
  },
  {
    kind: 'a part lost tonnes',
    tables: [TOKENS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${TOKENS} set tonnage_co2e = tonnage_co2e - 5 where origin = $1 and tonnage_co2e = 60`,
        [pick.take('split').mrv_hash],
      );
      return [...one('SUPPLY_BROKEN', '5'), ...one('CREDIT_DIFFERS', '5')];
    },
  },
  {
    kind: 'a consent counts wrongly',
    tables: ['chain.consents'],
    once: 'consent-a',
    do: async (copy) => {
      await copy.damage(
        "update chain.consents set debited_co2e = debited_co2e - 10 where consent_ref = 'consent-a'",
      );
      return one('SUPPLY_BROKEN', '10');
    },
  },
  {
    kind: 'a last day has passed',
    tables: [TOKENS],
    do: async (copy, pick) => {
      await copy.damage(`update ${TOKENS} set expires_on = current_date - 30 where token_id = $1`, [
        pick.take('held').mrv_hash,
      ]);
      return one('EXPIRED_NOT_MARKED', '100');
    },
  },
  {
    kind: 'the contract has another owner than the tables',
    tables: [TOKENS, 'credit.credit_ownership'],
    views: true,
    do: async (copy, pick) => {
      const { mrv_hash } = pick.take('held');
      await copy.damage(`update ${TOKENS} set owner_account_id = 'mallory.near' where token_id = $1`, [mrv_hash]);
      await copy.damage(
        `update credit.credit_ownership set owner_account_id = 'mallory.near'
         where credit_id = (select credit_id from credit.credits where mrv_hash = $1)`,
        [mrv_hash],
      );
      return one('CONTRACT_DIFFERS', '100');
    },
  },
  {
    kind: 'the same primary file backs two',
    tables: ['mrv.mrv_artifacts'],
    do: async (copy, pick) => {
      await copy.damage(
        `update mrv.mrv_artifacts set sha256_hash = (select sha256_hash from mrv.mrv_artifacts
           where mrv_submission_id = $1 and artifact_type = 'monitoring_report')
         where mrv_submission_id = $2 and artifact_type = 'lab_report'`,
        [pick.take('held').mrv_submission_id, pick.take('held').mrv_submission_id],
      );
      return one('EVIDENCE_CLAIMED_TWICE', '100');
    },
  },
  {
    kind: 'two projects are at one place',
    tables: ['project.projects'],
    do: async (copy, pick) => {
      await copy.damage(
        `update project.projects set location = (select location from project.projects where project_id = $1)
         where project_id = $2`,
        [pick.take('held').project_id, pick.take('held').project_id],
      );
      return one('SITE_PERIOD_CLAIMED_TWICE', '100');
    },
  },
];

/** Custody, buffers, proofs, processes, the indexer. */
const KEPT: readonly Damage[] = [
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
      await copy.damage('delete from chain.proof_bundles where token_id = $1', [pick.take('retired').mrv_hash]);
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

export const DAMAGES: readonly Damage[] = [...STATED, ...MINTS, ...BOOKS, ...KEPT];
