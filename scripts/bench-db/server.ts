// Owns the servers that benches of the database run on, made for them and removed after; leaves measuring to the
// files beside it.

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Login, loginUrl } from '../../core/db/logins.ts';
import { databaseUrl, prepareDatabase } from '../../core/db/prepare.ts';
import { startPostgres } from '../../core/postgres/index.ts';
import { makeTestFolder, removeTestFolder } from '../../sandbox-tests/support/test-folder.ts';

export type BenchServer = {
  /** The superuser's way to the server. */
  admin_url: string;
  /** The migrated database that clones are made of. */
  template: string;
  urlFor(about: { database: string; login: Login }): string;
};

const SECRET_BYTES = 16;

export async function withServer<T>(
  options: { where: 'memory' | 'disk'; log: (line: string) => void; kept_in?: string | undefined },
  work: (server: BenchServer) => Promise<T>,
): Promise<T> {
  const server = await openServer(options);
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}

/** In memory where the tests run, or on the disk of the system's temporary folder. Neither waits for the disk. */
export async function openServer({
  where,
  log,
  kept_in,
}: {
  where: 'memory' | 'disk';
  log: (line: string) => void;
  /** A folder that outlives the bench. */
  kept_in?: string | undefined;
}): Promise<BenchServer & { close(): Promise<void> }> {
  const made = (): Promise<string> =>
    where === 'memory' ? makeTestFolder() : mkdtemp(join(tmpdir(), 'dmrv-bench-'));
  const folder = kept_in ?? (await made());
  const remove = async (): Promise<void> => {
    if (kept_in !== undefined) return;
    await (where === 'memory' ? removeTestFolder(folder) : rm(folder, { recursive: true, force: true }));
  };
  try {
    const postgres = await startPostgres({ data_folder: join(folder, 'postgres'), durable: false, log });
    try {
      return { ...(await makeTemplate(postgres.admin_url)), close: () => postgres.stop().then(remove) };
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  } catch (error) {
    await remove();
    throw error;
  }
}

async function makeTemplate(admin_url: string): Promise<BenchServer> {
  const login_secret = randomBytes(SECRET_BYTES).toString('hex');
  const template = 'bench_template';
  await prepareDatabase({ admin_url, database: template, login_secret });
  return {
    admin_url,
    template,
    urlFor: ({ database, login }) =>
      loginUrl({ admin_url: databaseUrl(admin_url, database), login, login_secret }),
  };
}
