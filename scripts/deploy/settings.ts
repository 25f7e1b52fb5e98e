// Owns what a deployment is told: owner, metadata, delay, roles, from a file or for the localnet; leaves their fine rules to the contract.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Role } from '../../contracts/credit/event-types.ts';
import { isAccountId } from '../../core/near/account-id.ts';
import { refuseDeployment } from './refusal.ts';

const MAX_GRANTS = 100;
const REGISTRY_ROLES = ['minter', 'registry', 'registry_agent'] as const satisfies readonly Role[];

const accountId = z.string().refine(isAccountId, 'must be an account id');
const digits = z.string().regex(/^(0|[1-9]\d{0,19})$/, 'must be a whole number in quotes');
const tonnage = z.string().regex(/^\d{1,12}(\.\d{1,8})?$/, 'must be tonnes in quotes');
const grant = z.union([
  z.strictObject({ role: z.literal('guardian'), account_id: accountId }),
  z.strictObject({
    role: z.enum(REGISTRY_ROLES),
    account_id: accountId,
    registry: z.string().regex(/^[a-z\d_:-]{1,70}$/, 'must be a registry such as verra or other:name'),
    daily_tonnage: tonnage.optional(),
  }),
]);

const metadata = z.strictObject({
  spec: z.literal('nft-1.0.0'),
  name: z.string().min(1),
  symbol: z.string().min(1),
  icon: z.string().optional(),
  base_uri: z.string().optional(),
  reference: z.string().optional(),
  reference_hash: z.string().optional(),
});

const settings = z.strictObject({
  owner_id: accountId,
  upgrade_delay_ns: digits,
  metadata,
  roles: z.array(grant).max(MAX_GRANTS).default([]),
});

export type Settings = z.infer<typeof settings>;
export type Grant = z.infer<typeof grant>;

export async function readSettings(path: string): Promise<Settings> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return refuseDeployment(`The settings ${path} cannot be read.`, 'Name a file with --settings.', error);
  }
  return parseSettings(text, path);
}

export function parseSettings(text: string, path: string): Settings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuseDeployment(`The settings ${path} are no JSON.`, 'Mend the file.', error);
  }
  const parsed = settings.safeParse(value);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(
    ({ path: at, message }) => `${at.map(String).join('.') || 'the file'}: ${message}`,
  );
  return refuseDeployment(
    `The settings ${path} have ${mistakes.length} mistake(s): ${mistakes.join('; ')}.`,
    'Mend them; "npm run deploy -- --help" shows an example.',
  );
}

const ONE_MINUTE_NS = '60000000000';

/** A chain for development: the delay is short, so that an upgrade can be tried. */
export const LOCALNET_SETTINGS: Settings = {
  owner_id: 'owner.localnet',
  upgrade_delay_ns: ONE_MINUTE_NS,
  metadata: { spec: 'nft-1.0.0', name: 'dMRV carbon credits', symbol: 'DMRV' },
  roles: [
    { role: 'guardian', account_id: 'guardian.localnet' },
    ...(['verra', 'isometric'] as const).flatMap((registry): Grant[] => [
      { role: 'minter', account_id: 'minter.localnet', registry },
      { role: 'registry', account_id: `${registry}.localnet`, registry },
      { role: 'registry_agent', account_id: `${registry}-agent.localnet`, registry },
    ]),
  ],
};

export function showGrant(one: Grant): string {
  if (one.role === 'guardian') return `guardian ${one.account_id}`;
  const cap = one.daily_tonnage === undefined ? '' : `, ${one.daily_tonnage} t a day`;
  return `${one.role} ${one.account_id} of ${one.registry}${cap}`;
}
