// Owns an observer that nobody listens to; leaves what happens to whoever spreads it and adds to it.

import type { Observer } from '../../indexer/types.ts';

const nothing = (): void => undefined;

export const SILENT_OBSERVER: Observer = {
  fetched: nothing,
  retried: nothing,
  window: nothing,
  decoded: nothing,
  traced: nothing,
  committed: nothing,
};
