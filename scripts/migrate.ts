// Owns the command "npm run migrate"; leaves the migrations to migrations/ and their running to core/db/migrate.ts.

import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { sql } from 'kysely';
import { loadConfig } from '../core/config/index.ts';
import { listMigrations, migrateDownTo } from '../core/db/migrate.ts';
import { databaseUrl, openOwner, prepareDatabase } from '../core/db/prepare.ts';
import type { DB } from '../core/db/types.ts';
import { note, noteFailure, say } from './console.ts';
import { type ReachedDatabase, withDatabase } from './start/with-database.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

await new Command('npm run migrate --')
  .description(
    'Brings the configured database up to date: roles, database, all migrations, partitions ahead. Safe to call again.',
  )
  .option(
    '--down-to <migration>',
    'go back until this migration is the last one, or "none"; its data is lost',
  )
  .option('--list', 'list the migrations and which of them are done; changes nothing', false)
  .addHelpText(
    'after',
    '\nThe database is DATABASE_URL, or the embedded one (docs/configuration.md). Try a way down on a copy first.',
  )
  .action(async (options: { downTo?: string; list: boolean }, command: Command) => {
    const names = await listMigrations();
    const { downTo: down_to } = options;
    if (down_to !== undefined && down_to !== 'none' && !names.includes(down_to)) {
      command.error(`error: no migration "${down_to}"; there are none, ${names.join(', ')}`);
    }
    try {
      const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
      await withDatabase({ config, note }, async (reached) => {
        if (options.list) await list(reached, names);
        else if (down_to !== undefined) await goDown(reached, down_to);
        else await goUp(reached);
      });
    } catch (error) {
      noteFailure(error);
      process.exitCode = 1;
    }
  })
  .parseAsync();

async function goUp(reached: ReachedDatabase): Promise<void> {
  let count = 0;
  await prepareDatabase({
    ...reached,
    log: (line) => {
      count += 1;
      say(line);
    },
  });
  say(count === 0 ? 'Nothing to do: the database is up to date.' : `${count} migrations done.`);
}

async function goDown({ admin_url, database }: ReachedDatabase, target: string): Promise<void> {
  const db = openOwner<unknown>(databaseUrl(admin_url, database));
  try {
    const results = await migrateDownTo(db, target === 'none' ? undefined : target);
    for (const { migrationName } of results) say(`took back ${migrationName}`);
    if (results.length === 0) say('Nothing to take back.');
  } finally {
    await db.destroy();
  }
}

async function list({ admin_url, database }: ReachedDatabase, names: readonly string[]): Promise<void> {
  const db = openOwner<DB>(databaseUrl(admin_url, database));
  try {
    const known = await sql<{ table: string | null }>`
      select to_regclass('migration.kysely_migration')::text as "table"`.execute(db);
    const done = new Set<string>();
    if (known.rows[0]?.table !== null) {
      const { rows } = await sql<{ name: string }>`select name from migration.kysely_migration`.execute(db);
      for (const { name } of rows) done.add(name);
    }
    for (const name of names) say(`${done.has(name) ? 'done   ' : 'waiting'}  ${name}`);
  } finally {
    await db.destroy();
  }
}
