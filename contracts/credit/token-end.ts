// Owns what a tombstone says of a token's end, and what a registry said of a retirement, as texts; leaves saying it to the methods.
import type { AttestedBy } from './event-types.ts';
import { KEY, readText, writeText } from './storage.ts';

// Texts have no control characters, so that '\t' parts fields and '\n' lines. Absent ones are empty.

export interface RetirementEnd {
  authorized_id: string;
  beneficiary_kind: 'organisation' | 'individual';
  beneficiary: string;
  beneficiary_commitment: string;
  beneficiary_id: string;
  reason: string;
  purpose: string;
  jurisdiction: string;
  consumption_period: string;
  retired_at_ns: string;
  /** Of a name that was hidden and then revealed. */
  salt: string;
}

export function encodeRetirement(end: RetirementEnd): string {
  const kind = end.beneficiary_kind === 'individual' ? 'i' : 'o';
  return `${end.authorized_id}\t${kind}\t${end.beneficiary}\t${end.beneficiary_commitment}\t${end.beneficiary_id}\t${end.reason}\t${end.purpose}\t${end.jurisdiction}\t${end.consumption_period}\t${end.retired_at_ns}\t${end.salt}`;
}

export function decodeRetirement(text: string): RetirementEnd {
  const fields = text.split('\t') as Eleven;
  return {
    authorized_id: fields[0],
    beneficiary_kind: fields[1] === 'i' ? 'individual' : 'organisation',
    beneficiary: fields[2],
    beneficiary_commitment: fields[3],
    beneficiary_id: fields[4],
    reason: fields[5],
    purpose: fields[6],
    jurisdiction: fields[7],
    consumption_period: fields[8],
    retired_at_ns: fields[9],
    salt: fields[10],
  };
}

type Eleven = [string, string, string, string, string, string, string, string, string, string, string];

/** Of what a registry, a holder or time did: who, when, and why. */
export interface OtherEnd {
  account_id: string;
  at_ns: string;
  /** Empty where nobody attests. */
  attested_by: string;
  reason: string;
  /** Of an invalidation its reference, of a redemption the account at the registry. */
  reference: string;
}

export function encodeOther({ account_id, at_ns, attested_by, reason, reference }: OtherEnd): string {
  return `${account_id}\t${at_ns}\t${attested_by}\t${reason}\t${reference}`;
}

export function decodeOther(text: string): OtherEnd {
  const [account_id, at_ns, attested_by, reason, reference] = text.split('\t') as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { account_id, at_ns, attested_by, reason, reference };
}

/** What a registry says of a retirement, one after the other, for ever. */
export type Statement = { account_id: string; attested_by: AttestedBy; at_ns: string } & (
  | {
      kind: 'confirmed';
      registry_retirement_id: string;
      registry_retired_on: string;
      evidence_sha256: string;
    }
  | { kind: 'refused'; reason: string }
);

export function listStatements(token_id: string): Statement[] {
  const text = readText(KEY.confirmation + token_id);
  return text === undefined ? [] : text.split('\n').map(decodeStatement);
}

export function saveStatements(token_id: string, statements: readonly Statement[]): void {
  writeText(KEY.confirmation + token_id, statements.map(encodeStatement).join('\n'));
}

export function encodeStatement(statement: Statement): string {
  const { account_id, attested_by, at_ns } = statement;
  const head = `${account_id}\t${attested_by}\t${at_ns}`;
  if (statement.kind === 'refused') return `${head}\t${statement.reason}`;
  const { registry_retirement_id, registry_retired_on, evidence_sha256 } = statement;
  return `${head}\t${registry_retirement_id}\t${registry_retired_on}\t${evidence_sha256}`;
}

const CONFIRMED_FIELDS = 6;

function decodeStatement(line: string): Statement {
  const fields = line.split('\t');
  const [account_id, attested_by, at_ns, first, day, evidence] = fields as [
    string,
    AttestedBy,
    string,
    string,
    string,
    string,
  ];
  const head = { account_id, attested_by, at_ns };
  if (fields.length < CONFIRMED_FIELDS) return { ...head, kind: 'refused', reason: first };
  return {
    ...head,
    kind: 'confirmed',
    registry_retirement_id: first,
    registry_retired_on: day,
    evidence_sha256: evidence,
  };
}
