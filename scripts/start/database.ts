// Owns the choice between the embedded database and DATABASE_URL; leaves tables and logins to core/db.

import type { Config } from '../../core/config/index.ts';
import { type Login, loginUrl } from '../../core/db/logins.ts';
import { databaseUrl, prepareDatabase } from '../../core/db/prepare.ts';
import { keepSecret, PostgresLaunchError, startPostgres } from '../../core/postgres/index.ts';

export const EMBEDDED_DATABASE = 'dmrv';

export type UrlFor = (login: Login) => string;

export type Database = {
  // For people: where the database is, without any password.
  shown: string;
  // Brings roles and tables up to date; returns each login's way in.
  prepare(): Promise<UrlFor>;
  // Of whoever may become the owner: for what no login may write.
  owner_url: string;
  announce(url: string): Promise<void>;
  // Settles when the embedded server ends unasked.
  failure: Promise<PostgresLaunchError>;
  close(): Promise<void>;
};

type OpenOptions = { config: Config; note: (line: string) => void };

export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { url } = options.config.database;
  return url === undefined ? await openEmbedded(options) : openGiven({ ...options, url });
}

async function openEmbedded({ config, note }: OpenOptions): Promise<Database> {
  const { data_folder } = config.database;
  const postgres = await startPostgres({ data_folder, durable: true, log: note });
  let closing = false;
  const failure = postgres.ended.then(({ code, signal }) => {
    if (closing) return new Promise<never>(() => undefined);
    return endedUnasked({ data_folder, how: signal ?? `exit code ${code}` });
  });
  return {
    shown: `embedded PostgreSQL on 127.0.0.1:${postgres.port}, data in ${data_folder}`,
    prepare: () => prepare({ config, admin_url: postgres.admin_url, database: EMBEDDED_DATABASE, note }),
    owner_url: databaseUrl(postgres.admin_url, EMBEDDED_DATABASE),
    announce: postgres.announce,
    failure,
    close: async () => {
      closing = true;
      await postgres.stop();
    },
  };
}

function openGiven({ config, note, url }: OpenOptions & { url: string }): Database {
  const { host, pathname } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  return {
    shown: `DATABASE_URL: ${database} on ${host}`,
    prepare: () => prepare({ config, admin_url: url, database, note }),
    owner_url: databaseUrl(url, database),
    announce: async () => undefined,
    failure: new Promise<never>(() => undefined),
    close: async () => undefined,
  };
}

async function prepare(about: OpenOptions & { admin_url: string; database: string }): Promise<UrlFor> {
  const { config, admin_url, database, note } = about;
  // Made once and kept, so that the logins' passwords stay the same over restarts.
  const login_secret =
    config.database.login_secret ??
    (await keepSecret({ folder: config.database.data_folder, name: 'login-secret' }));
  await prepareDatabase({ admin_url, database, login_secret, log: note });
  return (login) => loginUrl({ admin_url: databaseUrl(admin_url, database), login, login_secret });
}

function endedUnasked(about: { data_folder: string; how: string }): PostgresLaunchError {
  return new PostgresLaunchError('POSTGRES_START_FAILED', {
    what: `The embedded PostgreSQL ended by itself (${about.how}).`,
    facts: about,
    remedy: `Read the last lines of ${about.data_folder}/server.log, then start again; committed rows are kept.`,
  });
}
