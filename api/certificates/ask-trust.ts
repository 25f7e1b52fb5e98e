// Owns asking the chain what the contract rests on: its code, keys, roles and the upgrade that waits; leaves showing it to the page.

import { z } from 'zod';
import { decodeHash } from '../../core/near/base58.ts';
import { toHex } from '../../core/near/bytes.ts';
import { viewContract } from '../chain/view-contract.ts';
import type { trustSchema } from '../schemas/public.ts';
import type { Services } from '../services.ts';

export type Trust = z.input<typeof trustSchema>;

/** Whoever asks without a key asks our nodes with it: one question each so many milliseconds is enough. */
const GOOD_FOR_MS = 5_000;
const recent = new WeakMap<Services['chain'], { until: number; answer: Promise<Trust> }>();

export function askTrust(chain: Services['chain'], now: Date): Promise<Trust> {
  const found = recent.get(chain);
  if (found !== undefined && found.until > now.getTime()) return found.answer;
  const answer = ask(chain);
  recent.set(chain, { until: now.getTime() + GOOD_FOR_MS, answer });
  answer.catch(() => recent.delete(chain));
  return answer;
}

const accountSchema = z.object({ code_hash: z.string(), block_height: z.number() });
const keysSchema = z.object({
  keys: z.array(
    z.object({
      public_key: z.string(),
      access_key: z.object({ permission: z.union([z.string(), z.record(z.string(), z.unknown())]) }),
    }),
  ),
});
const rulesSchema = z.object({
  owner_id: z.string(),
  proposed_owner_id: z.string().nullable(),
  paused: z.array(z.string()),
  upgrade_delay_ns: z.string(),
  announced_upgrade: z.object({ code_sha256: z.string(), not_before_ns: z.string() }).nullable(),
  registries: z.array(z.string()),
});
const rolesSchema = z.array(
  z.object({
    role: z.string(),
    account_id: z.string(),
    registry: z.string().optional(),
    daily_tonnage: z.string().optional(),
  }),
);
const sourceSchema = z.record(z.string(), z.unknown()).nullable();

async function ask(chain: Services['chain']): Promise<Trust> {
  const { network, contract_account_id } = chain;
  const about = { finality: 'final', account_id: contract_account_id };
  const account = accountSchema.parse(await chain.ask('query', { request_type: 'view_account', ...about }));
  const { keys } = keysSchema.parse(
    await chain.ask('query', { request_type: 'view_access_key_list', ...about }),
  );
  const rules = rulesSchema.parse(await viewContract(chain, { method: 'rules', args: {} }));
  const roles = rolesSchema.parse(await viewContract(chain, { method: 'list_roles', args: {} }));
  for (const registry of rules.registries) {
    roles.push(...rolesSchema.parse(await viewContract(chain, { method: 'list_roles', args: { registry } })));
  }
  const { owner_id, proposed_owner_id, paused, upgrade_delay_ns, announced_upgrade, registries } = rules;
  return {
    network,
    near_contract_id: contract_account_id,
    block_height: `${account.block_height}`,
    // A code's hash is its SHA-256, which NEAR spells in base58.
    code_sha256: toHex(decodeHash(account.code_hash)),
    keys: keys.map(({ public_key, access_key: { permission } }) => ({
      public_key,
      permission: typeof permission === 'string' ? permission : (Object.keys(permission)[0] ?? 'unknown'),
    })),
    is_locked: keys.length === 0,
    owner_id,
    proposed_owner_id,
    paused,
    upgrade_delay_ns,
    pending_upgrade: announced_upgrade,
    registries,
    roles: withoutDoubles(roles),
    source: sourceSchema.parse(await viewContract(chain, { method: 'contract_source_metadata', args: {} })),
  };
}

/** Without a registry the list may name those of all. */
function withoutDoubles(roles: z.output<typeof rolesSchema>): z.output<typeof rolesSchema> {
  return [
    ...new Map(roles.map((one) => [JSON.stringify([one.role, one.account_id, one.registry]), one])).values(),
  ];
}
