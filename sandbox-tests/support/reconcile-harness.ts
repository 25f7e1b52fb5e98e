// Owns a file's one agreeing world and a copy of its database for each test, with the engine on it; leaves damage and what is
// expected to the specs.

import type { ExecutionContext } from 'ava';
import pg from 'pg';
import { type AskChain, createAskChain } from '../../api/chain/json-rpc.ts';
import { type Ran, runOnce } from '../../api/reconcile/run.ts';
import { loginUrl } from '../../core/db/logins.ts';
import { createPool } from '../../core/db/pool.ts';
import { databaseUrl, openDatabaseToRoles } from '../../core/db/prepare.ts';
import { withClient } from '../../core/db/with-client.ts';
import { CONTRACT_ID } from './contract-chain.ts';
import { buildReconcileWorld, type ReconcileWorld, type WantedWorld } from './reconcile-world.ts';

const LOGIN_SECRET = process.env.DMRV_TEST_LOGIN_SECRET ?? '';
const CLONE_ATTEMPTS = 100;
const CLONE_PAUSE_MS = 100;

export type Harness = {
  /** Its own database is the API's; the copies are of how it was when it agreed. */
  world: ReconcileWorld;
  /** A copy of the world's database, and the engine on it. */
  copy(t: Pick<ExecutionContext, 'teardown'>): Promise<Copy>;
};

export type Copy = {
  admin_url: string;
  /** What a command needs in its environment to find this copy and the world's chain. */
  env: Record<string, string>;
  /** As the owner, past all rules: that is damage. */
  damage(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** What these tables hold now comes back when it is called. */
  keep(tables: readonly string[]): Promise<() => Promise<void>>;
  run(about?: RunWish): Promise<Ran>;
  urlFor(login: 'app' | 'operator' | 'reconciler'): string;
};

type RunWish = {
  now?: Date;
  views?: boolean;
  all_views?: boolean;
  sampled?: number;
  started_by?: string;
  /** Another way to the contract than the world's node. */
  ask?: AskChain;
};

export type HarnessBuilder = {
  /** Takes the next of BUILD_STEPS; gives the harness after the last. */
  step(): Promise<Harness | undefined>;
  close(): Promise<void>;
};

export function buildHarness(about: WantedWorld): HarnessBuilder {
  const ends: (() => Promise<unknown> | unknown)[] = [];
  const building = buildReconcileWorld({ ...about, ends });
  return {
    step: async () => {
      const { done, value } = await building.next();
      return done === true ? openHarness(value, ends) : undefined;
    },
    close: async () => {
      for (const end of ends.splice(0).reverse()) await end();
    },
  };
}

async function openHarness(
  world: ReconcileWorld,
  ends: (() => Promise<unknown> | unknown)[],
): Promise<Harness> {
  const cluster_url = world.api.database.admin_url;
  const template = `w_${process.pid}`;
  // Nothing may be connected to a database that is copied: the world's own stays with its API and indexer.
  await copyDatabase(cluster_url, { from: world.api.database.database, to: template, force: true });
  ends.push(() => dropDatabase(cluster_url, template));
  let copies = 0;
  const ask = createAskChain({ rpc_urls: [world.rpc_url] });
  return {
    world,
    copy: async (t) => {
      const database = `${template}_${copies++}`;
      await copyDatabase(cluster_url, { from: template, to: database });
      const admin_url = databaseUrl(cluster_url, database);
      const urlFor: Copy['urlFor'] = (login) => loginUrl({ admin_url, login, login_secret: LOGIN_SECRET });
      const url = urlFor('reconciler');
      const pool = createPool({ url, max: 3, on_idle_error: () => undefined });
      t.teardown(async () => {
        await pool.end();
        await dropDatabase(cluster_url, database);
      });
      return {
        admin_url,
        env: world.envFor({ admin_url }),
        urlFor,
        damage: (text, values = []) => withClient(admin_url, (client) => damage(client, text, values)),
        keep: (tables) => withClient(admin_url, (client) => keepTables({ client, admin_url, tables })),
        run: ({ now = world.now, views = true, started_by = 'reconciler', ...wish } = {}) =>
          runOnce(
            {
              ask,
              ...wish,
              ...(views ? {} : { ask: undefined }),
              pool,
              url,
              contract_id: CONTRACT_ID,
              now: () => now,
            },
            { trigger: 'command', started_by },
          ),
      };
    },
  };
}

/** Triggers that refuse or follow up changes sleep, and so do keys. */
async function damage(
  client: pg.ClientBase,
  text: string,
  values: unknown[],
): Promise<Record<string, unknown>[]> {
  await client.query("set session_replication_role = 'replica'");
  return (await client.query<Record<string, unknown>>(text, values)).rows;
}

let kept = 0;

async function keepTables(about: {
  client: pg.ClientBase;
  admin_url: string;
  tables: readonly string[];
}): Promise<() => Promise<void>> {
  const { client, admin_url, tables } = about;
  const copies: { table: string; copy: string; columns: string }[] = [];
  for (const table of tables) {
    const copy = `public.kept_${kept++}`;
    const [schema, name] = table.split('.');
    const { rows } = await client.query<{ columns: string }>(
      `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns
       from information_schema.columns
       where table_schema = $1 and table_name = $2 and is_generated = 'NEVER'`,
      [schema, name],
    );
    const columns = rows[0]?.columns ?? '';
    await client.query(`create table ${copy} as select ${columns} from ${table}`);
    copies.push({ table, copy, columns });
  }
  return () =>
    withClient(admin_url, async (later) => {
      await later.query("set session_replication_role = 'replica'");
      for (const { table, copy, columns } of copies) {
        await later.query(`delete from ${table}`);
        await later.query(`insert into ${table} (${columns}) select ${columns} from ${copy}`);
      }
    });
}

async function copyDatabase(
  url: string,
  about: { from: string; to: string; force?: boolean },
): Promise<void> {
  const maintenance = databaseUrl(url, 'postgres');
  await withClient(maintenance, async (client) => {
    const [from, to] = [about.from, about.to].map((name) => client.escapeIdentifier(name));
    for (let attempt = 1; ; attempt++) {
      try {
        if (about.force === true) {
          await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [
            about.from,
          ]);
        }
        await client.query(`create database ${to} template ${from} strategy file_copy`);
        await openDatabaseToRoles(client, about.to);
        return;
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || error.code !== '55006' || attempt === CLONE_ATTEMPTS)
          throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, CLONE_PAUSE_MS));
    }
  });
}

async function dropDatabase(url: string, name: string): Promise<void> {
  await withClient(databaseUrl(url, 'postgres'), async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`);
  });
}
