// Owns the names of the database's roles, their passwords and how they come to be; leaves grants to migrations/.
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DmrvError } from '../errors/index.ts';

export const LOGINS = [
  'app',
  'indexer',
  'reconciler',
  'registry_reader',
  'holder',
  'operator',
  'prover',
  'visitor',
] as const;
export type Login = (typeof LOGINS)[number];

/** Owns every object, runs the migrations, cannot log in: whoever may administer the server becomes it. */
export const OWNER_ROLE = 'dmrv_owner';

export function roleName(login: Login): string {
  return `dmrv_${login}`;
}

/** A login's password follows from one secret, so that a deployment keeps one secret and not one each. */
export function loginPassword(login: Login, login_secret: string): string {
  return createHmac('sha256', login_secret).update(`dmrv-near login ${login}`).digest('base64url');
}

export function loginUrl(options: { admin_url: string; login: Login; login_secret: string }): string {
  const url = new URL(options.admin_url);
  url.username = roleName(options.login);
  url.password = loginPassword(options.login, options.login_secret);
  return url.href;
}

// Roles belong to the whole server, locks to one database: two deployments on one server can meet here.
const ATTEMPTS = 10;
const PAUSE_MS = 50;
const CONCURRENT_CHANGE = 'XX000';
const JUST_CREATED: ReadonlySet<string> = new Set(['23505', '42710']);

/** Creates what is missing, sets the passwords, and makes sure that no login can do more than it should. */
export async function ensureRoles(admin: pg.ClientBase, login_secret: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await admin.query('begin');
      await setRoles(admin, login_secret);
      await admin.query('commit');
      return;
    } catch (error) {
      await admin.query('rollback');
      if (attempt === ATTEMPTS || !isMeeting(error)) throw error;
    }
    await sleep(PAUSE_MS * attempt);
  }
}

function isMeeting(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  const met = error.code === CONCURRENT_CHANGE && error.message.includes('concurrently');
  return met || JUST_CREATED.has(error.code ?? '');
}

async function setRoles(admin: pg.ClientBase, login_secret: string): Promise<void> {
  await ensureRole(admin, OWNER_ROLE, 'NOLOGIN');
  for (const login of LOGINS) {
    const password = pg.escapeLiteral(loginPassword(login, login_secret));
    await ensureRole(admin, roleName(login), `LOGIN PASSWORD ${password}`);
  }
  await admin.query(`DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      EXECUTE format('GRANT ${OWNER_ROLE} TO %I WITH SET TRUE, INHERIT TRUE', current_user);
    END IF;
  END $$`);
}

// Role names and options are constants of this file; ALTER ROLE takes no parameters, hence the literal above.
async function ensureRole(admin: pg.ClientBase, role: string, options: string): Promise<void> {
  const found = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
  const name = pg.escapeIdentifier(role);
  if (found.rowCount === 0) await admin.query(`CREATE ROLE ${name} ${options}`);
  else await admin.query(`ALTER ROLE ${name} ${options}`);
  await admin.query(`ALTER ROLE ${name} RESET ALL`);
  await assertPlain(admin, role);
}

// Row security is only as strong as the roles under it. A role that was there before may have been given more.
async function assertPlain(admin: pg.ClientBase, role: string): Promise<void> {
  const { rows } = await admin.query<{ excess: string }>(
    `select excess from pg_roles, lateral (values ('SUPERUSER', rolsuper), ('BYPASSRLS', rolbypassrls),
       ('REPLICATION', rolreplication), ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb),
       ('membership in ' || (select string_agg(m.roleid::regrole::text, ', ') from pg_auth_members m
         where m.member = pg_roles.oid), true)) as t (excess, has)
     where rolname = $1 and has and excess is not null`,
    [role],
  );
  if (rows.length === 0) return;
  const excess = rows.map((row) => row.excess).join(', ');
  throw new DmrvError('DATABASE_ROLE_TOO_STRONG', { facts: { role, excess } });
}
