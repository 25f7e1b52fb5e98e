// Owns the measured calls of birth, roles, owner, pauses, consents and upgrade; leaves the other methods to their stories.
import { createHash } from 'node:crypto';
import {
  builtContract,
  type Call,
  CONTRACT_ID,
  type ContractChain,
  ENOUGH_DEPOSIT,
  OWNER_ID,
} from '../../sandbox-tests/support/contract-chain.ts';
import { DAY_NS, METADATA, REGISTRY, usualConsent } from '../../sandbox-tests/support/contract-world.ts';
import type { Meter } from './meter.ts';
import type { Story } from './story.ts';

export function tellBirth(chain: ContractChain, meter: Meter): void {
  const args = { owner_id: OWNER_ID, metadata: METADATA, upgrade_delay_ns: '0' };
  meter.call(chain, { from: CONTRACT_ID, method: 'new', args });
}

export function tellRule({ world, meter }: Story): void {
  const { chain } = world;
  const own = (method: string, args: object = {}): Call => ({ from: OWNER_ID, method, args, deposit: 1n });
  const role = { role: 'registry_agent', account_id: 'bob.near', registry: REGISTRY };
  meter.call(chain, own('grant_role', role));
  meter.view(chain, 'has_role', role);
  meter.view(chain, 'list_roles', { registry: REGISTRY }, 'of a registry');
  meter.view(chain, 'list_roles', {}, 'all');
  meter.call(chain, own('revoke_role', role));
  meter.call(chain, own('propose_owner', { account_id: 'bob.near' }));
  meter.call(chain, own('cancel_owner_proposal'));
  chain.mustCall(own('propose_owner', { account_id: 'carol.near' }));
  meter.call(chain, { ...own('accept_owner'), from: 'carol.near' });
  chain.mustCall({ ...own('propose_owner', { account_id: OWNER_ID }), from: 'carol.near' });
  chain.mustCall(own('accept_owner'));
  meter.call(chain, own('pause', { feature: 'mint' }));
  meter.call(chain, own('unpause', { feature: 'mint' }));
  const consent = { ...usualConsent(REGISTRY), consent_ref: 'consent-2' };
  const record = { from: 'registry.near', method: 'record_consent', args: consent, deposit: ENOUGH_DEPOSIT };
  meter.call(chain, record);
  const key = { registry: REGISTRY, consent_ref: 'consent-2' };
  meter.view(chain, 'consent', key);
  meter.call(chain, { from: 'registry.near', method: 'withdraw_consent', args: key, deposit: 1n });
}

/** To the same code: what is measured is the way, not the code. */
export async function tellUpgrade({ world, meter }: Story, stock: boolean): Promise<void> {
  const { chain } = world;
  const { wasm } = await builtContract(stock);
  const code_sha256 = createHash('sha256').update(wasm).digest('hex');
  const own = (method: string, args: object = {}): Call => ({ from: OWNER_ID, method, args, deposit: 1n });
  meter.call(chain, own('announce_upgrade', { code_sha256 }));
  meter.call(chain, own('cancel_upgrade'));
  chain.mustCall(own('announce_upgrade', { code_sha256 }));
  await chain.advanceTo(chain.now() + DAY_NS);
  const upgraded = meter.call(chain, { ...own('upgrade'), raw: wasm });
  meter.receipt(upgraded, 'migrate', 'with deploying');
}
