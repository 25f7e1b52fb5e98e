// Owns the views of retirements, one and in lists; leaves making them to retire.ts and what registries say to retire-confirm.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { asAccountId, asHash, readArgs } from './args.ts';
import { readPage } from './enumeration.ts';
import { panic } from './errors.ts';
import { loadGlobal } from './global-record.ts';
import { loadOwner } from './owner-record.ts';
import { readBeneficiaryId } from './retire-wish.ts';
import { retirementFields } from './retirement-json.ts';
import { KEY, readText } from './storage.ts';
import { countIn } from './supply.ts';
import { decodeRetirement, listStatements } from './token-end.ts';
import { findToken, STATUS, type TokenRecord } from './token-record.ts';

/** Null where the hash is no retired credit's. */
export function retirement(): void {
  const token_id = asHash(readArgs().token_id, 'token_id');
  const token = findToken(token_id);
  const is_retired = token !== undefined && token.status === STATUS.retired;
  near.valueReturn(is_retired ? describe(token_id, token) : 'null');
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
  let all = '';
  for (let number = list.from; number < end; number++) {
    const token_id = readText(list.key + number);
    const token = token_id === undefined ? undefined : findToken(token_id);
    if (token_id === undefined || token === undefined) {
      panic('INTERNAL', `retirement ${list.key}${number} has no record`);
    }
    all += (all === '' ? '' : ',') + describe(token_id, token);
  }
  near.valueReturn(`[${all}]`);
}

/** With all that the registry said: the last statement holds. */
function describe(token_id: string, token: TokenRecord): string {
  const statements = listStatements(token_id);
  const last = statements[statements.length - 1];
  const said = last === undefined ? '[]' : JSON.stringify(statements);
  const status = last === undefined ? 'pending' : last.kind;
  return `{${retirementFields(token_id, token, decodeRetirement(token.end))},"registry_status":"${status}","statements":${said}}`;
}
