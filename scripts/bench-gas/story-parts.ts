// Owns the measured splits and merges; leaves the other methods to their stories.
import { MAX_PARTS } from '../../contracts/credit/limits.ts';
import { ENOUGH_DEPOSIT } from '../../sandbox-tests/support/contract-chain.ts';
import type { Story } from './story.ts';
import { mintSeveral } from './story-mint.ts';

const SIZES = [2, 10, MAX_PARTS];
const TONNES = 100;

export function tellParts({ world, meter }: Story): void {
  const { chain } = world;
  const whole = mintSeveral(world, SIZES.length, { receiver_id: 'bob.near' });
  for (const [index, size] of SIZES.entries()) {
    const token_id = whole[index] ?? '';
    const rest = TONNES - (size - 1);
    const tonnages = Array.from({ length: size }, (_, part) => (part === 0 ? `${rest}` : '1'));
    const deposit = ENOUGH_DEPOSIT * BigInt(size);
    const call = { from: 'bob.near', method: 'split', args: { token_id, tonnages }, deposit };
    const token_ids = meter.call(chain, call, `into ${size}`).value;
    if (size === SIZES[0]) meter.view(chain, 'lineage', { token_id });
    meter.call(chain, { from: 'bob.near', method: 'merge', args: { token_ids }, deposit }, `of ${size}`);
  }
}
