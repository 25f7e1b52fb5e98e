// Owns the measured acts of registries, of holders towards them, and of time; leaves the other methods to their stories.
import { MAX_INVALIDATE_BATCH } from '../../contracts/credit/limits.ts';
import type { Call } from '../../sandbox-tests/support/contract-chain.ts';
import { DAY_NS, FIRST_DAY } from '../../sandbox-tests/support/contract-world.ts';
import type { Story } from './story.ts';
import { BATCHES, mintSeveral } from './story-mint.ts';

export async function tellActs({ world, meter }: Story): Promise<void> {
  const { chain } = world;
  const act = (method: string, args: object, from = 'registry.near'): Call => ({
    from,
    method,
    args,
    deposit: 1n,
  });
  const [flagged = '', redeemed = '', cancelled = ''] = mintSeveral(world, 3, { receiver_id: 'bob.near' });
  const reason = 'a wrong reading';
  meter.call(chain, act('impair', { token_id: flagged, reason }), 'of a token');
  meter.call(chain, act('restore', { token_id: flagged, reason }), 'of a token');
  meter.call(chain, act('impair', { origin: flagged, reason }), 'of an origin');
  meter.call(chain, act('restore', { origin: flagged, reason }), 'of an origin');
  meter.call(chain, act('redeem', { token_id: redeemed, registry_account: 'acct-1' }, 'bob.near'));
  meter.call(chain, act('cancel', { token_id: cancelled, reason }));
  for (const size of [...BATCHES, MAX_INVALIDATE_BATCH]) {
    const token_ids = mintSeveral(world, size, { receiver_id: 'bob.near' });
    meter.call(chain, act('invalidate', { token_ids, reason, reference: 'case-1' }), `of ${size}`);
  }
  const token_id = world.mint({ credit: { expires_on: FIRST_DAY } });
  await chain.advanceTo(chain.now() + DAY_NS);
  meter.call(chain, { from: 'carol.near', method: 'expire', args: { token_id } });
}
