// Owns what becomes of the credits of an agreeing world, on chain and at the registry; leaves building the world to
// reconcile-world.ts.

import { type ContractWorld, hashOf } from './contract-world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MS_TO_NS = 1_000_000n;
/** Each credit has 100 t, in its registry's units. */
export const UNITS = { verra: 100n, isometric: 100_000n } as const;
export type Registry = keyof typeof UNITS;
const VERIFIED = '100';
const MINTED_AT_ONCE = 4;
export const OWNER = 'alice.near';
const OTHER_OWNER = 'bob.near';

/** What became of a credit; each is there at least once. */
export type Fate =
  | 'held'
  | 'expires later'
  | 'impaired'
  | 'split'
  | 'merged'
  | 'retired'
  | 'retired in part'
  | 'retired together'
  | 'retired, unconfirmed'
  | 'retired late'
  | 'cancelled'
  | 'redeemed'
  | 'invalidated'
  | 'expired'
  | 'minted late';

export const FATES: readonly Fate[] = [
  'held',
  'expires later',
  'impaired',
  'split',
  'merged',
  'retired',
  'retired in part',
  'retired together',
  'retired together',
  'retired, unconfirmed',
  'retired late',
  'cancelled',
  'redeemed',
  'invalidated',
  'expired',
];

/** Of tenant a, counted in kilograms; its registry's retirements are found by their id. */
export const FATES_IN_KILOGRAMS: readonly Fate[] = [
  'held',
  'held',
  'retired',
  'retired in part',
  'retired together',
  'retired together',
];

export type WorldCredit = {
  tenant: 'a' | 'b';
  registry: Registry;
  fate: Fate;
  mrv_hash: string;
  mrv_submission_id: string;
  registry_submission_id: string;
  project_id: string;
  /** First unit; there are as many as UNITS says. */
  start: bigint;
};

const ABOUT = {
  verra: { project_id: '1340', methodology: 'VM0044', unit: '1' },
  isometric: { project_id: 'prj_1HHYZFVGW1S044ZY', methodology: 'ISO-BIOCHAR', unit: '0.001' },
} as const;

export const PROJECT_AT = { verra: ABOUT.verra.project_id, isometric: ABOUT.isometric.project_id } as const;

export type Block = { tenant: 'a' | 'b'; start: bigint; end: bigint };

export function batchOf(tenant: 'a' | 'b'): string {
  return tenant === 'a' ? '19385' : '19386';
}

const TAIL = 'VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1';

export const KILOGRAMS = 'ISO-1-BSTORE-GBR-F5X7-2024';

export function namespaceOf(tenant: 'a' | 'b', registry: Registry = 'verra'): string {
  if (registry === 'isometric') return KILOGRAMS;
  return `${batchOf(tenant)}-${TAIL.replace('-14-', '-')}`;
}

export function serialOf({ tenant, start, end }: Block): string {
  return `${batchOf(tenant)}-${start}-${end - 1n}-${TAIL}`;
}

/** One consent for each tenant and registry, whose block the credits take in order. */
export function mintAll(chain: ContractWorld, credits: readonly WorldCredit[]): void {
  for (const [tenant, registry] of [
    ['a', 'verra'],
    ['b', 'verra'],
    ['a', 'isometric'],
  ] as const) {
    const own = credits
      .filter((credit) => credit.tenant === tenant && credit.registry === registry)
      .sort((x, y) => (x.start < y.start ? -1 : 1));
    if (own.length === 0) continue;
    chain.pay('registry.near', 'record_consent', {
      consent_ref: consentOf({ tenant, registry }),
      registry,
      tonnage: '1000000',
      unit: ABOUT[registry].unit,
      serial: { namespace: namespaceOf(tenant, registry), start: '1' },
      document_sha256: hashOf(`document ${tenant} ${registry}`),
      immobilised_on: '2026-01-15',
    });
    for (let from = 0; from < own.length; from += MINTED_AT_ONCE) {
      const mints = own.slice(from, from + MINTED_AT_ONCE).map((credit) => mintOf(chain, credit));
      chain.chain.mustCall({
        from: 'minter.near',
        method: 'nft_mint_batch',
        args: { mints },
        deposit: 4n * 10n ** 23n,
      });
    }
    for (const credit of own) meetFate(chain, credit);
  }
}

export function consentOf({ tenant, registry }: Pick<WorldCredit, 'tenant' | 'registry'>): string {
  return registry === 'verra' ? `consent-${tenant}` : `consent-${tenant}-${registry}`;
}

function mintOf(chain: ContractWorld, credit: WorldCredit): object {
  const { tenant, registry, fate, mrv_hash, start } = credit;
  const has_buffer = registry === 'verra' && (fate === 'held' || fate === 'impaired');
  const day = (days: number): string =>
    new Date(Number(chain.chain.now() / MS_TO_NS) + days * DAY_MS).toISOString().slice(0, 10);
  return {
    receiver_id: OWNER,
    mrv_hash,
    credit: {
      registry,
      ...ABOUT[registry],
      tonnage: VERIFIED,
      serial: { namespace: namespaceOf(tenant, registry), start: String(start) },
      vintage_year: 2024,
      issued_on: '2025-01-31',
      consent_ref: consentOf(credit),
      ...(has_buffer ? { buffer_tonnage: '15' } : {}),
      ...(fate === 'expires later' ? { expires_on: day(400) } : {}),
      ...(fate === 'expired' ? { expires_on: day(10) } : {}),
    },
  };
}

/** What the registry calls a retirement. */
export function retirementIdOf(
  { registry, tenant }: WorldCredit,
  fate: 'whole' | 'together' | 'part',
): string {
  return registry === 'verra' ? `R-${tenant}-${fate}` : `ret_${fate}`;
}

function meetFate(chain: ContractWorld, credit: WorldCredit): void {
  const { fate, mrv_hash } = credit;
  const retire = (args: object) => ({
    beneficiary: 'Example Ltd',
    beneficiary_kind: 'organisation',
    ...args,
  });
  const confirm = (token_id: string, id: string): void => {
    chain.act('agent.near', 'confirm_retirement', confirmation(token_id, id));
  };
  switch (fate) {
    case 'impaired':
      chain.act('registry.near', 'impair', { token_id: mrv_hash, reason: 'Fire in the area' });
      return;
    case 'split':
    case 'merged': {
      const parts = chain.pay(OWNER, 'split', { token_id: mrv_hash, tonnages: ['40', '60'] })
        .value as string[];
      if (fate === 'merged') chain.pay(OWNER, 'merge', { token_ids: parts });
      else chain.act(OWNER, 'nft_transfer', { receiver_id: OTHER_OWNER, token_id: parts[1] });
      return;
    }
    case 'retired':
      chain.act(OWNER, 'retire', retire({ token_id: mrv_hash }));
      confirm(mrv_hash, retirementIdOf(credit, 'whole'));
      return;
    case 'retired together':
      chain.act(OWNER, 'retire', retire({ token_id: mrv_hash }));
      confirm(mrv_hash, retirementIdOf(credit, 'together'));
      return;
    case 'retired in part': {
      const part = chain.pay(OWNER, 'retire', retire({ token_id: mrv_hash, tonnage: '30' })).value as string;
      confirm(part, retirementIdOf(credit, 'part'));
      return;
    }
    case 'retired, unconfirmed':
      chain.act(OWNER, 'retire', retire({ token_id: mrv_hash }));
      return;
    case 'cancelled':
      chain.act('registry.near', 'cancel', { token_id: mrv_hash, reason: 'Moved to another chain' });
      return;
    case 'redeemed':
      chain.act(OWNER, 'redeem', { token_id: mrv_hash, registry_account: 'VERRA-77' });
      return;
    case 'invalidated':
      chain.act('registry.near', 'invalidate', {
        token_ids: [mrv_hash],
        reason: 'Wrong baseline',
        reference: 'case 7',
      });
      return;
  }
}

export function confirmation(token_id: string, registry_retirement_id: string) {
  return {
    token_id,
    registry_retirement_id,
    registry_retired_on: '2026-01-20',
    evidence_sha256: hashOf(registry_retirement_id),
  };
}

/** Behind the last statement: not yet wrong. */
export function happenLate(chain: ContractWorld, credits: readonly WorldCredit[]): void {
  for (const credit of credits) {
    if (credit.fate === 'retired late') {
      chain.act(OWNER, 'retire', {
        token_id: credit.mrv_hash,
        beneficiary: 'Example Ltd',
        beneficiary_kind: 'organisation',
      });
    }
    if (credit.fate === 'minted late') {
      const mints = [mintOf(chain, credit)];
      chain.pay('minter.near', 'nft_mint_batch', { mints });
    }
    if (credit.fate === 'expired' && credit !== only(credits, 'expired')) {
      chain.act('bob.near', 'expire', { token_id: credit.mrv_hash });
    }
  }
}

export function only(credits: readonly WorldCredit[], fate: Fate): WorldCredit {
  const found = credits.find((credit) => credit.fate === fate && credit.registry === 'verra');
  if (found === undefined) throw new Error(`The world has no credit that is ${fate}.`);
  return found;
}

const GONE: readonly Fate[] = ['cancelled', 'redeemed', 'invalidated', 'expired'];

/** What the registry has at the time of its statement: what is on chain, and waits for it, lies in holdings. */
export function standAtRegistry(credits: readonly WorldCredit[]): {
  held: Block[];
  retired: Block[];
  left: Block[];
} {
  const held: Block[] = [];
  const left: Block[] = [];
  const retired: Block[] = [];
  for (const { tenant, registry, fate, start } of credits) {
    if (registry !== 'verra') continue;
    const end = start + UNITS[registry];
    const whole = { tenant, start, end };
    if (fate === 'minted late') continue;
    if (fate === 'retired in part') {
      retired.push({ tenant, start, end: start + 30n });
      held.push({ tenant, start: start + 30n, end });
    } else if (fate === 'retired' || fate === 'retired together' || fate === 'retired, unconfirmed') {
      retired.push(whole);
    } else if (GONE.includes(fate)) {
      left.push(whole);
    } else {
      held.push(whole);
    }
  }
  return { held, retired, left };
}
