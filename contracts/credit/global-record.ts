// Owns the contract's one global record: owner, pauses, upgrade, guardians, totals, the list of live tokens; leaves
// changing them to the rules. It is read once by a call and written once by a call that changes it.
import { panic } from './errors.ts';
import type { PagedList } from './paged-list.ts';
import { KEY, readText, writeText } from './storage.ts';

/** Of the layout of all records. A new layout gets a new number, and `migrate` the way to it. */
export const STATE_VERSION = 1;

export interface GlobalRecord {
  version: number;
  owner_id: string;
  /** Empty where nobody is proposed. */
  proposed_id: string;
  /** The letters of the paused features, see access.ts. */
  paused: string;
  /** Each between two ';', one ';' where there are none. */
  guardians: string;
  upgrade_delay_ns: string;
  /** Both empty where no upgrade is announced. */
  code_sha256: string;
  not_before_ns: string;
  supply: string;
  /** All live tokens, for NEP-181. */
  live: PagedList;
}

export function loadGlobal(): GlobalRecord {
  const text = readText(KEY.global);
  if (text === undefined) panic('NOT_INITIALISED', 'call new first');
  return decodeGlobal(text);
}

export function decodeGlobal(text: string): GlobalRecord {
  const fields = text.split('\n') as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    version: Number(fields[0]),
    owner_id: fields[1],
    proposed_id: fields[2],
    paused: fields[3],
    guardians: fields[4],
    upgrade_delay_ns: fields[5],
    code_sha256: fields[6],
    not_before_ns: fields[7],
    supply: fields[8],
    live: { count: Number(fields[9]), tail: fields[10] },
  };
}

export function saveGlobal(record: GlobalRecord): void {
  const { version, owner_id, proposed_id, paused, guardians, upgrade_delay_ns, live } = record;
  writeText(
    KEY.global,
    `${version}\n${owner_id}\n${proposed_id}\n${paused}\n${guardians}\n${upgrade_delay_ns}\n${record.code_sha256}\n${record.not_before_ns}\n${record.supply}\n${live.count}\n${live.tail}`,
  );
}
