// Owns turning one log of a followed contract into events, or into what could not be read and why; leaves finding logs to find-receipts.ts.

import { EVENT_PREFIX } from '../../core/credit/event-types.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { parseNearJson } from '../../core/near/json.ts';
import type { BlockFacts, ChainEvent, DeadLetter } from '../types.ts';
import { eventIdentity, eventPosition, namedTokens } from './event-place.ts';
import { CREDIT_SCHEMAS, NFT_SCHEMAS } from './event-schemas.ts';
import { findUnstorable } from './storable.ts';

/** A log with its place in the chain. */
export interface FoundLog {
  contract_id: string;
  block: BlockFacts;
  receipt_id: string;
  shard_id: bigint;
  outcome_index: number;
  log_index: number;
  transaction_hash: string | null;
  method_name: string | null;
  log: string;
}

/** Null for a log that is no event of the two standards: it is none of ours to judge. */
export type DecodedLog =
  | { kind: 'events'; events: ChainEvent[] }
  | { kind: 'dead'; dead_letter: DeadLetter }
  | null;

export type DeadLetterCode =
  | 'EVENT_NOT_JSON'
  | 'EVENT_ENVELOPE_INVALID'
  | 'EVENT_UNKNOWN'
  | 'EVENT_ITEM_INVALID'
  | 'EVENT_TOO_MANY_ITEMS'
  | 'EVENT_NOT_STORABLE';

/** The contract tells at most some dozens; position and identity have room for five digits. */
const MAX_ITEMS = 1_000;
/** NEP-297 versions of which we know what every event means. */
const KNOWN_MAJOR = { nep171: 1, dmrv: 1 } as const;
const MAX_MESSAGE = 500;
/** Keeping the digits of long numbers costs five times as much as not looking for any. */
const LONG_NUMBER = /\d{16}/;

const SCHEMAS = {
  nep171: new Map(Object.entries(NFT_SCHEMAS)),
  dmrv: new Map(Object.entries(CREDIT_SCHEMAS)),
};

/** All items of a log or none: a log is one act of the contract. */
export function decodeLog(found: FoundLog): DecodedLog {
  if (!found.log.startsWith(EVENT_PREFIX)) return null;
  const read = readLog(found);
  if (read === null || Array.isArray(read)) return read === null ? null : { kind: 'events', events: read };
  const { log, ...place } = found;
  return {
    kind: 'dead',
    dead_letter: {
      ...place,
      // The database keeps no NUL and no half of a surrogate pair; neither stands in any JSON that could be read.
      log: log.toWellFormed().replaceAll('\0', '\u2400'),
      error_code: read.code,
      error_message: read.message.toWellFormed().replaceAll('\0', '\u2400').slice(0, MAX_MESSAGE),
    },
  };
}

interface Fault {
  code: DeadLetterCode;
  message: string;
}

function readLog(found: FoundLog): ChainEvent[] | Fault | null {
  const envelope = parseEnvelope(found.log.slice(EVENT_PREFIX.length));
  if (envelope === undefined) return fault('EVENT_NOT_JSON', 'what follows EVENT_JSON: is no JSON object');
  const { standard, version, event, data } = envelope;
  if (typeof standard !== 'string') return fault('EVENT_ENVELOPE_INVALID', 'standard is no text');
  if (standard !== 'nep171' && standard !== 'dmrv') return null;
  if (typeof version !== 'string') return fault('EVENT_ENVELOPE_INVALID', 'version is no text');
  const major = /^(\d{1,9})\.\d{1,9}(\.\d{1,9})?$/.exec(version)?.[1];
  if (major === undefined) return fault('EVENT_ENVELOPE_INVALID', `${version} is no version`);
  if (Number(major) !== KNOWN_MAJOR[standard]) throw unknownVersion(found, `${standard} ${version}`);
  if (typeof event !== 'string') return fault('EVENT_ENVELOPE_INVALID', 'event is no text');
  const schema = SCHEMAS[standard].get(event);
  if (schema === undefined) return fault('EVENT_UNKNOWN', `${standard} ${version} has no event ${event}`);
  if (!Array.isArray(data) || data.length === 0) {
    return fault('EVENT_ENVELOPE_INVALID', 'data is no list with an item');
  }
  if (data.length > MAX_ITEMS) {
    return fault('EVENT_TOO_MANY_ITEMS', `${data.length} items are more than ${MAX_ITEMS}`);
  }
  const unstorable = findUnstorable(data);
  if (unstorable !== null) return fault('EVENT_NOT_STORABLE', unstorable);
  const events: ChainEvent[] = [];
  for (const [item_index, item] of data.entries()) {
    const checked = schema.safeParse(item);
    if (!checked.success) {
      const issue = checked.error.issues[0];
      const field = issue?.path.length ? issue.path.join('.') : 'the item';
      return fault(
        'EVENT_ITEM_INVALID',
        `${event} item ${item_index}: ${field}: ${issue?.message ?? 'unknown'}`,
      );
    }
    events.push(eventOf(found, { standard, version, event }, item as object, item_index));
  }
  return events;
}

function parseEnvelope(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = LONG_NUMBER.test(text) ? parseNearJson(text) : JSON.parse(text);
    const is_object = typeof value === 'object' && value !== null && !Array.isArray(value);
    return is_object ? (value as Record<string, unknown>) : undefined;
  } catch {
    // What is wrong with it is of no use to anyone beside the log itself, which is kept whole.
    return undefined;
  }
}

function eventOf(
  found: FoundLog,
  head: Pick<ChainEvent, 'standard' | 'version' | 'event'>,
  item: object,
  item_index: number,
): ChainEvent {
  const { contract_id, block, receipt_id, log_index, transaction_hash, method_name, shard_id } = found;
  const place = { height: block.height, shard_id, outcome_index: found.outcome_index, log_index };
  return {
    identity: eventIdentity(receipt_id, log_index, item_index),
    position: eventPosition(place, item_index),
    contract_id,
    block,
    transaction_hash,
    receipt_id,
    log_index,
    item_index,
    method_name,
    ...head,
    token_ids: namedTokens(head.event, item),
    data: item as Readonly<Record<string, unknown>>,
  };
}

function fault(code: DeadLetterCode, message: string): Fault {
  return { code, message };
}

function unknownVersion({ contract_id, receipt_id, block }: FoundLog, version: string): DmrvError {
  return new DmrvError('INDEXER_EVENT_VERSION_UNKNOWN', {
    facts: { contract_id, receipt_id, height: block.height, version },
  });
}
