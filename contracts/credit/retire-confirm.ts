// Owns what is said of a retirement afterwards: the registry's confirmation or refusal, a hidden name revealed; leaves retiring to retire.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';
import { findRole, requireAttester, requireUnpaused } from './access.ts';
import { asDay, asHash, asText, readArgs } from './args.ts';
import { today } from './block-time.ts';
import { costOfBytes, requireOneYocto, takeDeposit } from './deposits.ts';
import { hashBeneficiary } from './derived-hash.ts';
import { panic } from './errors.ts';
import { tellCredit } from './events.ts';
import { loadGlobal } from './global-record.ts';
import { REASON_BYTES, REFERENCE_BYTES } from './limits.ts';
import { getRegistry } from './registry-record.ts';
import { BENEFICIARY_BYTES } from './retire-wish.ts';
import {
  decodeRetirement,
  encodeRetirement,
  encodeStatement,
  listStatements,
  type Statement,
  saveStatements,
} from './token-end.ts';
import { findToken, STATUS, saveToken, type TokenRecord } from './token-record.ts';

type Confirmation = Extract<Statement, { kind: 'confirmed' }>;

/** By the registry or its agent. Once more with other words amends it: nothing said is lost. */
export function confirm_retirement(): void {
  const args = readArgs();
  const token_id = asHash(args.token_id, 'token_id');
  const registry_retirement_id = asText(
    args.registry_retirement_id,
    'registry_retirement_id',
    REFERENCE_BYTES,
  );
  const registry_retired_on = asDay(args.registry_retired_on, 'registry_retired_on');
  const evidence_sha256 = asHash(args.evidence_sha256, 'evidence_sha256');
  const { registry, head } = openStatement(token_id);
  if (registry_retired_on > today()) {
    panic('DATE_IN_FUTURE', `registry_retired_on ${registry_retired_on} has not come`);
  }
  const before = listStatements(token_id);
  const confirmations = before.filter(({ kind }) => kind === 'confirmed') as Confirmation[];
  const words = { registry_retirement_id, registry_retired_on, evidence_sha256 };
  const last = confirmations[confirmations.length - 1];
  if (last !== undefined && saysTheSame(last, words)) {
    panic('ALREADY_CONFIRMED', `${token_id} is confirmed as ${registry_retirement_id} already`);
  }
  addStatement(token_id, before, { ...head, kind: 'confirmed', ...words });
  const { account_id, attested_by } = head;
  const amendment = confirmations.length;
  tellCredit('retirement_confirm', { token_id, registry, ...words, amendment, account_id, attested_by });
}

/** By the registry or its agent, once, and never after a confirmation, which can only be amended. */
export function refuse_retirement(): void {
  const args = readArgs();
  const token_id = asHash(args.token_id, 'token_id');
  const reason = asText(args.reason, 'reason', REASON_BYTES);
  const { registry, head } = openStatement(token_id);
  const before = listStatements(token_id);
  const last = before[before.length - 1];
  if (last?.kind === 'confirmed') panic('ALREADY_CONFIRMED', `${token_id} is confirmed; amend that instead`);
  if (last !== undefined) panic('ALREADY_SET', `the retirement of ${token_id} was refused before`);
  addStatement(token_id, before, { ...head, kind: 'refused', reason });
  const { account_id, attested_by } = head;
  tellCredit('retirement_refuse', { token_id, registry, reason, account_id, attested_by });
}

/** By whoever retired, or the registry: shows whose name the commitment hides. Never paused. */
export function reveal_beneficiary(): void {
  const args = readArgs();
  requireOneYocto();
  const token_id = asHash(args.token_id, 'token_id');
  const beneficiary = asText(args.beneficiary, 'beneficiary', BENEFICIARY_BYTES);
  const salt = asHash(args.salt, 'salt');
  const token = getRetired(token_id);
  const end = decodeRetirement(token.end);
  const account_id = near.predecessorAccountId();
  const is_retirer = account_id === token.owner_id || account_id === end.authorized_id;
  if (!is_retirer && findRole(getRegistry(token.registry), 'registry', account_id) === undefined) {
    panic('UNAUTHORIZED', `${account_id} neither retired ${token_id} nor is its registry`);
  }
  if (end.salt !== '') panic('ALREADY_REVEALED', `the beneficiary of ${token_id} was revealed before`);
  if (end.beneficiary_commitment === '') panic('REVEAL_MISMATCH', `${token_id} has no commitment`);
  if (hashBeneficiary({ salt, beneficiary }) !== end.beneficiary_commitment) {
    panic('REVEAL_MISMATCH', `name and salt do not give the commitment of ${token_id}`);
  }
  token.end = encodeRetirement({ ...end, beneficiary, salt });
  saveToken(token_id, token);
  tellCredit('beneficiary_reveal', { token_id, beneficiary, salt, account_id });
}

function openStatement(token_id: string) {
  requireUnpaused(loadGlobal(), 'registry_acts');
  const { registry } = getRetired(token_id);
  const account_id = near.predecessorAccountId();
  const attested_by = requireAttester(getRegistry(registry), account_id);
  return { registry, head: { account_id, attested_by, at_ns: `${near.blockTimestamp()}` } };
}

/** The first one is paid by the token's reserve, each later one by whoever makes it. */
function addStatement(token_id: string, before: readonly Statement[], statement: Statement): void {
  saveStatements(token_id, [...before, statement]);
  if (before.length === 0) {
    requireOneYocto();
    return;
  }
  const bytes = encode(encodeStatement(statement)).length + 1;
  takeDeposit({ price: costOfBytes(bytes), caller_id: statement.account_id });
}

function saysTheSame(
  last: Confirmation,
  words: { registry_retirement_id: string; registry_retired_on: string; evidence_sha256: string },
): boolean {
  return (
    last.registry_retirement_id === words.registry_retirement_id &&
    last.registry_retired_on === words.registry_retired_on &&
    last.evidence_sha256 === words.evidence_sha256
  );
}

function getRetired(token_id: string): TokenRecord {
  const token = findToken(token_id);
  if (token === undefined || token.status !== STATUS.retired) {
    panic('NOT_RETIRED', `there is no retired credit ${token_id}`);
  }
  return token;
}
