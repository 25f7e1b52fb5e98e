// Owns where an event stands: its identity, its position in the order of all events, the tokens it names; leaves its content to the schemas.

import type { CreditEvents } from '../../core/credit/event-types.ts';

export interface LogPlace {
  height: bigint;
  shard_id: bigint;
  outcome_index: number;
  log_index: number;
}

// Widths of the domain app.event_position: order is then order of text.
const WIDTHS = { height: 12, shard: 10, outcome: 6, log: 3, item: 5 };

export function eventPosition(place: LogPlace, item_index: number): string {
  const parts = [
    `${place.height}`.padStart(WIDTHS.height, '0'),
    `${place.shard_id}`.padStart(WIDTHS.shard, '0'),
    `${place.outcome_index}`.padStart(WIDTHS.outcome, '0'),
    `${place.log_index}`.padStart(WIDTHS.log, '0'),
    `${item_index}`.padStart(WIDTHS.item, '0'),
  ];
  return parts.join('-');
}

export function eventIdentity(receipt_id: string, log_index: number, item_index: number): string {
  return `${receipt_id}:${log_index}:${item_index}`;
}

/** The subject first, then its parts or parents; none where an item names no token, or a whole origin. */
export function namedTokens(event: string, item: object): string[] {
  if (event === 'credit_split') {
    const { token_id, children } = item as CreditEvents['credit_split'];
    return [token_id, ...children.map((child) => child.token_id)];
  }
  if (event === 'credit_merge') {
    const { token_id, parents } = item as CreditEvents['credit_merge'];
    return [token_id, ...parents];
  }
  const { token_id, token_ids } = item as { token_id?: string; token_ids?: string[] };
  return token_ids ?? (token_id === undefined ? [] : [token_id]);
}
