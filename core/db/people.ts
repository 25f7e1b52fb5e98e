// Owns finding or noting a person of a tenant by the mail address; leaves signing in, roles and invitations to later files.

import { sql, type Transaction } from 'kysely';
import { DmrvError } from '../errors/index.ts';
import { oneOf } from './list-page.ts';
import type { DB } from './types.ts';

export type Person = { email: string; display_name?: string | undefined };

/** The id of the tenant's user with that address; one that is new is noted as invited, and may not sign in yet. */
export async function notePerson(trx: Transaction<DB>, person: Person): Promise<string> {
  const { email, display_name = null } = person;
  await sql`insert into iam.users (tenant_id, email, display_name)
    values (app.current_tenant_id(), ${email}, ${display_name}) on conflict (tenant_id, email) do nothing`.execute(
    trx,
  );
  const { user_id, status } = await oneOf(
    trx,
    sql<{
      user_id: string;
      status: string;
    }>`select user_id, status from iam.users where email = ${email}::citext`,
  );
  if (status === 'deleted')
    throw new DmrvError('CONFLICT', { facts: { rule: 'a deleted user stays deleted' } });
  return user_id;
}
