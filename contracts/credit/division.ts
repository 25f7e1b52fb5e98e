// Owns dividing a live credit into parts: their hashes, serials, records; leaves who may ask, and what it costs, to the methods.
import { addParts, getOrigin, unitsOf, unlist } from './burn.ts';
import { childPreimage } from './derive.ts';
import { hashText } from './derived-hash.ts';
import type { CreditEvents } from './event-types.ts';
import { type Ledger, ownerIn, recountIn } from './ledger.ts';
import { enterLive, enterOwner } from './token-lists.ts';
import { createToken, STATUS, saveToken, serialOf, type TokenRecord } from './token-record.ts';
import { formatTonnage, parseTonnage } from './tonnage.ts';

/** What one part's name adds to the record of the whole. */
export const HASH_AND_COMMA_BYTES = 65;

export interface Part {
  token_id: string;
  token: TokenRecord;
}

/** The parts are told and counted, but in no list and not saved: see `enterPart`. */
export function divideToken(
  ledger: Ledger,
  parent: Part,
  { units, born_at_ns }: { units: readonly bigint[]; born_at_ns: string },
): Part[] {
  const { token_id, token } = parent;
  const parts = makeParts(parent, { units, born_at_ns });
  unlist(ledger, token_id, token);
  token.status = STATUS.divided;
  token.children = parts.map((part) => part.token_id).join(',');
  if (token.origin === token_id) {
    addParts(token, STATUS.active, { count: parts.length, units: unitsOf(token) });
  } else {
    const origin = getOrigin(token);
    addParts(origin, STATUS.active, { count: parts.length - 1, units: 0n });
    saveToken(token.origin, origin);
  }
  saveToken(token_id, token);
  recountIn(ledger, token, parts.length - 1);
  return parts;
}

export function enterPart(ledger: Ledger, { token_id, token }: Part): void {
  enterLive(ledger.global, token_id, token);
  enterOwner(ownerIn(ledger, token.owner_id), token_id, token);
  createToken(token_id, token, 'HASH_COLLISION');
}

function makeParts(
  { token_id, token }: Part,
  { units, born_at_ns }: { units: readonly bigint[]; born_at_ns: string },
): Part[] {
  const unit = parseTonnage(token.unit) as bigint;
  let start = token.namespace === '' ? 0n : BigInt(token.serial_start);
  return units.map((part_units, index) => {
    const child = hashText(childPreimage({ parent: token_id, index, units: part_units }));
    const next = start + part_units / unit;
    const serials = token.namespace === '' ? {} : { serial_start: `${start}`, serial_end: `${next - 1n}` };
    start = next;
    return {
      token_id: child,
      token: {
        ...token,
        ...serials,
        status: STATUS.active,
        nonce: 0,
        approvals: '',
        origin_flag: '',
        parts: '',
        tonnage: formatTonnage(part_units),
        buffer_tonnage: '',
        replaces: '',
        born_at_ns,
        parents: token_id,
        children: '',
        end: '',
      },
    };
  });
}

export function splitItem(
  { token_id, token }: Part,
  { parts, authorized_id }: { parts: readonly Part[]; authorized_id: string },
): CreditEvents['credit_split'] {
  return {
    token_id,
    origin: token.origin,
    owner_id: token.owner_id,
    ...(authorized_id === '' ? {} : { authorized_id }),
    children: parts.map((part) => {
      const serial = serialOf(part.token);
      const { tonnage } = part.token;
      return serial === undefined
        ? { token_id: part.token_id, tonnage }
        : { token_id: part.token_id, tonnage, serial };
    }),
  };
}
