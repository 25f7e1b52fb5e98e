// Owns who can call the API, as a type, and each kind's identity in the database; leaves recognising them to plugins/callers.

import type { Identity } from '../core/db/identity.ts';
import type { Login } from '../core/db/logins.ts';
import type { Scope } from './schemas/scopes.ts';

/** An organisation that works here, by one of its keys. */
export type TenantCaller = {
  kind: 'tenant';
  tenant_id: string;
  api_key_id: string;
  scopes: ReadonlySet<Scope>;
};

/** The platform's own people, by a key that belongs to no tenant. What they read is recorded. */
export type OperatorCaller = { kind: 'operator'; platform_key_id: string; scopes: ReadonlySet<Scope> };

/** A registry, which sees what concerns it over all tenants. `registry_name` goes with the type "other" alone. */
export type RegistryCaller = {
  kind: 'registry';
  registry_key_id: string;
  registry_type: string;
  registry_name?: string;
  scopes: ReadonlySet<Scope>;
};

/** A NEAR account that signed a message; it sees its own credits and needs no scope. */
export type HolderCaller = { kind: 'holder'; holder_session_id: string; account_id: string };

/** Whoever did not say who they are, on the few routes that are open. */
export type AnyoneCaller = { kind: 'anyone' };

export type Caller = TenantCaller | OperatorCaller | RegistryCaller | HolderCaller | AnyoneCaller;

export type CallerKind = Caller['kind'];

/** Whose eyes the database lends: one login for each kind of caller, so that row security decides what is seen. */
export function identityOf(caller: Caller): { login: Login; identity: Identity } {
  const actor = actorOf(caller);
  switch (caller.kind) {
    case 'tenant':
      return { login: 'app', identity: { kind: 'tenant', tenant_id: caller.tenant_id, actor } };
    case 'operator':
      return { login: 'operator', identity: { kind: 'platform', actor } };
    case 'registry': {
      const { registry_type, registry_name } = caller;
      const named = registry_name === undefined ? {} : { registry_name };
      return { login: 'registry_reader', identity: { kind: 'registry', registry_type, ...named, actor } };
    }
    case 'holder':
      return { login: 'holder', identity: { kind: 'account', account_id: caller.account_id, actor } };
    case 'anyone':
      return { login: 'app', identity: { kind: 'anyone', actor } };
  }
}

/** On routes of what is public everybody has the same eyes. */
export function visitorOf(caller: Caller): { login: Login; identity: Identity } {
  return { login: 'visitor', identity: { kind: 'anyone', actor: actorOf(caller) } };
}

/** How the audit trail names the caller. */
export function actorOf(caller: Caller): string {
  switch (caller.kind) {
    case 'tenant':
      return `api_key:${caller.api_key_id}`;
    case 'operator':
      return `platform_key:${caller.platform_key_id}`;
    case 'registry':
      return `registry_key:${caller.registry_key_id}`;
    case 'holder':
      return `account:${caller.account_id}`;
    case 'anyone':
      return 'anyone';
  }
}
