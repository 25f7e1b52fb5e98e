// Owns the JSON of a birth's events, put together by hand as it is most of a mint's cost; leaves telling it to mint.ts.
import { quote, serialField, textField } from './json.ts';
import type { TokenRecord } from './token-record.ts';

export interface Birth {
  mrv_hash: string;
  receiver_id: string;
  memo: string | undefined;
  token: TokenRecord;
}

/** An item of credit_issue. Only the memo may need escapes. */
export function issueJson({ mrv_hash, token: t, memo }: Birth): string {
  const optional = `${textField('expires_on', t.expires_on)}${textField('buffer_tonnage', t.buffer_tonnage)}${textField('replaces', t.replaces)}${textField('reference', t.reference)}${textField('reference_hash', t.reference_hash)}`;
  return `{"token_id":"${mrv_hash}","owner_id":"${t.owner_id}","minter_id":"${t.minter_id}","registry":"${t.registry}","project_id":"${t.project_id}","methodology":"${t.methodology}","tonnage":"${t.tonnage}","unit":"${t.unit}"${serialField(t)},"vintage_year":${t.vintage_year},"issued_on":"${t.issued_on}","consent_ref":"${t.consent_ref}"${optional}${memoJson(memo)}}`;
}

/** An item of nft_mint. */
export function mintJson({ mrv_hash, receiver_id, memo }: Birth): string {
  return `{"owner_id":"${receiver_id}","token_ids":["${mrv_hash}"]${memoJson(memo)}}`;
}

export function memoJson(memo: string | undefined): string {
  return memo === undefined ? '' : `,"memo":${quote(memo)}`;
}
