// Owns the running of migrations/*.sql, up and down; leaves their content to that folder.
import { readdir, readFile } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
import {
  type Migration,
  type MigrationProvider,
  type MigrationResult,
  Migrator,
  NO_MIGRATIONS,
} from 'kysely/migration';

export const MIGRATIONS_FOLDER = new URL('../../migrations/', import.meta.url);
const UP_SUFFIX = '.up.sql';
const DOWN_SUFFIX = '.down.sql';

export async function migrateToLatest(db: Kysely<unknown>): Promise<MigrationResult[]> {
  return settle(await createMigrator(db).migrateToLatest());
}

/** Takes back what came after the target; without one, everything. */
export async function migrateDownTo(db: Kysely<unknown>, target?: string): Promise<MigrationResult[]> {
  return settle(await createMigrator(db).migrateTo(target ?? NO_MIGRATIONS));
}

export async function listMigrations(): Promise<string[]> {
  const files = await readdir(MIGRATIONS_FOLDER);
  return files
    .filter((file) => file.endsWith(UP_SUFFIX))
    .map((file) => file.slice(0, -UP_SUFFIX.length))
    .sort();
}

export function createMigrator(db: Kysely<unknown>): Migrator {
  return new Migrator({ db, provider: new SqlFiles(), migrationTableSchema: 'migration' });
}

class SqlFiles implements MigrationProvider {
  async getMigrations(): Promise<Record<string, Migration>> {
    const names = await listMigrations();
    return Object.fromEntries(
      names.map((name) => [
        name,
        {
          up: (db: Kysely<unknown>) => runFile(db, `${name}${UP_SUFFIX}`),
          down: (db: Kysely<unknown>) => runFile(db, `${name}${DOWN_SUFFIX}`),
        },
      ]),
    );
  }
}

async function runFile(db: Kysely<unknown>, file: string): Promise<void> {
  const text = await readFile(new URL(file, MIGRATIONS_FOLDER), 'utf8');
  await sql.raw(text).execute(db);
}

function settle(outcome: { error?: unknown; results?: MigrationResult[] }): MigrationResult[] {
  if (outcome.error !== undefined) {
    const failed = outcome.results?.find((result) => result.status === 'Error');
    throw new Error(`Migration ${failed?.migrationName ?? 'list'} failed; nothing of it was kept.`, {
      cause: outcome.error,
    });
  }
  return outcome.results ?? [];
}
