// Owns how a token is shown, as NEP-177's token and as a credit; leaves finding it to the views.

import { approvalsJson } from './approvals.ts';
import { endOfDay } from './dates.ts';
import { serialField, textField } from './json.ts';
import { isLive, STATUS, type Status, type TokenRecord } from './token-record.ts';

/** Of a number of nanoseconds those that are below a millisecond. */
const NS_DIGITS = 6;

/** What a hash is said to be, as the platform says it. */
export const STATUS_NAMES: { readonly [S in Status]: string } = {
  a: 'active',
  i: 'impaired',
  r: 'retired',
  x: 'invalidated',
  d: 'void',
  m: 'void',
  e: 'void',
  c: 'void',
  z: 'expired',
};

const VOID_CAUSES: { readonly [S in Status]?: string } = {
  [STATUS.divided]: 'divided',
  [STATUS.merged]: 'merged',
  [STATUS.redeemed]: 'redeemed',
  [STATUS.cancelled]: 'cancelled',
};

/** NEP-171's Token. `extra` is JSON inside JSON. */
export function nftToken(token_id: string, token: TokenRecord): string {
  const { owner_id, tonnage, registry, project_id, vintage_year, expires_on, reference } = token;
  const expires_at = expires_on === '' ? 'null' : endOfDay(expires_on);
  const referred =
    reference === ''
      ? 'null,"reference_hash":null'
      : `"${reference}","reference_hash":"${token.reference_hash}"`;
  return `{"token_id":"${token_id}","owner_id":"${owner_id}","metadata":{"title":"${tonnage} t CO2e, ${project_id}, ${vintage_year}","description":"Carbon credit of ${registry}, project ${project_id}, vintage ${vintage_year}","media":null,"media_hash":null,"copies":1,"issued_at":${inMilliseconds(token.born_at_ns)},"expires_at":${expires_at},"starts_at":null,"updated_at":null,"extra":"${extraOf(token)}","reference":${referred}},"approved_account_ids":${approvalsJson(token)}}`;
}

export function creditOf(
  mrv_hash: string,
  token: TokenRecord,
  { is_impaired }: { is_impaired: boolean },
): string {
  const owner = isLive(token) ? 'owner_id' : 'last_owner_id';
  return `{"mrv_hash":"${mrv_hash}",${statusOf(token, { is_impaired })},"${owner}":"${token.owner_id}",${factsOf(token)},"minter_id":"${token.minter_id}","born_at_ns":"${token.born_at_ns}"${listField('parents', token.parents)}${listField('children', token.children)}}`;
}

/** Fields of JSON: the status, and the cause of a void. */
export function statusOf(token: TokenRecord, { is_impaired }: { is_impaired: boolean }): string {
  if (isLive(token)) return is_impaired ? '"status":"impaired"' : '"status":"active"';
  return `"status":"${STATUS_NAMES[token.status]}"${textField('cause', VOID_CAUSES[token.status] ?? '')}`;
}

/** Fields of JSON: what was said of it when it was minted, and of its parts. */
function factsOf(t: TokenRecord): string {
  const optional = `${textField('buffer_tonnage', t.buffer_tonnage)}${textField('replaces', t.replaces)}${textField('reference', t.reference)}${textField('reference_hash', t.reference_hash)}`;
  return `"origin":"${t.origin}","registry":"${t.registry}","project_id":"${t.project_id}","methodology":"${t.methodology}","tonnage":"${t.tonnage}","unit":"${t.unit}"${serialField(t)},"vintage_year":${t.vintage_year},"issued_on":"${t.issued_on}"${textField('expires_on', t.expires_on)},"consent_ref":"${t.consent_ref}"${optional}`;
}

/** The same as an object inside a JSON text: escaping it afterwards costs twice as much as all of a token's JSON. */
function extraOf(t: TokenRecord): string {
  const serial =
    t.namespace === ''
      ? ''
      : `,\\"serial\\":{\\"namespace\\":\\"${t.namespace}\\",\\"start\\":\\"${t.serial_start}\\",\\"end\\":\\"${t.serial_end}\\"}`;
  const optional = `${escapedField('buffer_tonnage', t.buffer_tonnage)}${escapedField('replaces', t.replaces)}${escapedField('reference', t.reference)}${escapedField('reference_hash', t.reference_hash)}`;
  return `{\\"origin\\":\\"${t.origin}\\",\\"registry\\":\\"${t.registry}\\",\\"project_id\\":\\"${t.project_id}\\",\\"methodology\\":\\"${t.methodology}\\",\\"tonnage\\":\\"${t.tonnage}\\",\\"unit\\":\\"${t.unit}\\"${serial},\\"vintage_year\\":${t.vintage_year},\\"issued_on\\":\\"${t.issued_on}\\"${escapedField('expires_on', t.expires_on)},\\"consent_ref\\":\\"${t.consent_ref}\\"${optional}}`;
}

function escapedField(name: string, text: string): string {
  return text === '' ? '' : `,\\"${name}\\":\\"${text}\\"`;
}

/** Of nanoseconds as text. */
function inMilliseconds(nanoseconds: string): string {
  return nanoseconds.length > NS_DIGITS ? nanoseconds.slice(0, -NS_DIGITS) : '0';
}

function listField(name: string, text: string): string {
  return text === '' ? '' : `,"${name}":["${text.split(',').join('","')}"]`;
}
