// Owns the errors of the embedded PostgreSQL's start; leaves their codes to the catalogue in core/errors.

import { DmrvError } from '../errors/index.ts';

export type PostgresLaunchCode =
  | 'POSTGRES_DATA_FOLDER_VERSION'
  | 'POSTGRES_DATA_FOLDER_UNUSABLE'
  | 'POSTGRES_START_FAILED'
  | 'POSTGRES_PORT_IN_USE'
  | 'POSTGRES_PLATFORM_MISSING';

export type PostgresLaunchFacts = Readonly<Record<string, string | number>>;

export class PostgresLaunchError extends DmrvError {
  override readonly name = 'PostgresLaunchError';

  constructor(
    code: PostgresLaunchCode,
    about: { what: string; facts: PostgresLaunchFacts; remedy: string; cause?: unknown },
  ) {
    const { what, facts, remedy, cause } = about;
    super(code, { facts: { ...facts, what, remedy }, cause });
  }
}

// Node's system errors carry their errno name in `code`; anything else has none.
export function errnoOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
