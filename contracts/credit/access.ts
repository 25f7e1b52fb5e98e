// Owns who may call what: owner, guardians, roles of a registry, pauses; leaves granting to roles.ts and pausing to pauses.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { panic } from './errors.ts';
import type { AttestedBy, Feature, Role } from './event-types.ts';
import type { GlobalRecord } from './global-record.ts';
import type { RegistryRecord } from './registry-record.ts';

export const FEATURE_LETTERS: { readonly [F in Feature]: string } = {
  mint: 'm',
  transfer: 't',
  approve: 'a',
  retire: 'r',
  parts: 'p',
  registry_acts: 'g',
};

export function requireUnpaused({ paused }: GlobalRecord, feature: Feature): void {
  if (paused !== '' && paused.indexOf(FEATURE_LETTERS[feature]) >= 0) {
    panic('FEATURE_PAUSED', `${feature} is paused`);
  }
}

/** The caller's id, which is the owner's. */
export function requireOwner({ owner_id }: GlobalRecord): string {
  const caller_id = near.predecessorAccountId();
  if (caller_id !== owner_id) panic('NOT_OWNER', `${caller_id} does not own the contract`);
  return caller_id;
}

export function isGuardian({ guardians }: GlobalRecord, account_id: string): boolean {
  return guardians.indexOf(`;${account_id};`) >= 0;
}

export function requirePrivate(): void {
  const caller_id = near.predecessorAccountId();
  if (caller_id !== near.currentAccountId()) panic('NOT_PRIVATE', `${caller_id} is not this contract`);
}

export const ROLE_LETTERS: { readonly [R in Exclude<Role, 'guardian'>]: string } = {
  minter: 'm',
  registry: 'r',
  registry_agent: 'a',
};

/** Where the entry's own text starts and ends, without its ';'. A minter's goes on with its cap, see roles.ts. */
export function findRole(
  { roles }: RegistryRecord,
  role: Exclude<Role, 'guardian'>,
  account_id: string,
): { start: number; end: number } | undefined {
  const at = roles.indexOf(`;${ROLE_LETTERS[role]} ${account_id} `);
  return at < 0 ? undefined : { start: at + 1, end: roles.indexOf(';', at + 1) };
}

/** As whom the caller speaks for the registry; its own word where it has both roles. */
export function requireAttester(registry: RegistryRecord, caller_id: string): AttestedBy {
  if (findRole(registry, 'registry', caller_id) !== undefined) return 'registry';
  if (findRole(registry, 'registry_agent', caller_id) !== undefined) return 'registry_agent';
  return panic('WRONG_REGISTRY', `${caller_id} neither is nor acts for ${registry.id}`);
}
