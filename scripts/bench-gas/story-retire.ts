// Owns the measured retirements and what is said of them; leaves the other methods to their stories.
import { createHash } from 'node:crypto';
import { MAX_RETIRE_BATCH } from '../../contracts/credit/limits.ts';
import { type Call, ENOUGH_DEPOSIT, USUAL_GAS } from '../../sandbox-tests/support/contract-chain.ts';
import { hashOf } from '../../sandbox-tests/support/contract-world.ts';
import type { Story } from './story.ts';
import { BATCHES, mintSeveral } from './story-mint.ts';

export const WISH = { beneficiary_kind: 'organisation', beneficiary: 'Acme Corp', reason: 'travel of 2025' };

export function tellRetirements({ world, meter }: Story): void {
  const { chain } = world;
  const one = (method: string, args: object, from = 'bob.near'): Call => ({
    from,
    method,
    args,
    deposit: 1n,
  });
  const [first = '', hidden = '', part = ''] = mintSeveral(world, 3, { receiver_id: 'bob.near' });
  meter.call(chain, { ...one('retire', { token_id: first, ...WISH }), gas: USUAL_GAS }, 'of an owner of few');
  const [paged = '', named = ''] = mintSeveral(world, 20, { receiver_id: 'market.near' });
  meter.call(chain, one('retire', { token_id: paged, ...WISH }, 'market.near'), 'from a page of many');
  const by_id = { token_id: named, ...WISH, beneficiary_id: 'lei-5493001KJTIIGC8Y1R12' };
  meter.call(chain, one('retire', by_id, 'market.near'), 'with a beneficiary id');
  const wish = { token_id: part, tonnage: '40', ...WISH };
  meter.call(chain, { ...one('retire', wish), deposit: ENOUGH_DEPOSIT }, 'of a part');
  for (const size of [...BATCHES, MAX_RETIRE_BATCH]) {
    const retirements = mintSeveral(world, size, { receiver_id: 'carol.near' }).map((token_id) => ({
      token_id,
      ...WISH,
    }));
    meter.call(chain, one('retire_batch', { retirements }, 'carol.near'), `of ${size}`);
  }
  const salt = hashOf('salt');
  const beneficiary = 'Jane Doe';
  const beneficiary_commitment = createHash('sha256')
    .update('dmrv:beneficiary:1\n')
    .update(Buffer.from(salt, 'hex'))
    .update(beneficiary)
    .digest('hex');
  chain.mustCall(one('retire', { token_id: hidden, beneficiary_kind: 'individual', beneficiary_commitment }));
  meter.call(chain, one('reveal_beneficiary', { token_id: hidden, beneficiary, salt }));
  const registry_retired_on = '2026-05-31';
  const evidence_sha256 = hashOf('evidence');
  const confirmation = {
    token_id: first,
    registry_retirement_id: 'VCS-R-1',
    registry_retired_on,
    evidence_sha256,
  };
  meter.call(chain, one('confirm_retirement', confirmation, 'registry.near'));
  const amended = { ...confirmation, registry_retirement_id: 'VCS-R-2' };
  const amend = { ...one('confirm_retirement', amended, 'registry.near'), deposit: ENOUGH_DEPOSIT };
  meter.call(chain, amend, 'an amendment');
  meter.call(chain, one('refuse_retirement', { token_id: paged, reason: 'not in our books' }, 'agent.near'));
  meter.view(chain, 'retirement', { token_id: first });
  meter.view(chain, 'retirements', { limit: 10 }, '10 of all');
  meter.view(chain, 'retirements_for_account', { account_id: 'carol.near', limit: 10 }, '10 of an account');
  meter.view(chain, 'retirements_for_beneficiary_id', { beneficiary_id: by_id.beneficiary_id }, 'of 1');
}
