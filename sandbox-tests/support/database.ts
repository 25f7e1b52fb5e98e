// Owns a test's own database, cloned from the migrated template; leaves the server to cluster.ts.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Login, loginUrl } from '../../core/db/logins.ts';
import { databaseUrl, openDatabaseToRoles } from '../../core/db/prepare.ts';
import { withClient } from '../../core/db/with-client.ts';
import { ADMIN_URL_VARIABLE, LOGIN_SECRET_VARIABLE, TEMPLATE_DATABASE } from './cluster.ts';

// Someone else's connection to the template makes PostgreSQL refuse a clone for that moment.
const OBJECT_IN_USE = '55006';
const CLONE_ATTEMPTS = 50;
const CLONE_PAUSE_MS = 100;

export type TestDatabase = {
  database: string;
  // The superuser's way into this database.
  admin_url: string;
  urlFor(login: Login): string;
  drop(): Promise<void>;
};

// With a test's `t` the database goes when the test ends. A file that shares one over its tests calls it without
// and drops it in `test.after.always`, because AVA allows no teardown in hooks.
export async function createTestDatabase(t?: {
  teardown(drop: () => Promise<void>): void;
}): Promise<TestDatabase> {
  const cluster_url = readVariable(ADMIN_URL_VARIABLE);
  const login_secret = readVariable(LOGIN_SECRET_VARIABLE);
  const database = `t_${process.pid}_${randomBytes(6).toString('hex')}`;
  await cloneTemplate({ cluster_url, database });
  const admin_url = databaseUrl(cluster_url, database);
  const drop = (): Promise<void> =>
    withClient(cluster_url, async (client) => {
      await client.query(`drop database if exists ${client.escapeIdentifier(database)} with (force)`);
    });
  t?.teardown(drop);
  return { database, admin_url, urlFor: (login) => loginUrl({ admin_url, login, login_secret }), drop };
}

async function cloneTemplate(about: { cluster_url: string; database: string }): Promise<void> {
  await withClient(about.cluster_url, async (client) => {
    const [name, template] = [about.database, TEMPLATE_DATABASE].map((text) => client.escapeIdentifier(text));
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query(`create database ${name} template ${template} strategy file_copy`);
        await openDatabaseToRoles(client, about.database);
        return;
      } catch (error) {
        const busy = error instanceof pg.DatabaseError && error.code === OBJECT_IN_USE;
        if (!busy || attempt === CLONE_ATTEMPTS) throw error;
      }
      await sleep(CLONE_PAUSE_MS);
    }
  });
}

function readVariable(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  throw new Error(`No test database server runs (${name} is not set). Run the file with: npm test -- <file>`);
}
