// Owns keeping retirements provable for as long as the product runs, one round after the other; leaves a round to keep-proofs.ts.

import { askAgain } from '../../core/db/proofs.ts';
import { keepProofs } from './keep-proofs.ts';
import { inOneGo, type KeeperDeps } from './keeper-deps.ts';

const EVERY_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export type ProvingAlways = { stop(): Promise<void> };

export function proveAlways(
  deps: KeeperDeps & { onTrouble: (error: unknown) => void; every_ms?: number },
): ProvingAlways {
  const { onTrouble, every_ms = EVERY_MS } = deps;
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let has_begun = false;
  let failures = 0;

  async function round(): Promise<void> {
    try {
      if (!has_begun) {
        const about = { near_contract_id: deps.chain.contract_account_id, now: deps.now() };
        await inOneGo(deps, (trx) => askAgain(trx, about));
        has_begun = true;
      }
      await keepProofs(deps, stop.signal);
      failures = 0;
    } catch (error) {
      failures += 1;
      onTrouble(error);
    }
    if (stop.signal.aborted) return;
    const pause = Math.min(LONGEST_PAUSE_MS, every_ms * 2 ** Math.min(failures, 10));
    timer = setTimeout(begin, pause);
    timer.unref();
  }

  function begin(): void {
    running = round();
  }

  begin();
  return {
    stop: async () => {
      stop.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
