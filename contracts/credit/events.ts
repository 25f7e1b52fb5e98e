// Owns telling events as NEP-297 logs; leaves their words to event-types.ts.
import * as near from 'near-sdk-js/lib/api.js';
import {
  CREDIT_STANDARD,
  type CreditEventName,
  type CreditEvents,
  EVENT_PREFIX,
  NFT_STANDARD,
  type NftEventName,
  type NftEvents,
} from './event-types.ts';

const CREDIT_HEAD = headOf(CREDIT_STANDARD);
const NFT_HEAD = headOf(NFT_STANDARD);

export function tellCredit<E extends CreditEventName>(event: E, ...data: CreditEvents[E][]): void {
  near.log(`${CREDIT_HEAD}${event}","data":${JSON.stringify(data)}}`);
}

export function tellNft<E extends NftEventName>(event: E, ...data: NftEvents[E][]): void {
  near.log(`${NFT_HEAD}${event}","data":${JSON.stringify(data)}}`);
}

function headOf({ standard, version }: { standard: string; version: string }): string {
  return `${EVENT_PREFIX}{"standard":"${standard}","version":"${version}","event":"`;
}
