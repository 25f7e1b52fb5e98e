// Shows what /health answers, and on which port the API listens.

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { DmrvError } from '../core/errors/index.ts';
import { NO_RECONCILIATION } from '../sandbox-tests/support/no-reconciliation.ts';
import { NO_SIGNING } from '../sandbox-tests/support/no-signing.ts';
import { buildApp } from './app.ts';
import { type DatabaseCheck, openDatabaseCheck } from './database-check.ts';
import { listen } from './server.ts';
import { createFolderStore } from './store/folder-store.ts';

const HOST = '127.0.0.1';
const healthy = { check: async (): Promise<void> => undefined };

test('health is ok while the database answers', async (t) => {
  const answer = await appWith(healthy).inject('/health');
  t.is(answer.statusCode, 200);
  t.deepEqual(answer.json(), { status: 'ok' });
  t.is(answer.headers['cache-control'], 'no-store');
});

test('health is 503 and names the database when it does not answer, without telling why', async (t) => {
  const database = { check: () => Promise.reject(new Error('login app at 10.0.0.7 refused')) };
  const answer = await appWith(database).inject('/health');
  t.is(answer.statusCode, 503);
  t.deepEqual(answer.json(), { status: 'down', down: ['database'] });
});

test('a database that nobody serves does not answer', async (t) => {
  const free = await occupy(t);
  const port = portOf(free);
  free.close();
  await once(free, 'close');
  const check = openDatabaseCheck({ url: `postgresql://a:b@${HOST}:${port}/x`, log: (line) => t.log(line) });
  t.teardown(() => check.close());
  await t.throwsAsync(check.check(), { code: 'ECONNREFUSED' });
});

test('a default port that is taken gives way to the next; a fixed one is refused', async (t) => {
  const taken = portOf(await occupy(t));
  const app = appWith(healthy);
  t.teardown(() => app.close());
  const url = await listen(app, { host: HOST, port: taken, port_is_fixed: false });
  t.true(Number(new URL(url).port) > taken);
  t.is((await fetch(`${url}/health`)).status, 200);
  const second = appWith(healthy);
  t.teardown(() => second.close());
  const error = await t.throwsAsync(listen(second, { host: HOST, port: taken, port_is_fixed: true }), {
    instanceOf: DmrvError,
  });
  t.is(error.code, 'PORT_IN_USE');
  t.is(error.facts.port, String(taken));
});

/** An API whose database nobody asks: its pools connect when they are first used. */
function appWith(database: DatabaseCheck): FastifyInstance {
  const pool = new pg.Pool({ max: 1 });
  return buildApp({
    pools: { app: pool, operator: pool, registry_reader: pool, holder: pool, visitor: pool },
    settings: {
      version: '0.0.0-test',
      cors_origins: [],
      trusted_proxies: [],
      callback_origins: [],
      limits: { per_key: 1, per_address: 1 },
      max_event_loop_delay_ms: 0,
    },
    services: {
      now: () => new Date(),
      chain: {
        network: 'localnet',
        contract_account_id: 'dmrv.localnet',
        ask: () => Promise.reject(new Error('no chain')),
      },
      files: { store: createFolderStore({ folder: 'unused' }), staging_folder: 'unused' },
      sagas: new Map(),
      signing: NO_SIGNING,
      reconciliation: NO_RECONCILIATION,
    },
    database,
  });
}

async function occupy(t: ExecutionContext): Promise<Server> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  t.teardown(() => server.close());
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
