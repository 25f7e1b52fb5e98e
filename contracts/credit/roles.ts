// Owns granting, revoking and showing roles, and a minter's cap for a day; leaves asking for a role to access.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { findRole, isGuardian, ROLE_LETTERS, requireOwner } from './access.ts';
import { type Args, asAccountId, asOneOf, asRegistryId, asTonnage, optional, readArgs } from './args.ts';
import { todayNumber } from './block-time.ts';
import { requireOneYocto } from './deposits.ts';
import { panic } from './errors.ts';
import type { Role, RoleChange } from './event-types.ts';
import { tellCredit } from './events.ts';
import { type GlobalRecord, loadGlobal, saveGlobal } from './global-record.ts';
import {
  createRegistry,
  findRegistry,
  getRegistry,
  listRegistries,
  type RegistryRecord,
  saveRegistry,
} from './registry-record.ts';
import { formatTonnage, formatUnits, UNITS_PER_TONNE } from './tonnage.ts';

type RegistryRole = Exclude<Role, 'guardian'>;

const REGISTRY_ROLES = Object.keys(ROLE_LETTERS) as RegistryRole[];
const ROLES: Role[] = [...REGISTRY_ROLES, 'guardian'];
/** Bound the records that hold them. */
export const MAX_ROLES_OF_A_REGISTRY = 32;
export const MAX_GUARDIANS = 16;
/** Where a grant says nothing else: the tonnes a minter may mint on one UTC day. */
export const DEFAULT_DAILY_UNITS = 1_000_000n * UNITS_PER_TONNE;

export function grant_role(): void {
  const args = readArgs();
  requireOneYocto();
  const global = loadGlobal();
  const granted_by = requireOwner(global);
  const { role, account_id, registry } = asGrant(args);
  const wished = optional(args.daily_tonnage, 'daily_tonnage', asTonnage);
  if (wished !== undefined && role !== 'minter') {
    panic('ARGUMENT_INVALID', 'daily_tonnage is for minters only');
  }
  if (role === 'guardian') grantGuardian(global, account_id);
  else grantOfRegistry({ role, account_id, registry: registry as string, wished });
  const change = changeOf({ role, account_id, registry, granted_by });
  const daily_tonnage = formatTonnage(wished ?? DEFAULT_DAILY_UNITS);
  tellCredit('role_grant', role === 'minter' ? { ...change, daily_tonnage } : change);
}

export function revoke_role(): void {
  const args = readArgs();
  requireOneYocto();
  const global = loadGlobal();
  const granted_by = requireOwner(global);
  const { role, account_id, registry } = asGrant(args);
  if (role === 'guardian') {
    if (!isGuardian(global, account_id)) panic('NOT_FOUND', `${account_id} is no guardian`);
    global.guardians = global.guardians.split(`;${account_id};`).join(';');
    saveGlobal(global);
  } else {
    const record = getRegistry(registry as string);
    const found = findRole(record, role, account_id);
    if (found === undefined) panic('NOT_FOUND', `${account_id} is no ${role} of ${record.id}`);
    record.roles = record.roles.slice(0, found.start) + record.roles.slice(found.end + 1);
    saveRegistry(record);
  }
  tellCredit('role_revoke', changeOf({ role, account_id, registry, granted_by }));
}

export function has_role(): void {
  const { role, account_id, registry } = asGrant(readArgs());
  let has: boolean;
  if (role === 'guardian') {
    has = isGuardian(loadGlobal(), account_id);
  } else {
    const record = findRegistry(registry as string);
    has = record !== undefined && findRole(record, role, account_id) !== undefined;
  }
  near.valueReturn(has ? 'true' : 'false');
}

/** Of one registry, or of all with the guardians. */
export function list_roles(): void {
  const registry = optional(readArgs().registry, 'registry', asRegistryId);
  let roles = '';
  if (registry === undefined) {
    for (const account_id of loadGlobal().guardians.split(';')) {
      if (account_id !== '') roles += `,{"role":"guardian","account_id":"${account_id}"}`;
    }
  }
  for (const id of registry === undefined ? listRegistries() : [registry]) {
    const record = findRegistry(id);
    if (record !== undefined) roles += listRegistryRoles(record);
  }
  near.valueReturn(`[${roles.slice(1)}]`);
}

/** Counts the tonnes against the minter's day; a new day begins at 0. */
export function debitMinter(
  record: RegistryRecord,
  { minter_id, units }: { minter_id: string; units: bigint },
): void {
  const found = findRole(record, 'minter', minter_id);
  if (found === undefined) panic('WRONG_REGISTRY', `${minter_id} is no minter of ${record.id}`);
  const [letter, account_id, cap, day, used] = record.roles.slice(found.start, found.end).split(' ') as [
    string,
    string,
    string,
    string,
    string,
  ];
  const now = `${todayNumber()}`;
  const used_now = (day === now ? BigInt(used) : 0n) + units;
  if (used_now > BigInt(cap)) {
    panic(
      'MINT_CAP_REACHED',
      `${minter_id} may mint ${formatTonnage(BigInt(cap))} t a day for ${record.id}, this would make ${formatTonnage(used_now)}`,
    );
  }
  const entry = `${letter} ${account_id} ${cap} ${now} ${used_now}`;
  record.roles = record.roles.slice(0, found.start) + entry + record.roles.slice(found.end);
}

function asGrant(args: Args): { role: Role; account_id: string; registry: string | undefined } {
  const role = asOneOf(args.role, 'role', ROLES);
  const account_id = asAccountId(args.account_id, 'account_id');
  const registry = optional(args.registry, 'registry', asRegistryId);
  if ((role === 'guardian') !== (registry === undefined)) {
    panic('ARGUMENT_INVALID', `registry must be ${role === 'guardian' ? 'absent' : 'named'} for a ${role}`);
  }
  return { role, account_id, registry };
}

function changeOf({
  role,
  account_id,
  registry,
  granted_by,
}: {
  role: Role;
  account_id: string;
  registry: string | undefined;
  granted_by: string;
}): RoleChange {
  return registry === undefined
    ? { role, account_id, granted_by }
    : { role, account_id, registry, granted_by };
}

function grantGuardian(global: GlobalRecord, account_id: string): void {
  if (isGuardian(global, account_id)) panic('ALREADY_SET', `${account_id} is a guardian already`);
  if (global.guardians.split(';').length - 2 >= MAX_GUARDIANS) {
    panic('TOO_MANY', `there are ${MAX_GUARDIANS} guardians already`);
  }
  global.guardians += `${account_id};`;
  saveGlobal(global);
}

/** A minter's grant may be repeated to change the cap; what the day has used stays used. */
function grantOfRegistry({
  role,
  account_id,
  registry,
  wished,
}: {
  role: RegistryRole;
  account_id: string;
  registry: string;
  /** Units of a day; the usual ones where absent. */
  wished: bigint | undefined;
}): void {
  const record = findRegistry(registry) ?? createRegistry(registry);
  const found = findRole(record, role, account_id);
  if (found !== undefined && wished === undefined) {
    panic('ALREADY_SET', `${account_id} is ${role} of ${registry} already`);
  }
  if (found === undefined) {
    if (record.roles.split(';').length - 2 >= MAX_ROLES_OF_A_REGISTRY) {
      panic('TOO_MANY', `${registry} has ${MAX_ROLES_OF_A_REGISTRY} roles already`);
    }
    const cap = role === 'minter' ? `${wished ?? DEFAULT_DAILY_UNITS} 0 0` : '';
    record.roles += `${ROLE_LETTERS[role]} ${account_id} ${cap};`;
  } else {
    const entry = record.roles.slice(found.start, found.end).split(' ');
    if (entry[2] === `${wished}`) panic('ALREADY_SET', `${account_id} has this cap for ${registry} already`);
    entry[2] = `${wished}`;
    record.roles = record.roles.slice(0, found.start) + entry.join(' ') + record.roles.slice(found.end);
  }
  saveRegistry(record);
}

/** As JSON, each with a comma before it. */
function listRegistryRoles({ id, roles }: RegistryRecord): string {
  let found = '';
  for (const entry of roles.split(';')) {
    if (entry === '') continue;
    const fields = entry.split(' ') as [string, string, string];
    const role = REGISTRY_ROLES.find((name) => ROLE_LETTERS[name] === fields[0]);
    const daily = role === 'minter' ? `,"daily_tonnage":"${formatUnits(fields[2])}"` : '';
    found += `,{"role":"${role}","account_id":"${fields[1]}","registry":"${id}"${daily}}`;
  }
  return found;
}
