// Owns looking, time and again, at transactions that nobody follows any more; leaves what is looked for to open-signing.ts.

import type { OpenSigning } from './open-signing.ts';

const EVERY_MS = 15_000;

export type KeepSettling = { stop(): Promise<void> };

export function keepSettling(deps: {
  signing: Pick<OpenSigning, 'settleLeftAlone'>;
  log: (error: unknown) => void;
}): KeepSettling {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    // While nodes are slow, one round may last longer than the time between two.
    running ??= deps.signing
      .settleLeftAlone()
      .catch(deps.log)
      .finally(() => {
        running = undefined;
      });
  }, EVERY_MS);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
