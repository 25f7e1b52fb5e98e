// Owns the kinds of damage to an agreeing world, each with the findings that it must give; leaves trying them to the specs.

import { IN_KILOGRAMS } from './reconcile-damage-isometric.ts';
import { KEPT } from './reconcile-damage-kept.ts';
import { STATED } from './reconcile-damage-stated.ts';
import type { Fate, WorldCredit } from './reconcile-fates.ts';
import type { Copy, Harness } from './reconcile-harness.ts';

export type Expected = { code: string; tonnes: string };

export type Damage = {
  kind: string;
  /** What it changes, so that healing can bring it back. */
  tables: readonly string[];
  /** Whether the contract itself has to be asked. */
  views?: boolean;
  /** Damage to a thing that there is once: two of one name do not go together. */
  once?: string;
  do(copy: Copy, pick: Picker): Promise<Expected[]>;
};

export type Picker = {
  /** A credit of the fate that no other damage has. */
  take(fate: Fate, of?: Partial<Pick<WorldCredit, 'tenant' | 'registry'>>): WorldCredit;
  tenant_ids: Record<'a' | 'b', string>;
  now: Date;
};

export function pickFrom({ world }: Harness, tenant_ids: Picker['tenant_ids']): Picker {
  const taken = new Set<string>();
  return {
    tenant_ids,
    now: world.now,
    take: (fate, { tenant, registry = 'verra' } = {}) => {
      const found = world.credits.find(
        (credit) =>
          credit.fate === fate &&
          credit.registry === registry &&
          !taken.has(credit.mrv_hash) &&
          (tenant === undefined || credit.tenant === tenant),
      );
      if (found === undefined) throw new Error(`No credit that is ${fate} is left to damage.`);
      taken.add(found.mrv_hash);
      return found;
    },
  };
}

const TOKENS = 'chain.tokens';

function one(code: string, tonnes: string): Expected[] {
  return [{ code, tonnes }];
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
      // Of the consent whose tonnes no other damage makes fewer: two such in company would hide each other.
      const { mrv_hash, tenant } = pick.take('held', { tenant: 'a' });
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
      await copy.damage(
        'update mrv.mrv_computations set computed_tonnage = 104.5 where mrv_submission_id = $1',
        [pick.take('held').mrv_submission_id],
      );
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
      await copy.damage('delete from hashing.mrv_hashes where mrv_hash = $1', [
        pick.take('expires later').mrv_hash,
      ]);
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
      await copy.damage(`update registry.serial_blocks set serial_range = ${moved} where mrv_hash = $1`, [
        mrv_hash,
      ]);
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
      await copy.damage(`update ${TOKENS} set owner_account_id = 'mallory.near' where token_id = $1`, [
        mrv_hash,
      ]);
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

export const DAMAGES: readonly Damage[] = [...STATED, ...MINTS, ...BOOKS, ...KEPT, ...IN_KILOGRAMS];
