// Owns a retirement as JSON, for its event and for its views; leaves what a registry says of it to retire-views.ts.
import { quotedField, serialField, textField } from './json.ts';
import type { RetirementEnd } from './token-end.ts';
import type { TokenRecord } from './token-record.ts';

/** Fields of an object, without its braces. */
export function retirementFields(token_id: string, t: TokenRecord, end: RetirementEnd): string {
  const said = `${quotedField('reason', end.reason)}${quotedField('purpose', end.purpose)}${quotedField('jurisdiction', end.jurisdiction)}${quotedField('consumption_period', end.consumption_period)}`;
  const beneficiary = `${quotedField('beneficiary', end.beneficiary)}${textField('beneficiary_commitment', end.beneficiary_commitment)},"beneficiary_kind":"${end.beneficiary_kind}"${quotedField('beneficiary_id', end.beneficiary_id)}${textField('salt', end.salt)}`;
  return `"token_id":"${token_id}","origin":"${t.origin}","account_id":"${t.owner_id}"${textField('authorized_id', end.authorized_id)},"registry":"${t.registry}","project_id":"${t.project_id}","methodology":"${t.methodology}","tonnage":"${t.tonnage}","unit":"${t.unit}"${serialField(t)},"vintage_year":${t.vintage_year},"issued_on":"${t.issued_on}"${beneficiary}${said},"retired_at_ns":"${end.retired_at_ns}"`;
}
