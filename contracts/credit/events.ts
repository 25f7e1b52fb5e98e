// Owns telling events as NEP-297 logs; leaves their words to event-types.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';
import { panic } from './errors.ts';
import {
  CREDIT_STANDARD,
  type CreditEventName,
  type CreditEvents,
  EVENT_PREFIX,
  NFT_STANDARD,
  type NftEventName,
  type NftEvents,
} from './event-types.ts';
import { LOG_BYTES } from './limits.ts';

const CREDIT_HEAD = headOf(CREDIT_STANDARD);
const NFT_HEAD = headOf(NFT_STANDARD);

// Of this call: each call starts with the memory of the build.
let logged = 0;

/** Items of one kind are one log. */
export function tellCredit<E extends CreditEventName>(event: E, ...data: CreditEvents[E][]): void {
  tell(`${CREDIT_HEAD}${event}","data":${JSON.stringify(data)}}`);
}

export function tellNft<E extends NftEventName>(event: E, ...data: NftEvents[E][]): void {
  tell(`${NFT_HEAD}${event}","data":${JSON.stringify(data)}}`);
}

/**
 * With items that are JSON already. JSON.stringify looks at each character for 200 operations: where a call's whole
 * cost is to be low, its items are put together from texts that need no escapes (see asIdentifier) and from quoted ones.
 */
export function tellCreditJson(event: CreditEventName, items: string): void {
  tell(`${CREDIT_HEAD}${event}","data":[${items}]}`);
}

export function tellNftJson(event: NftEventName, items: string): void {
  tell(`${NFT_HEAD}${event}","data":[${items}]}`);
}

/** A call that would log more than a receipt may is refused in our own words. */
function tell(log: string): void {
  const bytes = encode(log);
  logged += bytes.length;
  if (logged > LOG_BYTES) {
    panic(
      'TOO_MANY',
      `the events would have ${logged} bytes, a call may log ${LOG_BYTES}; name fewer credits`,
    );
  }
  near.logUtf8(bytes);
}

function headOf({ standard, version }: { standard: string; version: string }): string {
  return `${EVENT_PREFIX}{"standard":"${standard}","version":"${version}","event":"`;
}
