// Owns looking, time and again, at transactions that nobody follows any more; leaves what is looked for to open-signing.ts.

import { type Repeated, timeAndAgain } from '../time-and-again.ts';
import type { OpenSigning } from './open-signing.ts';

const EVERY_MS = 15_000;

export function keepSettling(deps: {
  signing: Pick<OpenSigning, 'settleLeftAlone'>;
  log: (error: unknown) => void;
}): Repeated {
  return timeAndAgain({
    every_ms: EVERY_MS,
    work: () => deps.signing.settleLeftAlone(),
    onTrouble: deps.log,
  });
}
