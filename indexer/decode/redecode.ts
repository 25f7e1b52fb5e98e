// Owns reading a dead letter once more, with what this release knows; leaves keeping and counting them to the redrive.

import type { ChainEvent, DeadLetter } from '../types.ts';
import { decodeLog } from './decode-log.ts';

export type Redecoded = { kind: 'events'; events: ChainEvent[] } | { kind: 'dead'; dead_letter: DeadLetter };

/** Events with the place they would have had. Throws where the log is of a version that this release does not know. */
export function redecode(letter: DeadLetter): Redecoded {
  const { error_code, error_message, ...found } = letter;
  const decoded = decodeLog(found);
  if (decoded !== null) return decoded;
  // A later release may pass by what an earlier one kept.
  return { kind: 'events', events: [] };
}
