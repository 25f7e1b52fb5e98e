// Owns the one PostgreSQL of a test run and its migrated template; leaves each file's database to database.ts.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { prepareDatabase } from '../../core/db/prepare.ts';
import { withClient } from '../../core/db/with-client.ts';
import { startPostgres } from '../../core/postgres/index.ts';
import { makeRunFolder, removeTestFolder, TEST_FOLDER_VARIABLE } from './test-folder.ts';

export const TEMPLATE_DATABASE = 'dmrv_template';
export const ADMIN_URL_VARIABLE = 'DMRV_TEST_ADMIN_URL';
export const LOGIN_SECRET_VARIABLE = 'DMRV_TEST_LOGIN_SECRET';

const LOGIN_SECRET_BYTES = 32;
// A spec that shows what another user can reach needs a way to it; what must be closed closes itself.
const OTHERS_MAY_PASS = 0o711;

/** Databases that live for seconds need nobody who looks through all their tables each minute. */
async function leaveUntidied(admin_url: string): Promise<void> {
  await withClient(admin_url, async (client) => {
    await client.query('alter system set autovacuum = off');
    await client.query('select pg_reload_conf()');
  });
}

export type TestCluster = {
  // For the environment of the processes that run the tests.
  env: Record<string, string>;
  stop(): Promise<void>;
};

// Each run has a server, a folder and a port of its own, so two runs side by side do not meet.
export async function startTestCluster({ log }: { log: (line: string) => void }): Promise<TestCluster> {
  const folder = await makeRunFolder({ mode: OTHERS_MAY_PASS });
  try {
    const postgres = await startPostgres({ data_folder: join(folder, 'postgres'), durable: false, log });
    const stop = async (): Promise<void> => {
      await postgres.stop();
      await removeTestFolder(folder);
    };
    try {
      const { admin_url } = postgres;
      const login_secret = randomBytes(LOGIN_SECRET_BYTES).toString('hex');
      await prepareDatabase({ admin_url, database: TEMPLATE_DATABASE, login_secret, log });
      await leaveUntidied(admin_url);
      const env = {
        [ADMIN_URL_VARIABLE]: admin_url,
        [LOGIN_SECRET_VARIABLE]: login_secret,
        [TEST_FOLDER_VARIABLE]: folder,
      };
      return { env, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    await removeTestFolder(folder);
    throw error;
  }
}
