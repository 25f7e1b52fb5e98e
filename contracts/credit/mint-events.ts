// Owns the JSON of a birth's events, put together by hand as it is most of a mint's cost; leaves telling it to mint.ts.
import type { CreditEvents } from './event-types.ts';
import type { TokenRecord } from './token-record.ts';

export interface Birth {
  mrv_hash: string;
  receiver_id: string;
  memo: string | undefined;
  token: TokenRecord;
}

/** An item of credit_issue. Only the memo may need escapes. */
export function issueJson({ mrv_hash, token: t, memo }: Birth): string {
  const serial =
    t.namespace === ''
      ? ''
      : `,"serial":{"namespace":"${t.namespace}","start":"${t.serial_start}","end":"${t.serial_end}"}`;
  const optional = `${field('expires_on', t.expires_on)}${field('buffer_tonnage', t.buffer_tonnage)}${field('replaces', t.replaces)}${field('reference', t.reference)}${field('reference_hash', t.reference_hash)}`;
  return `{"token_id":"${mrv_hash}","owner_id":"${t.owner_id}","minter_id":"${t.minter_id}","registry":"${t.registry}","project_id":"${t.project_id}","methodology":"${t.methodology}","tonnage":"${t.tonnage}","unit":"${t.unit}"${serial},"vintage_year":${t.vintage_year},"issued_on":"${t.issued_on}","consent_ref":"${t.consent_ref}"${optional}${memoJson(memo)}}`;
}

/** An item of nft_mint. */
export function mintJson({ mrv_hash, receiver_id, memo }: Birth): string {
  return `{"owner_id":"${receiver_id}","token_ids":["${mrv_hash}"]${memoJson(memo)}}`;
}

export function memoJson(memo: string | undefined): string {
  return memo === undefined ? '' : `,"memo":${JSON.stringify(memo)}`;
}

function field(name: keyof CreditEvents['credit_issue'], text: string): string {
  return text === '' ? '' : `,"${name}":"${text}"`;
}
