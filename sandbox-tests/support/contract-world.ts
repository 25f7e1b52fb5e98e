// Owns a localnet where the contract is born, has roles and consents, and mints; leaves what happens then to the specs.
import { createHash } from 'node:crypto';
import {
  type Call,
  type CallResult,
  CONTRACT_ID,
  type ContractChain,
  type ContractChainOptions,
  ENOUGH_DEPOSIT,
  OWNER_ID,
  openContractChain,
} from './contract-chain.ts';

export const REGISTRY = 'verra';
/** Another registry with its own people, who have no say at the first. */
export const OTHER_REGISTRY = 'other:greenland';
export const OTHER_PEOPLE = { registry: 'carol.near', minter: 'carol.near' };
export const CONSENT_REF = 'consent-1';
export const PROJECT_ID = 'VCS-1234';
export const METADATA = { spec: 'nft-1.0.0', name: 'dMRV credits', symbol: 'DMRV' };
export const UPGRADE_DELAY_NS = 86_400_000_000_000n;
export const DAY_NS = 86_400_000_000_000n;
/** Noon of a day: what lasts to the end of it has half a day left. */
export const START_NS = 1_780_315_200_000_000_000n;
export const FIRST_DAY = '2026-06-01';

export interface NewCredit {
  registry: string;
  project_id: string;
  methodology: string;
  tonnage: string;
  unit: string;
  serial?: { namespace: string; start: string };
  vintage_year: number;
  issued_on: string;
  expires_on?: string;
  consent_ref: string;
}

export interface MintWish {
  mrv_hash?: string;
  receiver_id?: string;
  from?: string;
  credit?: Partial<NewCredit>;
}

export class ContractWorld {
  readonly chain: ContractChain;
  private minted = 0;

  constructor(chain: ContractChain) {
    this.chain = chain;
  }

  /** A credit of alice.near, 100 t in units of 1 t, unless the wish says otherwise; gives its hash. */
  mint(wish: MintWish = {}): string {
    const call = this.mintCall(wish);
    this.chain.mustCall(call);
    return (call.args as { mrv_hash: string }).mrv_hash;
  }

  mintCall(wish: MintWish = {}): Call {
    const { mrv_hash = this.nextHash(), receiver_id = 'alice.near', from = 'minter.near' } = wish;
    const credit = { ...usualCredit(), ...wish.credit };
    const deposit = ENOUGH_DEPOSIT;
    return { from, method: 'nft_mint', args: { receiver_id, mrv_hash, credit }, deposit };
  }

  nextHash(): string {
    this.minted += 1;
    return hashOf(`credit ${this.minted}`);
  }

  /** With 1 yocto, as most methods want it. */
  act(from: string, method: string, args: object): CallResult {
    return this.chain.mustCall({ from, method, args, deposit: 1n });
  }

  /** With enough to pay for storage. */
  pay(from: string, method: string, args: object): CallResult {
    return this.chain.mustCall({ from, method, args, deposit: ENOUGH_DEPOSIT });
  }
}

/** Born, with the roles of two registries and a consent of each for a million tonnes. */
export async function openContractWorld(options: ContractChainOptions = {}): Promise<ContractWorld> {
  const chain = await openContractChain({ start_ns: START_NS, ...options });
  const world = new ContractWorld(chain);
  chain.mustCall({
    from: CONTRACT_ID,
    method: 'new',
    args: { owner_id: OWNER_ID, metadata: METADATA, upgrade_delay_ns: `${UPGRADE_DELAY_NS}` },
  });
  const roles: [role: string, account_id: string, registry?: string][] = [
    ['guardian', 'guardian.near'],
    ['minter', 'minter.near', REGISTRY],
    ['registry', 'registry.near', REGISTRY],
    ['registry_agent', 'agent.near', REGISTRY],
    ['minter', OTHER_PEOPLE.minter, OTHER_REGISTRY],
    ['registry', OTHER_PEOPLE.registry, OTHER_REGISTRY],
  ];
  for (const [role, account_id, registry] of roles) {
    world.act(OWNER_ID, 'grant_role', { role, account_id, ...(registry === undefined ? {} : { registry }) });
  }
  world.pay('registry.near', 'record_consent', usualConsent(REGISTRY));
  world.pay(OTHER_PEOPLE.registry, 'record_consent', usualConsent(OTHER_REGISTRY));
  return world;
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function usualCredit(): NewCredit {
  return {
    registry: REGISTRY,
    project_id: PROJECT_ID,
    methodology: 'VM0042',
    tonnage: '100',
    unit: '1',
    serial: { namespace: 'VCS-1234-2025', start: '1000' },
    vintage_year: 2025,
    issued_on: '2026-01-31',
    consent_ref: CONSENT_REF,
  };
}

export function usualConsent(registry: string) {
  return {
    consent_ref: CONSENT_REF,
    registry,
    tonnage: '1000000',
    unit: '1',
    document_sha256: hashOf('document'),
    immobilised_on: '2026-01-15',
  };
}
