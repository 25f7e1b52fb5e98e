// Owns the command "npm run seed"; leaves what is written to scripts/seed/.

import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { loadConfig } from '../core/config/index.ts';
import { loginUrl } from '../core/db/logins.ts';
import { createPool } from '../core/db/pool.ts';
import { databaseUrl, openOwner, prepareDatabase } from '../core/db/prepare.ts';
import type { DB } from '../core/db/types.ts';
import { note, noteFailure, say } from './console.ts';
import { seedDemo } from './seed/demo.ts';
import { seedCatalogue } from './seed/seed-catalogue.ts';
import { withDatabase } from './start/with-database.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

await new Command('npm run seed --')
  .description(
    'Writes roles, plans, features, methodologies and registry requirements, and a demo tenant. Safe to call again.',
  )
  .option('--no-demo', 'leave out the demo tenant')
  .addHelpText('after', '\nThe database is DATABASE_URL, or the embedded one (docs/configuration.md).')
  .action(async ({ demo }: { demo: boolean }) => {
    try {
      const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
      await withDatabase({ config, note }, async ({ admin_url, database, login_secret }) => {
        await prepareDatabase({ admin_url, database, login_secret, log: note });
        const url = databaseUrl(admin_url, database);
        await writeCatalogue(url);
        if (demo) await writeDemo(loginUrl({ admin_url: url, login: 'app', login_secret }));
      });
    } catch (error) {
      noteFailure(error);
      process.exitCode = 1;
    }
  })
  .parseAsync();

async function writeCatalogue(url: string): Promise<void> {
  const owner = openOwner<DB>(url);
  try {
    const counts = await seedCatalogue(owner);
    for (const [what, count] of Object.entries(counts)) say(`${what}: ${count}`);
  } finally {
    await owner.destroy();
  }
}

async function writeDemo(app_url: string): Promise<void> {
  const pool = createPool({ url: app_url, max: 1, on_idle_error: noteFailure });
  try {
    const { tenant_id, created } = await seedDemo(pool);
    say(`demo tenant: ${tenant_id} (${created ? 'made' : 'was there already'})`);
  } finally {
    await pool.end();
  }
}
