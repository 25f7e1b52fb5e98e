// Shows that the generated files say what the migrations make, and that the dumped schema makes the same.

import { readFile } from 'node:fs/promises';
import test from 'ava';
import { LOGINS, OWNER_ROLE, roleName } from '../core/db/logins.ts';
import { databaseUrl, prepareDatabase } from '../core/db/prepare.ts';
import { dumpSchema } from '../scripts/schema/dump-schema.ts';
import { findStaleFiles, generateFiles } from '../scripts/schema/generate-files.ts';
import { createTestDatabase } from './support/database.ts';
import { query, start, testFolder } from './support/launcher.ts';
import { listObjects } from './support/list-objects.ts';
import { sameLines, sameText } from './support/same-lines.ts';

const SCHEMA = new URL('../migrations/schema.sql', import.meta.url);
const DATA_MODEL = new URL('../docs/data-model.md', import.meta.url);

const TABLE_NAMES = `
  SELECT oid::regclass::text AS name FROM pg_class
  WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace::regnamespace::text
    NOT IN ('pg_catalog', 'information_schema', 'migration', 'pgboss')`;

test('schema.sql, the table types and the docs say what the migrations make', async (t) => {
  const { admin_url } = await createTestDatabase(t);
  const stale = await findStaleFiles(await generateFiles(admin_url));
  t.deepEqual(
    stale.map(({ path }) => path),
    [],
    'These files are stale. Run "npm run generate".',
  );
});

test('the generated files are the same whatever plan PostgreSQL takes', async (t) => {
  const { admin_url } = await createTestDatabase(t);
  const database = new URL(admin_url).pathname.slice(1);
  for (const joins of [
    ['enable_hashjoin', 'enable_mergejoin'],
    ['enable_nestloop', 'enable_mergejoin'],
    ['enable_nestloop', 'enable_hashjoin'],
  ]) {
    await query(admin_url, `ALTER DATABASE "${database}" RESET ALL`);
    for (const join of joins) await query(admin_url, `ALTER DATABASE "${database}" SET ${join} = off`);
    const stale = await findStaleFiles(await generateFiles(admin_url));
    t.deepEqual(
      stale.map(({ path }) => path),
      [],
      `without ${joins.join(' and ')}`,
    );
  }
});

test('one table more makes every generated file stale', async (t) => {
  const { admin_url } = await createTestDatabase(t);
  await query(admin_url, 'CREATE TABLE core.extra (extra_id uuid PRIMARY KEY)');
  const stale = await findStaleFiles(await generateFiles(admin_url));
  t.deepEqual(
    stale.map(({ path }) => path),
    ['migrations/schema.sql', 'core/db/types.ts', 'docs/data-model.md'],
  );
});

test('the docs tell of each table what a row of it is, once', async (t) => {
  const { admin_url } = await createTestDatabase(t);
  const document = await readFile(DATA_MODEL, 'utf8');
  const told = [...document.matchAll(/^\| `([a-z]\w*\.\w+)` \| \S/gm)].map(([, name]) => name);
  const tables = await query<{ name: string }>(admin_url, TABLE_NAMES);
  t.deepEqual(told.sort(), tables.map(({ name }) => name).sort());
});

test('schema.sql makes the same from an empty database, on a server without our roles', async (t) => {
  const server = await start(t, { data_folder: `${await testFolder(t)}/postgres` });
  // Its administrator need not be a superuser: it may create roles and owns the database.
  await query(server.admin_url, `CREATE ROLE administrator LOGIN CREATEROLE PASSWORD 'of this test'`);
  await query(server.admin_url, 'CREATE DATABASE empty OWNER administrator');
  const admin_url = databaseUrl(server.admin_url, 'empty');
  const url = new URL(admin_url);
  [url.username, url.password] = ['administrator', 'of this test'];
  const text = await readFile(SCHEMA, 'utf8');

  await query(url.href, text);

  sameText(t, { found: await dumpSchema(admin_url), expected: text });
  const migrated = await createTestDatabase(t);
  sameLines(t, {
    found: await listObjects(admin_url),
    expected: await listObjects(migrated.admin_url),
  });
  const roles = await query<{ name: string }>(
    admin_url,
    `SELECT rolname AS name FROM pg_roles WHERE rolname LIKE 'dmrv\\_%' AND NOT rolcanlogin AND NOT rolbypassrls
       AND NOT rolsuper AND NOT rolcreaterole AND NOT rolcreatedb`,
  );
  t.deepEqual(roles.map(({ name }) => name).sort(), [OWNER_ROLE, ...LOGINS.map(roleName)].sort());

  await t.throwsAsync(() => query(url.href, text), { message: /already exists/ }, 'applied a second time');
  sameText(t, { found: await dumpSchema(admin_url), expected: text });

  // A superuser, beside databases that use the roles already.
  await query(server.admin_url, 'CREATE DATABASE second');
  await query(databaseUrl(server.admin_url, 'second'), text);
  sameText(t, { found: await dumpSchema(databaseUrl(server.admin_url, 'second')), expected: text });
});

test('a database made from migrations has the same dump whatever the order of its tables and its locale', async (t) => {
  const server = await start(t, { data_folder: `${await testFolder(t)}/postgres` });
  await query(
    server.admin_url,
    `CREATE DATABASE elsewhere TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C'`,
  );
  await prepareDatabase({ admin_url: server.admin_url, database: 'elsewhere', login_secret: 'of this test' });
  const found = await dumpSchema(databaseUrl(server.admin_url, 'elsewhere'));
  sameText(t, { found, expected: await readFile(SCHEMA, 'utf8') });
});

test('what the migrations do not use yet is dumped too', async (t) => {
  const { admin_url } = await createTestDatabase(t);
  await query(admin_url, UNUSED_YET);
  const text = await dumpSchema(admin_url);
  const copy = await createTestDatabase(t);
  await query(copy.admin_url, EMPTY);

  await query(copy.admin_url, text);

  sameText(t, { found: await dumpSchema(copy.admin_url), expected: text });
  sameLines(t, { found: await listObjects(copy.admin_url), expected: await listObjects(admin_url) });
});

test('what the dump has no words for is refused by name', async (t) => {
  for (const [sql, name] of [
    [
      'CREATE VIEW core.tenant_names AS SELECT name FROM core.tenants',
      'relation core.tenant_names of kind v',
    ],
    ['CREATE SEQUENCE core.numbers', 'relation core.numbers of kind S'],
    [`CREATE TYPE core.mood AS ENUM ('good', 'bad')`, 'type core.mood'],
    ['CREATE TABLE public.stray (id int)', 'object in public: table public.stray'],
    ['CREATE PROCEDURE core.act() LANGUAGE sql AS $$ SELECT 1 $$', 'procedure or aggregate core.act()'],
    ['CREATE UNLOGGED TABLE core.fleeting (id int)', 'unlogged, typed or oddly kept table core.fleeting'],
    ['ALTER TABLE core.tenants ALTER name SET STATISTICS 500', 'settings of column core.tenants.name'],
    ['CREATE RULE quiet AS ON DELETE TO core.tenants DO INSTEAD NOTHING', 'rule on core.tenants'],
  ] as const) {
    const { admin_url } = await createTestDatabase(t);
    await query(admin_url, sql);
    const error = await t.throwsAsync(
      () => dumpSchema(admin_url),
      { message: /^The dump cannot describe: / },
      sql,
    );
    t.true(error?.message.includes(`${name}. `), error?.message);
  }
});

const UNUSED_YET = `
  CREATE SCHEMA odd AUTHORIZATION dmrv_owner;
  SET ROLE dmrv_owner;
  CREATE DOMAIN odd.level AS integer DEFAULT 3 CONSTRAINT level_given NOT NULL CONSTRAINT level_low CHECK (VALUE < 9);
  REVOKE ALL ON DOMAIN odd.level FROM PUBLIC;
  CREATE TABLE odd."Table ""one""" (
    id integer CONSTRAINT id_given NOT NULL GENERATED ALWAYS AS IDENTITY,
    "order" odd.level,
    doubled integer GENERATED ALWAYS AS (id * 2) STORED,
    label text COLLATE "C" DEFAULT 'it''s') WITH (fillfactor = 70);
  CREATE FUNCTION odd.a_count() RETURNS bigint LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT count(*) FROM odd."Table ""one"""; END;
  CREATE FUNCTION odd.z_first(integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 + 1;
  CREATE TABLE odd.after_function (id integer DEFAULT odd.z_first(1), CHECK (odd.z_first(id) > 0));
  ALTER TABLE odd.after_function ADD CONSTRAINT spelt_two_ways CHECK
    (id BETWEEN 1 AND 9 AND id <> 5 OR (id = 5 OR id = 6) OR id < 0 AND (id > -9 AND id > -8));
  ALTER TABLE odd.after_function ADD CONSTRAINT later CHECK (id < 1000) NOT VALID;
  CREATE FUNCTION odd.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TRIGGER always AFTER INSERT ON odd.after_function FOR EACH ROW EXECUTE FUNCTION odd.nothing('x');
  ALTER TABLE odd.after_function ENABLE ALWAYS TRIGGER always;
  CREATE TRIGGER never AFTER INSERT ON odd.after_function FOR EACH ROW EXECUTE FUNCTION odd.nothing();
  ALTER TABLE odd.after_function DISABLE TRIGGER never;
  CREATE POLICY narrow ON odd.after_function AS RESTRICTIVE FOR INSERT TO dmrv_app, dmrv_holder WITH CHECK (id > 1);
  CREATE POLICY wide ON odd.after_function USING (true);
  GRANT SELECT ON odd.after_function TO PUBLIC;
  GRANT INSERT, UPDATE (id) ON odd.after_function TO dmrv_app WITH GRANT OPTION;
  GRANT ALL ON odd."Table ""one""" TO dmrv_indexer;
  GRANT SELECT ("order", id) ON odd."Table ""one""" TO dmrv_holder;
  COMMENT ON SCHEMA odd IS 'it''s odd';
  COMMENT ON TABLE odd.after_function IS 'a table';
  COMMENT ON COLUMN odd.after_function.id IS 'a column';
  COMMENT ON CONSTRAINT later ON odd.after_function IS 'a constraint';
  COMMENT ON TRIGGER never ON odd.after_function IS 'a trigger';
  COMMENT ON POLICY wide ON odd.after_function IS 'a policy';
  COMMENT ON FUNCTION odd.z_first(integer) IS 'a function';
  COMMENT ON DOMAIN odd.level IS 'a domain'`;

// A clone is there at once; what is in it goes with its schemas.
const EMPTY = `
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace
      WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')
    LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
  END $$;
  DROP EXTENSION citext, btree_gist`;
