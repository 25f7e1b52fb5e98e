// Shows who may use a route: by kind, by permission, by the state of the tenant.

import test from 'ava';
import type { Caller } from '../caller.ts';
import type { WhoMayCall } from '../route.ts';
import type { Scope } from '../schemas/scopes.ts';
import { authorise } from './authorise.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const scopes = (...names: Scope[]): ReadonlySet<Scope> => new Set(names);
const tenant = (...names: Scope[]): Caller => ({
  kind: 'tenant',
  tenant_id: ID,
  api_key_id: ID,
  scopes: scopes(...names),
});
const holder: Caller = { kind: 'holder', holder_session_id: ID, account_id: 'alice.near' };
const anyone: Caller = { kind: 'anyone' };

type Tried = { callers: WhoMayCall; caller: Caller; method?: 'GET' | 'POST'; tenant_status?: string };

function verdict({ callers, caller, method = 'GET', tenant_status }: Tried): string {
  try {
    authorise({ route: { callers, method }, caller, tenant_status });
    return 'may';
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'));
  }
}

const READ: WhoMayCall = { tenant: 'credits:read', holder: 'own' };

test('a key needs the permission that the route names, and no other serves', (t) => {
  t.is(verdict({ callers: READ, caller: tenant('credits:read') }), 'may');
  t.is(verdict({ callers: READ, caller: tenant('credits:read', 'mrv:write') }), 'may');
  t.is(verdict({ callers: READ, caller: tenant('credits:write') }), 'FORBIDDEN');
  t.is(verdict({ callers: READ, caller: tenant() }), 'FORBIDDEN');
});

test('a kind of caller that the route does not name is refused, whatever its permissions', (t) => {
  t.is(verdict({ callers: READ, caller: holder }), 'may');
  t.is(verdict({ callers: { tenant: 'credits:read' }, caller: holder }), 'FORBIDDEN');
  const operator: Caller = { kind: 'operator', platform_key_id: ID, scopes: scopes('credits:read') };
  t.is(verdict({ callers: READ, caller: operator }), 'FORBIDDEN');
});

test('without a key only open routes answer, and they answer everybody', (t) => {
  t.is(verdict({ callers: READ, caller: anyone }), 'UNAUTHENTICATED');
  for (const caller of [anyone, holder, tenant()]) {
    t.is(verdict({ callers: { anyone: 'open' }, caller }), 'may');
  }
});

test('a suspended or churned tenant may do nothing, a restricted one only read', (t) => {
  const callers: WhoMayCall = { tenant: 'credits:read' };
  const caller = tenant('credits:read');
  for (const [tenant_status, reading, writing] of [
    ['active', 'may', 'may'],
    ['grace_period', 'may', 'may'],
    ['restricted', 'may', 'FORBIDDEN'],
    ['suspended', 'FORBIDDEN', 'FORBIDDEN'],
    ['churned', 'FORBIDDEN', 'FORBIDDEN'],
  ] as const) {
    t.is(verdict({ callers, caller, tenant_status }), reading, tenant_status);
    t.is(verdict({ callers, caller, tenant_status, method: 'POST' }), writing, tenant_status);
  }
});
