// Shows how the API lives: busy, without its database, ready or not, counted, tidied up, and stopped.

import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { keepHouse } from '../api/housekeeping.ts';
import { openPools } from '../api/pools.ts';
import { createReadiness, MAX_INDEXER_LAG_MS } from '../api/readiness.ts';
import { failureSchema } from '../api/schemas/envelope.ts';
import { listMigrations } from '../core/db/migrate.ts';
import { CONTRACT_ID, startApi, type TestApi } from './support/api.ts';
import { countTicking, oddRoutes, SECRET } from './support/api-odd-routes.ts';
import { openGate } from './support/gate.ts';
import { query } from './support/launcher.ts';
import { openWorld } from './support/world.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi(undefined, { routes: oddRoutes });
});

test.after.always(() => api?.close());

test.serial('a process that is too busy turns requests away, and still says that it lives', async (t) => {
  // More than a busy machine delays it while the tenants of this API are made, which would turn those away.
  const other = await startApi(t, { settings: { max_event_loop_delay_ms: 400 } });
  const busy = setInterval(() => block(900), 1);
  t.teardown(() => clearInterval(busy));
  let answer = await fetch(`${other.base_url}/api/v1/me`);
  for (let round = 0; round < 100 && answer.status === 200; round++) {
    await sleep(20);
    answer = await fetch(`${other.base_url}/api/v1/me`);
  }
  t.is(answer.status, 503);
  t.truthy(answer.headers.get('retry-after'));
  t.is(failureSchema.parse(await answer.json()).error.code, 'OVERLOADED');
  t.is((await fetch(`${other.base_url}/health`)).status, 200);
  clearInterval(busy);
});

test.serial('a database that goes away is told as such, and is used again when it is back', async (t) => {
  const { port } = new URL(api.database.admin_url);
  const gate = await openGate(t, Number(port));
  const other = await startApi(t, { database_port: gate.port });
  const ask = () =>
    fetch(`${other.base_url}/api/v1/api-keys`, { headers: { authorization: `Bearer ${other.a.key}` } });
  t.is((await ask()).status, 200);
  await gate.shut();
  const down = await ask();
  t.is(down.status, 503);
  t.truthy(down.headers.get('retry-after'));
  t.is(failureSchema.parse(await down.json()).error.code, 'DATABASE_UNREACHABLE');
  t.is((await fetch(`${other.base_url}/health`)).status, 503);
  await gate.open();
  t.is((await ask()).status, 200);
  t.is((await fetch(`${other.base_url}/health`)).status, 200);
});

test.serial('ready says part by part what does not do', async (t) => {
  const world = openWorld({ url: api.database.admin_url, log: t.log });
  t.teardown(() => world.close());
  const pools = openPools({ urlFor: api.database.urlFor, log: () => undefined });
  t.teardown(() => pools.close());
  let is_chain_up = true;
  let at = new Date('2026-01-01T00:00:00Z');
  const readiness = createReadiness({
    pools,
    ask_chain: () => (is_chain_up ? Promise.resolve({}) : Promise.reject(new Error(SECRET))),
    contract_account_id: CONTRACT_ID,
    now: () => at,
    log: () => undefined,
  });
  const look = () => {
    at = new Date(at.getTime() + 5_000);
    return readiness();
  };
  const newest = (await listMigrations()).at(-1) ?? '';
  const ok = { status: 'ok' };
  t.like(await look(), {
    status: 'not_ready',
    parts: {
      database: ok,
      migrations: { status: 'ok', found: newest },
      indexer: { status: 'down' },
      chain: ok,
    },
  });
  await world.make('chain.cursor', {
    near_contract_id: CONTRACT_ID,
    block_height: '120',
    block_timestamp: at.toISOString(),
  });
  t.like(await look(), {
    status: 'ready',
    parts: { indexer: { status: 'ok', block_height: '120', lag_seconds: 5 } },
  });
  is_chain_up = false;
  t.like(await look(), { status: 'not_ready', parts: { chain: { status: 'down' }, indexer: ok } });
  is_chain_up = true;
  at = new Date(at.getTime() + MAX_INDEXER_LAG_MS);
  t.like(await look(), { status: 'not_ready', parts: { indexer: { status: 'down' } } });
});

test.serial('what has expired is removed, and the rest stays', async (t) => {
  const pools = openPools({ urlFor: api.database.urlFor, log: () => undefined });
  t.teardown(() => pools.close());
  const soon = new Date(Date.now() + 60_000);
  const count = async (): Promise<Record<string, string> | undefined> => {
    const [row] = await query<Record<string, string>>(
      api.database.admin_url,
      `select (select count(*) from core.holder_nonces) as nonces,
        (select count(*) from core.holder_sessions) as sessions,
        (select count(*) from core.idempotency_keys) as keys`,
    );
    return row;
  };
  await api.clientFor().createHolderChallenge();
  await api.a.client.createApiKey({
    body: { name: 'x', permissions: ['mrv:read'] },
    idempotency_key: 'kept-a-day',
  });
  await keepHouse({ pool: pools.app, now: () => new Date() });
  t.notDeepEqual(await count(), { nonces: '0', sessions: '0', keys: '0' });
  await keepHouse({ pool: pools.app, now: () => new Date(soon.getTime() + 48 * 60 * 60_000) });
  t.deepEqual(await count(), { nonces: '0', sessions: '0', keys: '0' });
});

test.serial('a stop lets requests end, ends streams, and takes no new ones', async (t) => {
  const other = await startApi(undefined, { routes: oddRoutes });
  const waiting = fetch(`${other.base_url}/api/v1/test/wait?ms=300`);
  const stream = await fetch(`${other.base_url}/api/v1/test/ticks`);
  t.is(stream.headers.get('content-type'), 'text/event-stream');
  const reading = stream.text().then(
    (text) => text,
    () => 'cut',
  );
  await sleep(100);
  t.is(countTicking(), 1);
  const closed = other.close();
  await sleep(50);
  // Refused by the socket, or on a connection that stands by a word of ours.
  const late = await fetch(`${other.base_url}/api/v1/me`).then(
    async (response) => failureSchema.parse(await response.json()).error.code,
    () => 'no connection',
  );
  t.true(['OVERLOADED', 'no connection'].includes(late), late);
  t.is((await waiting).status, 200);
  t.regex(await reading, /^(data: tick\n\n)+|cut$/);
  await closed;
  t.is(countTicking(), 0);
});

test.serial('a stream ends when its client has gone', async (t) => {
  const gone = new AbortController();
  await fetch(`${api.base_url}/api/v1/test/ticks`, { signal: gone.signal });
  t.is(countTicking(), 1);
  gone.abort();
  for (let round = 0; round < 100 && countTicking() > 0; round++) await sleep(20);
  t.is(countTicking(), 0);
});

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
