// Owns the filled database that plans are made on, and who asks there; leaves the paths to the lists beside it.

import pg from 'pg';
import { type Identity, runAs } from '../../core/db/identity.ts';
import { type Login, OWNER_ROLE } from '../../core/db/logins.ts';
import { createDatabase, createPool } from '../../core/db/pool.ts';
import { databaseUrl } from '../../core/db/prepare.ts';
import { openServer } from '../../scripts/bench-db/server.ts';
import { fillDatabase } from '../../scripts/fill/fill-database.ts';
import { createTestDatabase } from '../support/database.ts';
import { readIndexNames, readPages } from './catalogue.ts';
import { explain, explainPrepared, type PlanNode } from './explain.ts';
import { type AccessPath, type Asker, REGISTRY, WALLET } from './path.ts';

export type Asked = {
  as: Asker;
  is_middle_tenant?: boolean;
  is_prepared?: boolean;
  sql: string;
  values: readonly unknown[];
};

export type FilledDatabase = {
  admin: pg.Client;
  pages: ReadonlyMap<string, number>;
  /** The first row of the path's sample, as the parameters of its query. */
  sampleFor(path: Pick<AccessPath, 'sample' | 'is_middle_tenant'>): Promise<unknown[]>;
  planOf(asked: Asked): Promise<PlanNode[]>;
  close(): Promise<void>;
};

type Place = { admin_url: string; urlFor(login: Login): string; remove(): Promise<void> };

/** Place among the 40, the largest being 0: about one credit in fifty is its own. */
const MIDDLE_TENANT = 8;
const SEED = 1;
const WORKERS = 2;
/** More than this goes to a server of its own on the disk: memory is shared with all other tests. */
const CREDITS_IN_MEMORY = 100_000;

export async function openFilledDatabase({ credits }: { credits: number }): Promise<FilledDatabase> {
  const place = credits > CREDITS_IN_MEMORY ? await openOnDisk() : await openInMemory();
  await fillDatabase({ admin_url: place.admin_url, credits, seed: SEED, workers: WORKERS });
  return openFilled(place);
}

export async function openFilled({ admin_url, urlFor, remove }: Place): Promise<FilledDatabase> {
  const admin = new pg.Client(admin_url);
  await admin.connect();
  const { largest, middle } = await chooseTenants(admin);
  const names = await readIndexNames(admin);
  const pools = new Map<Asker, pg.Pool>();
  const poolOf = (asker: Asker): pg.Pool => {
    const url = asker === 'owner' ? ownerUrl(admin_url) : urlFor(asker);
    const found = pools.get(asker) ?? createPool({ url, max: 1, on_idle_error: ignore });
    pools.set(asker, found);
    return found;
  };
  return {
    admin,
    pages: await readPages(admin),
    sampleFor: async ({ sample, is_middle_tenant = false }) => {
      if (sample === undefined) return [];
      const values = sample.includes('$1') ? [is_middle_tenant ? middle : largest] : [];
      const { rows } = await admin.query<unknown[]>({ text: sample, values, rowMode: 'array' });
      const first = rows[0];
      if (first === undefined) throw new Error(`The filled database has no row for: ${sample}`);
      return first;
    },
    planOf: async (asked) => {
      const identity = identityOf({
        as: asked.as,
        tenant_id: asked.is_middle_tenant === true ? middle : largest,
      });
      const nodes = await ask({ pool: poolOf(asked.as), identity, asked });
      // A partition's index counts as that of its parent.
      return nodes.map((node) => ({
        ...node,
        index: node.index === undefined ? undefined : (names.get(node.index) ?? node.index),
      }));
    },
    close: async () => {
      for (const pool of pools.values()) await pool.end();
      await admin.end();
      await remove();
    },
  };
}

async function openInMemory(): Promise<Place> {
  const { admin_url, urlFor, drop } = await createTestDatabase();
  return { admin_url, urlFor, remove: drop };
}

async function openOnDisk(): Promise<Place> {
  const server = await openServer({ where: 'disk', log: () => undefined });
  const database = server.template;
  return {
    admin_url: databaseUrl(server.admin_url, database),
    urlFor: (login) => server.urlFor({ database, login }),
    remove: server.close,
  };
}

async function chooseTenants(admin: pg.Client): Promise<{ largest: string; middle: string }> {
  const { rows } = await admin.query<{ tenant_id: string }>(
    'select tenant_id from credit.credits group by tenant_id order by count(*) desc, tenant_id',
  );
  const [largest, middle] = [rows.at(0)?.tenant_id, rows.at(MIDDLE_TENANT)?.tenant_id];
  if (largest === undefined || middle === undefined) throw new Error('The filled database has no credits.');
  return { largest, middle };
}

/** As its functions run: with the owner's eyes, under the settings of a pool. */
function ownerUrl(admin_url: string): string {
  const url = new URL(admin_url);
  url.searchParams.set(
    'options',
    `-c role=${OWNER_ROLE} -c random_page_cost=1.1 -c timezone=UTC -c datestyle=ISO`,
  );
  return url.href;
}

/** Indexer, reconciler and owner work for everyone and have none. */
function identityOf({ as, tenant_id }: { as: Asker; tenant_id: string }): Identity | undefined {
  if (as === 'app') return { kind: 'tenant', tenant_id };
  if (as === 'holder') return { kind: 'account', account_id: WALLET };
  if (as === 'registry_reader') return { kind: 'registry', registry_type: REGISTRY };
  return undefined;
}

async function ask(about: {
  pool: pg.Pool;
  identity: Identity | undefined;
  asked: Asked;
}): Promise<PlanNode[]> {
  const { pool, identity, asked } = about;
  const work = asked.is_prepared === true ? explainPrepared : explain;
  return identity === undefined
    ? createDatabase(pool)
        .transaction()
        .execute((trx) => work(trx, asked))
    : runAs(pool, { identity }, (trx) => work(trx, asked));
}

// A connection that breaks while nobody uses it fails the query that needs it; the server's own end breaks all.
const ignore = (): undefined => undefined;
