// Owns the measured mints: one at a time and in batches; leaves the other methods to their stories.
import { MAX_MINT_BATCH } from '../../contracts/credit/limits.ts';
import { ENOUGH_DEPOSIT, USUAL_GAS } from '../../sandbox-tests/support/contract-chain.ts';
import type { ContractWorld, MintWish } from '../../sandbox-tests/support/contract-world.ts';
import type { Story } from './story.ts';

export const BATCHES = [1, 10];

export function tellMints({ world, meter }: Story): void {
  const { chain } = world;
  meter.call(chain, world.mintCall(), 'the first');
  meter.call(chain, { ...world.mintCall(), gas: USUAL_GAS }, 'a further');
  // Where the lists of all and of the owner end, their last page is written.
  while (Number(chain.view('nft_total_supply')) % 8 !== 7) world.mint();
  meter.call(chain, world.mintCall(), 'that fills two pages');
  for (const size of [...BATCHES, MAX_MINT_BATCH]) {
    meter.call(chain, batchOf(world, size), `of ${size}`);
  }
}

/** Of one receiver, project and consent. */
function batchOf(world: ContractWorld, size: number) {
  const mints = Array.from({ length: size }, () => world.mintCall().args);
  const deposit = ENOUGH_DEPOSIT * BigInt(size);
  return { from: 'minter.near', method: 'nft_mint_batch', args: { mints }, deposit };
}

export function mintSeveral(world: ContractWorld, count: number, wish: MintWish = {}): string[] {
  const hashes: string[] = [];
  while (hashes.length < count) {
    const calls = Array.from({ length: Math.min(MAX_MINT_BATCH, count - hashes.length) }, () =>
      world.mintCall(wish),
    );
    const mints = calls.map(({ args }) => args as { mrv_hash: string });
    const deposit = ENOUGH_DEPOSIT * BigInt(calls.length);
    world.chain.mustCall({ from: 'minter.near', method: 'nft_mint_batch', args: { mints }, deposit });
    hashes.push(...mints.map(({ mrv_hash }) => mrv_hash));
  }
  return hashes;
}
