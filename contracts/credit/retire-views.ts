// Owns the views of retirements, one and in lists; leaves making them to retire.ts and what registries say to retire-confirm.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { asAccountId, asHash, readArgs } from './args.ts';
import { readPage } from './enumeration.ts';
import { panic } from './errors.ts';
import { loadGlobal } from './global-record.ts';
import { loadOwner } from './owner-record.ts';
import { readBeneficiaryId } from './retire-wish.ts';
import { KEY, readText } from './storage.ts';
import { countIn } from './supply.ts';
import { decodeRetirement, listStatements, type Statement } from './token-end.ts';
import { findToken, STATUS, serialOf, type TokenRecord } from './token-record.ts';

/** Null where the hash is no retired credit's. */
export function retirement(): void {
  const token_id = asHash(readArgs().token_id, 'token_id');
  const token = findToken(token_id);
  const is_retired = token !== undefined && token.status === STATUS.retired;
  near.valueReturn(is_retired ? JSON.stringify(describe(token_id, token)) : 'null');
}

/** All, in the order in which they came. */
export function retirements(): void {
  const page = readPage(readArgs());
  returnList({ key: KEY.retirement, count: countIn(loadGlobal().supply, 'retired'), ...page });
}

export function retirements_for_account(): void {
  const args = readArgs();
  const account_id = asAccountId(args.account_id, 'account_id');
  const count = loadOwner(account_id).retired_count;
  returnList({ key: `${KEY.account_retirement}${account_id}/`, count, ...readPage(args) });
}

export function retirements_for_beneficiary_id(): void {
  const args = readArgs();
  const id = readBeneficiaryId(args.beneficiary_id);
  if (id === undefined) panic('ARGUMENT_INVALID', 'beneficiary_id must be there');
  const count = Number(readText(KEY.beneficiary + id) ?? '0');
  returnList({ key: `${KEY.beneficiary_retirement}${id}/`, count, ...readPage(args) });
}

function returnList(list: { key: string; count: number; from: number; limit: number }): void {
  const end = Math.min(list.count, list.from + list.limit);
  const all: object[] = [];
  for (let number = list.from; number < end; number++) {
    const token_id = readText(list.key + number);
    const token = token_id === undefined ? undefined : findToken(token_id);
    if (token_id === undefined || token === undefined) {
      panic('INTERNAL', `retirement ${list.key}${number} has no record`);
    }
    all.push(describe(token_id, token));
  }
  near.valueReturn(JSON.stringify(all));
}

// JSON leaves out what is undefined.
function describe(token_id: string, token: TokenRecord): object {
  const end = decodeRetirement(token.end);
  const statements = listStatements(token_id);
  return {
    token_id,
    origin: token.origin,
    account_id: token.owner_id,
    authorized_id: orAbsent(end.authorized_id),
    registry: token.registry,
    project_id: token.project_id,
    methodology: token.methodology,
    tonnage: token.tonnage,
    unit: token.unit,
    serial: serialOf(token),
    vintage_year: Number(token.vintage_year),
    issued_on: token.issued_on,
    beneficiary: orAbsent(end.beneficiary),
    beneficiary_commitment: orAbsent(end.beneficiary_commitment),
    beneficiary_kind: end.beneficiary_kind,
    beneficiary_id: orAbsent(end.beneficiary_id),
    salt: orAbsent(end.salt),
    reason: orAbsent(end.reason),
    purpose: orAbsent(end.purpose),
    jurisdiction: orAbsent(end.jurisdiction),
    consumption_period: orAbsent(end.consumption_period),
    retired_at_ns: end.retired_at_ns,
    registry_status: statusOf(statements),
    /** All that the registry said, the last one holds. */
    statements,
  };
}

function statusOf(statements: readonly Statement[]): 'pending' | 'confirmed' | 'refused' {
  const last = statements[statements.length - 1];
  return last === undefined ? 'pending' : last.kind;
}

function orAbsent(text: string): string | undefined {
  return text === '' ? undefined : text;
}
