// Owns the command "npm run generate"; leaves what the generated files say to scripts/schema/.

import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { databaseUrl } from '../core/db/prepare.ts';
import { ADMIN_URL_VARIABLE, startTestCluster, TEMPLATE_DATABASE } from '../sandbox-tests/support/cluster.ts';
import { note, noteFailure, say } from './console.ts';
import { findStaleFiles, type GeneratedFile, generateFiles } from './schema/generate-files.ts';

const HELP = `
Starts a PostgreSQL of its own, runs all migrations in it, reads the result, and stops it again. It writes

  migrations/schema.sql    the whole schema as one file
  core/db/types.ts         the tables as TypeScript types
  docs/data-model.md       its diagrams and its tables of who may see what; the rest of it stays as it is

Run it after each change of migrations/. "npm test" fails while one of the files is stale.

Examples:
  npm run generate
  npm run generate -- --check
`;

await new Command('npm run generate --')
  .description(
    'Writes what follows from the migrations: the schema as one file, the table types, the diagrams.',
  )
  .option('--check', 'write nothing; name the stale files and fail when there are any', false)
  .addHelpText('after', HELP)
  .allowExcessArguments(false)
  .action(main)
  .parseAsync();

async function main({ check }: { check: boolean }): Promise<void> {
  try {
    const files = await generateFromMigrations();
    const stale = await findStaleFiles(files);
    if (!check) for (const { location, text } of stale) await writeFile(location, text);
    for (const file of files)
      say(`${file.path}: ${describeState({ is_stale: stale.includes(file), check })}`);
    if (check && stale.length > 0) {
      note('Run "npm run generate" and commit what it wrote.');
      process.exitCode = 1;
    }
  } catch (error) {
    noteFailure(error);
    process.exitCode = 1;
  }
}

async function generateFromMigrations(): Promise<GeneratedFile[]> {
  const cluster = await startTestCluster({ log: note });
  try {
    const admin_url = cluster.env[ADMIN_URL_VARIABLE];
    if (admin_url === undefined) throw new Error(`The cluster does not say ${ADMIN_URL_VARIABLE}.`);
    return await generateFiles(databaseUrl(admin_url, TEMPLATE_DATABASE));
  } finally {
    await cluster.stop();
  }
}

function describeState({ is_stale, check }: { is_stale: boolean; check: boolean }): string {
  if (!is_stale) return 'up to date';
  return check ? 'stale' : 'written';
}
