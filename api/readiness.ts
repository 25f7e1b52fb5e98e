// Owns which parts must do for the API to be ready, and asking each of them within bounds; leaves the answer's form to
// routes/health.ts.

import { listMigrations } from '../core/db/migrate.ts';
import { readChainCursor, readLatestMigration } from '../core/db/readiness.ts';
import type { AskChain } from './chain/json-rpc.ts';
import type { ApiPools } from './pools.ts';
import type { Part, Readiness } from './schemas/health.ts';

/** A part that does not answer in this time is down for whoever waits for it. */
const PART_TIMEOUT_MS = 3_000;
/** Blocks come about once a second; an indexer this far behind shows a past that people would take for the present. */
export const MAX_INDEXER_LAG_MS = 60_000;
/** A worker looks twice a second. */
export const MAX_WORKER_SILENCE_MS = 10_000;
/** Probes of several watchers, or of somebody who wishes no good, cost one look. */
const REMEMBERED_MS = 2_000;

export type ReadinessDeps = {
  pools: Pick<ApiPools, 'app'>;
  ask_chain: AskChain;
  contract_account_id: string;
  now: () => Date;
  log: (error: unknown, part: string) => void;
  /** Where sagas are carried out in this process: when it last looked for some. */
  workerSweptAt?: (() => Date | undefined) | undefined;
};

export type CheckReadiness = () => Promise<Readiness>;

export function createReadiness(deps: ReadinessDeps): CheckReadiness {
  let last: { at: number; found: Promise<Readiness> } | undefined;
  return () => {
    const at = deps.now().getTime();
    if (last === undefined || at - last.at >= REMEMBERED_MS) last = { at, found: check(deps) };
    return last.found;
  };
}

async function check(deps: ReadinessDeps): Promise<Readiness> {
  const [database, migrations, indexer, chain] = await Promise.all([
    look(deps, 'database', () => checkDatabase(deps)),
    look(deps, 'migrations', () => checkMigrations(deps)),
    look(deps, 'indexer', () => checkIndexer(deps)),
    look(deps, 'chain', () => checkChain(deps)),
  ]);
  const parts = { database, migrations, indexer, chain, ...checkWorker(deps) };
  const is_ready = Object.values(parts).every(({ status }) => status === 'ok');
  return { status: is_ready ? 'ready' : 'not_ready', parts };
}

async function look(deps: ReadinessDeps, name: string, work: () => Promise<Part>): Promise<Part> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PART_TIMEOUT_MS);
  const waited = new Promise<never>((_resolve, reject) => {
    late.signal.addEventListener('abort', () => reject(new Error(`no answer in ${PART_TIMEOUT_MS} ms`)));
  });
  try {
    return await Promise.race([work(), waited]);
  } catch (error) {
    // The cause may name hosts and logins, so it goes to the log.
    deps.log(error, name);
    return { status: 'down' };
  } finally {
    clearTimeout(timer);
  }
}

async function checkDatabase({ pools }: ReadinessDeps): Promise<Part> {
  await pools.app.query('select 1');
  return { status: 'ok' };
}

async function checkMigrations({ pools }: ReadinessDeps): Promise<Part> {
  const found = await readLatestMigration(pools.app);
  const needed = (await listMigrations()).at(-1);
  return { status: found === needed ? 'ok' : 'down', ...(found === undefined ? {} : { found }) };
}

async function checkIndexer({ pools, contract_account_id, now }: ReadinessDeps): Promise<Part> {
  const cursor = await readChainCursor(pools.app, contract_account_id);
  if (cursor === undefined) return { status: 'down' };
  const lag_ms = Math.max(0, now().getTime() - Date.parse(cursor.block_timestamp));
  return {
    status: lag_ms <= MAX_INDEXER_LAG_MS ? 'ok' : 'down',
    block_height: cursor.block_height,
    lag_seconds: Math.floor(lag_ms / 1000),
  };
}

async function checkChain({ ask_chain }: ReadinessDeps): Promise<Part> {
  await ask_chain('status', []);
  return { status: 'ok' };
}

function checkWorker({ workerSweptAt, now }: ReadinessDeps): { worker?: Part } {
  if (workerSweptAt === undefined) return {};
  const swept_at = workerSweptAt();
  const is_alive = swept_at !== undefined && now().getTime() - swept_at.getTime() <= MAX_WORKER_SILENCE_MS;
  return { worker: { status: is_alive ? 'ok' : 'down' } };
}
