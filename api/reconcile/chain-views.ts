// Owns asking the contract itself, at the run's height, for its sums and for some of its tokens; leaves which tokens to
// core/db/reconciliation/indexing.ts.

import { z } from 'zod';
import type { SupplySum, ViewedToken } from '../../core/db/reconciliation/indexing.ts';
import { type AskChain, RpcRefusal } from '../chain/json-rpc.ts';
import { distance, type Finding, type Outcome, outcome, showTonnes, unitsOf } from './finding.ts';

export type Viewed = { outcome: Outcome; views: number };

export type ViewDeps = {
  ask: AskChain;
  contract_id: string;
  /** The block at which the tables stand: its hash, for heights are numbers that JSON may lose. */
  block_hash: string;
  on_progress?: (done: number, of: number) => void;
};

/** Public nodes bound requests a second. */
export const AT_ONCE = 8;
const UNAVAILABLE = new Set([
  'UNKNOWN_BLOCK',
  'GARBAGE_COLLECTED_BLOCK',
  'UNAVAILABLE_SHARD',
  'NO_SYNCED_BLOCKS',
  'NOT_SYNCED_YET',
]);

/** The node does not keep the state of that block any more, or not yet. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export async function checkContract(
  deps: ViewDeps,
  given: { supply: readonly SupplySum[]; tokens: readonly ViewedToken[] },
): Promise<Viewed> {
  const findings: Finding[] = [];
  let views = 0;
  const total = given.tokens.length + 1;
  try {
    findings.push(...compareSupply(given.supply, await viewAt(deps, 'supply', {})));
    views = 1;
    for (let from = 0; from < given.tokens.length; from += AT_ONCE) {
      const some = given.tokens.slice(from, from + AT_ONCE);
      const said = await Promise.all(
        some.map(({ token_id }) => viewAt(deps, 'credit', { mrv_hash: token_id })),
      );
      findings.push(...some.flatMap((token, index) => compareToken(token, said[index])));
      views += some.length;
      deps.on_progress?.(views, total);
    }
    return { outcome: outcome({ findings }), views };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const reason = `the node keeps no state of block ${deps.block_hash}: ${error.message}`;
    return {
      outcome: outcome({ findings, not_checked: [{ code: 'CONTRACT_DIFFERS', reason }] }),
      views,
    };
  }
}

const answerSchema = z.object({ result: z.array(z.number()) });

export async function viewAt(
  { ask, contract_id, block_hash }: ViewDeps,
  method_name: string,
  args: object,
): Promise<unknown> {
  try {
    const answer = await ask('query', {
      request_type: 'call_function',
      block_id: block_hash,
      account_id: contract_id,
      method_name,
      args_base64: Buffer.from(JSON.stringify(args)).toString('base64'),
    });
    return JSON.parse(Buffer.from(answerSchema.parse(answer).result).toString('utf8'));
  } catch (error) {
    if (error instanceof RpcRefusal && UNAVAILABLE.has(error.cause_name))
      throw new Unavailable(error.cause_name);
    throw error;
  }
}

const BUCKETS = ['minted', 'active', 'impaired', 'retired', 'invalidated', 'void', 'expired'] as const;
type Bucket = (typeof BUCKETS)[number];

const supplySchema = z.record(z.string(), z.unknown());
const bucketSchema = z.object({ count: z.union([z.number(), z.string()]), tonnage: z.string() });

/** Each minted tonne is in exactly one bucket beside `minted`: what was divided or merged lives on in its parts. */
export function compareSupply(sums: readonly SupplySum[], said: unknown): Finding[] {
  const tables = Object.fromEntries(BUCKETS.map((name) => [name, { count: 0n, units: 0n }])) as Record<
    Bucket,
    { count: bigint; units: bigint }
  >;
  for (const { status, is_minted, token_count, tonnage_co2e } of sums) {
    for (const bucket of [is_minted ? ('minted' as const) : undefined, bucketOf(status)]) {
      if (bucket === undefined) continue;
      tables[bucket].count += BigInt(token_count);
      tables[bucket].units += unitsOf(tonnage_co2e);
    }
  }
  const told = supplySchema.parse(said);
  let tonnes = 0n;
  const values: { contract: Record<string, unknown>; tables: Record<string, unknown> } = {
    contract: {},
    tables: {},
  };
  for (const name of BUCKETS) {
    const contract = bucketSchema.parse(told[name]);
    const own = tables[name];
    if (BigInt(contract.count) === own.count && unitsOf(contract.tonnage) === own.units) continue;
    const apart = distance(unitsOf(contract.tonnage), own.units);
    if (apart > tonnes) tonnes = apart;
    values.contract[name] = { count: String(contract.count), tonnage: contract.tonnage };
    values.tables[name] = { count: String(own.count), tonnage: showTonnes(own.units) };
  }
  if (Object.keys(values.contract).length === 0) return [];
  return [{ ...NOBODYS, code: 'CONTRACT_DIFFERS', subject: 'supply', mrv_hash: null, tonnes, values }];
}

const NOBODYS = { tenant_id: null, registry_type: null, registry_name: null } as const;

function bucketOf(status: string): Bucket | undefined {
  if (status === 'divided' || status === 'merged') return undefined;
  return status === 'redeemed' || status === 'cancelled' ? 'void' : (status as Bucket);
}

const creditSchema = z
  .object({
    status: z.string(),
    cause: z.string().nullish(),
    owner_id: z.string().nullish(),
    last_owner_id: z.string().nullish(),
    tonnage: z.string(),
    origin: z.string(),
    serial: z.object({ namespace: z.string(), start: z.string(), end: z.string() }).nullish(),
  })
  .nullable();

export function compareToken(token: ViewedToken, said: unknown): Finding[] {
  const contract = creditSchema.parse(said);
  const tables = {
    status: token.status,
    owner_id: token.owner_account_id,
    tonnage: token.tonnage_co2e,
    origin: token.origin,
    serial: showSerial(token.serial_namespace, token.serial_start, token.serial_end),
  };
  const told = contract === null ? null : toldOf(contract);
  const names = Object.keys(tables) as (keyof typeof tables)[];
  const unequal = names.filter((name) => told === null || told[name] !== tables[name]);
  if (unequal.length === 0) return [];
  const { tenant_id, registry_type, registry_name, token_id } = token;
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(unequal.map((name) => [name, from[name]]));
  const own = unitsOf(token.tonnage_co2e);
  const is_tonnes_alone = told !== null && unequal.every((name) => name === 'tonnage');
  return [
    {
      tenant_id,
      registry_type,
      registry_name,
      code: 'CONTRACT_DIFFERS',
      subject: `token ${token_id}`,
      mrv_hash: token_id,
      tonnes: is_tonnes_alone ? distance(own, unitsOf(told.tonnage)) : own,
      values: { contract: told === null ? null : pick(told), tables: pick(tables) },
      credit: { origin: token.origin, tonnes: unitsOf(token.origin_co2e) },
    },
  ];
}

function toldOf(contract: NonNullable<z.output<typeof creditSchema>>) {
  const { status, cause, owner_id, last_owner_id, tonnage, origin, serial } = contract;
  return {
    status: cause ?? status,
    owner_id: owner_id ?? last_owner_id ?? null,
    tonnage,
    origin,
    serial: showSerial(serial?.namespace ?? null, serial?.start ?? null, serial?.end ?? null),
  };
}

function showSerial(namespace: string | null, start: string | null, end: string | null): string | null {
  return namespace === null ? null : `${namespace} ${start}-${end}`;
}
