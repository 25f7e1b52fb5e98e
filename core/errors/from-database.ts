// Owns the way from a PostgreSQL error to a catalogue error; leaves the queries that raise them to core/db.

import { randomUUID } from 'node:crypto';
import type { Fact } from './catalogue.ts';
import { DmrvError, RetryableError } from './dmrv-error.ts';

/**
 * Turns what pg throws into a catalogue error. An error of the catalogue comes back as it is; what is not
 * recognised becomes INTERNAL with the error as its cause. Facts never hold row values: PostgreSQL's detail
 * line quotes them, and they may be personal.
 */
export function fromDatabaseError(error: unknown): DmrvError {
  if (error instanceof DmrvError) return error;
  const { sqlstate, network } = codesOf(error);
  if (network !== undefined) {
    return new RetryableError('DATABASE_UNREACHABLE', { facts: { reason: network }, cause: error });
  }
  const rule = sqlstate === undefined ? undefined : (RULES[sqlstate] ?? RULES[sqlstate.slice(0, 2)]);
  if (sqlstate === undefined || rule === undefined) {
    return new DmrvError('INTERNAL', { facts: { incident_id: randomUUID() }, cause: error });
  }
  const facts = { ...namedFacts(error), sqlstate };
  const reason = `SQLSTATE ${sqlstate}`;
  switch (rule) {
    case 'SERIALIZATION_FAILURE':
      return new RetryableError(rule, { facts, cause: error });
    case 'DATABASE_UNREACHABLE':
      return new RetryableError(rule, { facts: { ...facts, reason }, cause: error });
    case 'DATABASE_LOGIN_REFUSED':
      return new DmrvError(rule, { facts: { ...facts, reason }, cause: error });
    default:
      return new DmrvError(rule, { facts: { ...facts, rule: ruleName(error, sqlstate) }, cause: error });
  }
}

// https://www.postgresql.org/docs/18/errcodes-appendix.html: whole codes first, then classes of two characters.
const RULES: Readonly<Record<string, DatabaseErrorCode>> = {
  '23001': 'CONFLICT', // restrict_violation
  '23503': 'CONFLICT', // foreign_key_violation: the row is not there, or something still refers to it
  '23505': 'CONFLICT', // unique_violation
  '23P01': 'CONFLICT', // exclusion_violation
  '23502': 'VALIDATION_FAILED', // not_null_violation
  '23514': 'VALIDATION_FAILED', // check_violation
  '22': 'VALIDATION_FAILED', // data exception: out of range, bad spelling of a uuid or date
  '40001': 'SERIALIZATION_FAILURE',
  '40P01': 'SERIALIZATION_FAILURE', // deadlock_detected: the other transaction won
  '42501': 'FORBIDDEN', // insufficient_privilege, row-level security included
  '08': 'DATABASE_UNREACHABLE', // connection exception
  '53300': 'DATABASE_UNREACHABLE', // too_many_connections
  '57P01': 'DATABASE_UNREACHABLE', // admin_shutdown
  '57P02': 'DATABASE_UNREACHABLE', // crash_shutdown
  '57P03': 'DATABASE_UNREACHABLE', // cannot_connect_now
  '28': 'DATABASE_LOGIN_REFUSED', // invalid authorization
  '3D000': 'DATABASE_LOGIN_REFUSED', // the database in the URL is not there
};

type DatabaseErrorCode =
  | 'CONFLICT'
  | 'VALIDATION_FAILED'
  | 'SERIALIZATION_FAILURE'
  | 'FORBIDDEN'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_LOGIN_REFUSED';

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT', // no socket file
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

// pg 8.23 and its pool give no code for a connection that went away; these are their messages.
const NETWORK_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

const SQLSTATE = /^[0-9A-Z]{5}$/;

function codesOf(error: unknown): { sqlstate?: string; network?: string } {
  if (!(error instanceof Error)) return {};
  const code = textField(error, 'code');
  if (code !== undefined && NETWORK_CODES.has(code)) return { network: code };
  // Only the server sends a severity; without it EPERM and the like would read as a SQLSTATE.
  if (code !== undefined && SQLSTATE.test(code) && textField(error, 'severity') !== undefined) {
    return { sqlstate: code };
  }
  return NETWORK_MESSAGE.test(error.message) ? { network: error.message } : {};
}

function namedFacts(error: unknown): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const name of ['schema', 'table', 'column', 'constraint']) {
    const value = textField(error, name);
    if (value !== undefined) facts[name] = value;
  }
  return facts;
}

function ruleName(error: unknown, sqlstate: string): string {
  return textField(error, 'constraint') ?? textField(error, 'column') ?? `SQLSTATE ${sqlstate}`;
}

function textField(error: unknown, name: string): string | undefined {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
