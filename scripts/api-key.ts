// Owns the command "npm run api-key"; leaves what a key is to api/callers and its row to core/db/access-keys.ts.

import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { makeKey } from '../api/callers/grant.ts';
import { makeKeyBody, makeRegistryKeyBody } from '../api/schemas/keys.ts';
import { isScope, SCOPES } from '../api/schemas/scopes.ts';
import { loadConfig } from '../core/config/index.ts';
import { type AccessKey, type KeyOwner, listKeys, revokeKey } from '../core/db/access-keys.ts';
import { runAs } from '../core/db/identity.ts';
import { loginUrl } from '../core/db/logins.ts';
import { createPool } from '../core/db/pool.ts';
import { databaseUrl, prepareDatabase } from '../core/db/prepare.ts';
import { findTenant, findTenantBySlug } from '../core/db/tenants.ts';
import { note, noteFailure, say } from './console.ts';
import { withDatabase } from './start/with-database.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
const MAX_LISTED = 1_000;

type Owner = { operator?: true; tenant?: string; registry?: string; registryName?: string };
type Create = Owner & { name: string; permissions?: string; expires?: string };
type Work<T> = Parameters<typeof runAs<T>>[2];

const HELP = `
The database is DATABASE_URL, or the embedded one, also while "npm start" runs. The key itself goes to standard output
once and is kept as a hash alone. With an operator's key everything else is done over HTTP (docs/api.md).

Examples:
  npm run api-key -- create --operator --name "Ann, operations"
  npm run api-key -- create --tenant demo --name "The first key" --permissions projects:read,projects:write
  npm run api-key -- create --registry verra --name "Verra's officer"
  npm run api-key -- list --operator
  npm run api-key -- revoke 0198c3a1-0000-7000-8000-000000000000 --operator
`;

/** Thrown and not an exit: an embedded database that this command started must stop with it. */
class Refusal extends Error {}

const command = new Command('npm run api-key --')
  .description('Makes, lists and revokes API keys, such as the first one of an operator.')
  .addHelpText('after', HELP)
  .allowExcessArguments(false);

ownerOptions(command.command('create').description('make a key and print it'))
  .requiredOption('--name <name>', 'who or what will use it')
  .option('--permissions <list>', 'separated by commas; all of them where none are named')
  .option('--expires <time>', 'a time in UTC, such as 2027-01-31T00:00:00Z')
  .action((options: Create) => run(() => create(options)));

ownerOptions(command.command('list').description('list keys, the newest first')).action((options: Owner) =>
  run(() => list(options)),
);

ownerOptions(command.command('revoke <key-id>').description('revoke a key for ever')).action(
  (key_id: string, options: Owner) => run(() => revoke(key_id, options)),
);

await command.parseAsync();

function ownerOptions(sub: Command): Command {
  return sub
    .addOption(new Option('--operator', 'of the platform').conflicts(['tenant', 'registry']))
    .addOption(new Option('--tenant <slug or id>', 'of a tenant').conflicts('registry'))
    .addOption(new Option('--registry <type>', 'of a registry'))
    .addOption(new Option('--registry-name <name>', 'of which registry, with --registry other'));
}

async function run(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) note(`error: ${error.message}`);
    else noteFailure(error);
    process.exitCode = 1;
  }
}

function refuse(message: string): never {
  throw new Refusal(message);
}

async function create(options: Create): Promise<void> {
  const { name, expires, permissions = SCOPES.join(',') } = options;
  const wanted = { name, permissions: permissions.split(','), ...(expires ? { expires_at: expires } : {}) };
  const unknown = wanted.permissions.filter((scope) => !isScope(scope));
  if (unknown.length > 0) refuse(`no permission "${unknown[0]}"; there are ${SCOPES.join(', ')}`);
  const registry = options.registry === undefined ? {} : registryOf(options);
  const schema = options.registry === undefined ? makeKeyBody : makeRegistryKeyBody;
  const parsed = schema.safeParse({ ...wanted, ...registry });
  if (!parsed.success) refuse(`${parsed.error.issues.map(describeIssue).join('; ')}`);
  const { made, token } = await asOperator(async (trx) => {
    const owner = await findOwner(trx, options);
    return makeKey(trx, { owner, wanted: makeKeyBody.parse(wanted), now: new Date() });
  });
  note(`${made.key_prefix} is the key ${made.key_id}. It is shown this once:`);
  say(token);
}

async function list(options: Owner): Promise<void> {
  const { keys } = await asOperator(async (trx) =>
    listKeys(trx, { owner: await findOwner(trx, options), offset: 0, limit: MAX_LISTED }),
  );
  if (keys.length === 0) note('There are none.');
  for (const key of keys) say(describeKey(key));
}

async function revoke(key_id: string, options: Owner): Promise<void> {
  const revoked = await asOperator(async (trx) =>
    revokeKey(trx, { owner: await findOwner(trx, options), key_id, revoked_at: new Date() }),
  );
  if (revoked === undefined) refuse(`there is no such key ${key_id}`);
  say(describeKey(revoked));
}

async function asOperator<T>(work: Work<T>): Promise<T> {
  const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
  return withDatabase({ config, note }, async ({ admin_url, database, login_secret }) => {
    await prepareDatabase({ admin_url, database, login_secret, log: note });
    const url = loginUrl({ admin_url: databaseUrl(admin_url, database), login: 'operator', login_secret });
    const pool = createPool({ url, max: 1, on_idle_error: noteFailure });
    try {
      return await runAs(pool, { identity: { kind: 'platform', actor: 'command:api-key' } }, work);
    } finally {
      await pool.end();
    }
  });
}

async function findOwner(trx: Parameters<Work<unknown>>[0], options: Owner): Promise<KeyOwner> {
  const { operator, tenant, registry } = options;
  if (operator === true) return { kind: 'operator' };
  if (registry !== undefined) return { kind: 'registry', ...registryOf(options) };
  if (tenant === undefined) refuse('say whose key: --operator, --tenant or --registry');
  const is_id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenant);
  const found = is_id ? await findTenant(trx, tenant) : await findTenantBySlug(trx, tenant);
  if (found === undefined) refuse(`there is no tenant "${tenant}"`);
  return { kind: 'tenant', tenant_id: found.tenant_id };
}

function registryOf({ registry = '', registryName }: Owner) {
  return { registry_type: registry, ...(registryName === undefined ? {} : { registry_name: registryName }) };
}

function describeKey(key: AccessKey): string {
  const end = key.revoked_at === null ? `expires ${key.expires_at ?? 'never'}` : `revoked ${key.revoked_at}`;
  const use = `last used ${key.last_used_at ?? 'never'}`;
  return [key.key_id, key.key_prefix, JSON.stringify(key.name), end, use].join('  ');
}

function describeIssue({ path, message }: { path: PropertyKey[]; message: string }): string {
  return `${path.map(String).join('.')}: ${message}`;
}
