// Owns the same calls on few and on many tokens; leaves how the many come to be to large-state.ts.
import { type ContractChain, ENOUGH_DEPOSIT, USUAL_GAS } from '../../sandbox-tests/support/contract-chain.ts';
import {
  type ContractWorld,
  openContractWorld,
  REGISTRY,
  usualConsent,
} from '../../sandbox-tests/support/contract-world.ts';
import { grownHash, growState, LARGE_CONSENT, refuseUnlikeMints } from './large-state.ts';
import { Meter, type Row } from './meter.ts';
import { mintSeveral } from './story-mint.ts';
import { WISH } from './story-retire.ts';

/** Both leave the same places free on the lists' last pages: where a page fills, a mint writes it, at any size. */
export interface StateSize {
  tokens: number;
  /** Of alice.near, whose tokens are moved. */
  owned: number;
}

export const SMALL: StateSize = { tokens: 10, owned: 10 };
const CHECKED: StateSize = { tokens: 50, owned: 34 };
const OTHER_OWNER = 'market.near';
const CREDIT = { consent_ref: LARGE_CONSENT };
const CONSENTED_TONNES = '100000000';

/** Each call on both sizes, in order. */
export async function measureFlatness(large: StateSize): Promise<{ small: Row[]; large: Row[] }> {
  await checkGrowing();
  const few = await openGrown(SMALL);
  const many = await openGrown(large);
  return { small: await measure(few), large: await measure(many) };
}

async function openGrown(size: StateSize): Promise<{ world: ContractWorld; first: string }> {
  const world = await openConsenting();
  const hashes = mintSeveral(world, SMALL.owned, { credit: CREDIT });
  const first = hashes[0] ?? '';
  const owners = [
    { owner_id: 'alice.near', count: size.owned - SMALL.owned },
    { owner_id: OTHER_OWNER, count: size.tokens - size.owned },
  ].filter(({ count }) => count > 0);
  if (owners.length > 0) await growState(world, { template: first, owners });
  return { world, first };
}

async function openConsenting(): Promise<ContractWorld> {
  const world = await openContractWorld();
  const consent = { ...usualConsent(REGISTRY), consent_ref: LARGE_CONSENT, tonnage: CONSENTED_TONNES };
  world.pay('registry.near', 'record_consent', consent);
  return world;
}

async function checkGrowing(): Promise<void> {
  const grown = await openGrown(CHECKED);
  const minted = await openConsenting();
  mintSeveral(minted, SMALL.owned, { credit: CREDIT });
  for (let index = 0; index < CHECKED.tokens - SMALL.owned; index += 1) {
    const receiver_id = index < CHECKED.owned - SMALL.owned ? 'alice.near' : OTHER_OWNER;
    minted.mint({ mrv_hash: grownHash(index), receiver_id, credit: CREDIT });
  }
  refuseUnlikeMints(minted.chain, grown.world.chain);
  await Promise.all([minted.chain.stop(), grown.world.chain.stop()]);
}

async function measure({ world, first }: { world: ContractWorld; first: string }): Promise<Row[]> {
  const { chain } = world;
  const meter = new Meter({ may_fail: false });
  const count = Number(chain.view('nft_total_supply'));
  const owned = Number(chain.view('nft_supply_for_owner', { account_id: 'alice.near' }));
  meter.view(chain, 'nft_total_supply');
  meter.view(chain, 'nft_supply_for_owner', { account_id: 'alice.near' });
  meter.view(chain, 'nft_token', { token_id: first });
  meter.view(chain, 'mrv_hash_status', { mrv_hash: first });
  meter.view(chain, 'nft_tokens', { from_index: `${count - SMALL.tokens}`, limit: 10 }, 'the last 10');
  const last = { account_id: 'alice.near', from_index: `${owned - SMALL.owned}`, limit: 10 };
  meter.view(chain, 'nft_tokens_for_owner', last, 'the last 10');
  meter.view(chain, 'supply');
  meter.call(chain, world.mintCall({ receiver_id: 'carol.near', credit: CREDIT }), 'to a newcomer');
  meter.call(chain, world.mintCall({ receiver_id: 'alice.near', credit: CREDIT }), 'to the owner');
  const [, second = '', third = ''] = firstTokens(chain);
  const transfer = { receiver_id: 'bob.near', token_id: second };
  meter.call(
    chain,
    { from: 'alice.near', method: 'nft_transfer', args: transfer, deposit: 1n, gas: USUAL_GAS },
    'from the owner',
  );
  const wish = { token_id: third, ...WISH };
  meter.call(
    chain,
    { from: 'alice.near', method: 'retire', args: wish, deposit: 1n, gas: USUAL_GAS },
    'by the owner',
  );
  const part = {
    from: 'alice.near',
    method: 'retire',
    args: { token_id: first, tonnage: '1', ...WISH },
    deposit: ENOUGH_DEPOSIT,
  };
  meter.call(chain, part, 'of a part, by the owner');
  await chain.stop();
  return meter.rows;
}

/** They lie on the first page, which is full. */
function firstTokens(chain: ContractChain): string[] {
  const page = chain.view('nft_tokens_for_owner', { account_id: 'alice.near', limit: 3 });
  return (page as { token_id: string }[]).map(({ token_id }) => token_id);
}
