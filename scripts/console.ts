// Owns how scripts speak to whoever runs them; leaves what to say to each script.

import { inspect } from 'node:util';
import { DmrvError, fromDatabaseError } from '../core/errors/index.ts';

// Results go to standard output; progress and troubles to standard error.
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

// What the person who configured the database can mend.
const MENDED_BY_OPERATOR: ReadonlySet<string> = new Set(['DATABASE_UNREACHABLE', 'DATABASE_LOGIN_REFUSED']);

// An expected error explains itself; anything else is a fault of ours, and its stack and cause are what helps.
export function noteFailure(error: unknown): void {
  if (error instanceof DmrvError) {
    note(`dmrv-near: ${error.message}`);
    return;
  }
  const plain = fromDatabaseError(error);
  note(`dmrv-near: ${MENDED_BY_OPERATOR.has(plain.code) ? plain.message : inspect(error)}`);
}
