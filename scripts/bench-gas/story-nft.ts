// Owns the measured transfers and approvals; leaves the other methods to their stories.
import { type Call, ENOUGH_DEPOSIT, USUAL_GAS } from '../../sandbox-tests/support/contract-chain.ts';
import { KEEPER } from './receiver.ts';
import type { Story } from './story.ts';
import { mintSeveral } from './story-mint.ts';

export function tellNft({ world, meter }: Story): void {
  const { chain } = world;
  const one = (method: string, args: object, from = 'bob.near'): Call => ({
    from,
    method,
    args,
    deposit: 1n,
  });
  // Few tokens lie in their owner's record alone, many on pages.
  const [few = '', approved = '', called = '', returned = ''] = mintSeveral(world, 4, {
    receiver_id: 'bob.near',
  });
  meter.call(
    chain,
    { ...one('nft_transfer', { receiver_id: 'carol.near', token_id: few }), gas: USUAL_GAS },
    'from an owner of 4',
  );
  const [paged = ''] = mintSeveral(world, 20, { receiver_id: 'market.near' });
  meter.call(
    chain,
    one('nft_transfer', { receiver_id: 'carol.near', token_id: paged }, 'market.near'),
    'from a page of many',
  );
  const approve = { token_id: approved, account_id: 'alice.near' };
  meter.call(chain, { ...one('nft_approve', approve), deposit: ENOUGH_DEPOSIT });
  meter.view(chain, 'nft_is_approved', { token_id: approved, approved_account_id: 'alice.near' });
  meter.call(chain, one('nft_revoke', approve));
  chain.mustCall({ ...one('nft_approve', approve), deposit: ENOUGH_DEPOSIT });
  meter.call(chain, one('nft_revoke_all', { token_id: approved }));
  chain.mustCall({ ...one('nft_approve', approve), deposit: ENOUGH_DEPOSIT });
  const by_approval = { receiver_id: 'carol.near', token_id: approved };
  meter.call(chain, one('nft_transfer', by_approval, 'alice.near'), 'by an approved account');
  const sent = { receiver_id: KEEPER, token_id: called, msg: '' };
  const kept = meter.call(
    chain,
    { ...one('nft_transfer_call', sent), gas: USUAL_GAS },
    'the receiver keeps it',
  );
  meter.receipt(kept, 'nft_resolve_transfer', 'the receiver keeps it');
  // An account without a contract fails the call, which returns the credit.
  const back = { ...sent, receiver_id: 'carol.near', token_id: returned };
  const came_back = chain.call({ ...one('nft_transfer_call', back), gas: USUAL_GAS });
  meter.receipt(came_back, 'nft_resolve_transfer', 'the receiver fails');
}
