// Owns the shadow: a contract that is asked over RPC alone, beside registries' files, with no database; leaves what files leave open to
// shadow-statements.ts and the wording of findings to the rules.

import { z } from 'zod';
import type { ExpiredToken } from '../../core/db/reconciliation/books.ts';
import type { SupplySum } from '../../core/db/reconciliation/indexing.ts';
import type { EndedRow, SerialGroup, TokenInRange } from '../../core/db/reconciliation/serial-groups.ts';
import { DmrvError } from '../../core/errors/index.ts';
import { RpcRefusal } from '../chain/json-rpc.ts';
import {
  intersectRanges,
  mergeRanges,
  type SerialRange,
  subtractRanges,
} from '../registries/serial-range.ts';
import { FINDING_CODES, type FindingCode } from './catalogue.ts';
import { AT_ONCE, compareSupply, Unavailable, type ViewDeps, viewAt } from './chain-views.ts';
import { type Finding, type Outcome, outcome, registryOf } from './finding.ts';
import { readRanges } from './ranges.ts';
import { compareExpired } from './rules/books.ts';
import { compareEnded, compareMissing, compareOverlapping } from './rules/serial-blocks.ts';
import {
  holdingsOf,
  type ShadowRow,
  type ShadowStatements,
  whatFilesLeaveOpen,
} from './shadow-statements.ts';

export type Shadow = { outcome: Outcome; tokens: number; retirements: number };

const PAGE = 50;

const serial = z.object({ namespace: z.string(), start: z.string(), end: z.string() }).nullish();
const creditSchema = z.object({
  mrv_hash: z.string(),
  status: z.string(),
  owner_id: z.string().nullish(),
  last_owner_id: z.string().nullish(),
  origin: z.string(),
  registry: z.string(),
  tonnage: z.string(),
  unit: z.string(),
  serial,
  born_at_ns: z.string(),
  expires_on: z.string().nullish(),
});
const supplySchema = z.record(z.string(), z.unknown());
const retirementSchema = z.object({
  token_id: z.string(),
  registry_status: z.string(),
  registry: z.string(),
  retired_at_ns: z.string(),
});
type Credit = z.output<typeof creditSchema>;

/** Live credits and retirements; what was burnt otherwise no list of the contract has. */
export async function lookAsShadow(deps: ViewDeps, statements: ShadowStatements, now: Date): Promise<Shadow> {
  const supply = await ask(deps, { method: 'supply', args: {} }, supplySchema);
  const live = await pages(deps, 'nft_tokens', z.object({ token_id: z.string() }));
  const retirements = await pages(deps, 'retirements', retirementSchema);
  const ids = [...new Set([...live, ...retirements].map(({ token_id }) => token_id))];
  const credits: Credit[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    credits.push(
      ...(await Promise.all(
        some.map((mrv_hash) => ask(deps, { method: 'credit', args: { mrv_hash } }, creditSchema)),
      )),
    );
    deps.on_progress?.(credits.length, ids.length);
  }
  const outcomes = new Map(retirements.map((one) => [one.token_id, one.registry_status]));
  const parts = [
    outcome({ findings: compareSums(credits, supply) }),
    ...compareBlocks(credits, { statements, outcomes, now }),
    compareExpired(expiredOf(credits, now)),
    outcome({ not_checked: [...whatFilesLeaveOpen(credits, { statements, outcomes }), ...NOT_IN_A_SHADOW] }),
  ];
  return {
    outcome: {
      findings: parts.flatMap(({ findings }) => findings),
      in_transit: parts.flatMap(({ in_transit }) => in_transit),
      not_checked: parts.flatMap(({ not_checked }) => not_checked),
    },
    tokens: live.length,
    retirements: retirements.length,
  };
}

const IN_A_SHADOW: readonly FindingCode[] = [
  'BACKING_MISSING',
  'ENDED_AT_REGISTRY',
  'SERIAL_OVERLAPS',
  'CONTRACT_DIFFERS',
  'EXPIRED_NOT_MARKED',
];
const NOT_IN_A_SHADOW = FINDING_CODES.filter((code) => !IN_A_SHADOW.includes(code)).map((code) => ({
  code,
  reason: 'a shadow has no database of the platform',
}));

async function pages<Item>(deps: ViewDeps, method: string, schema: z.ZodType<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for (;;) {
    const args = { from_index: String(all.length), limit: PAGE };
    const page = await ask(deps, { method, args }, z.array(schema));
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

/** A block that the node let go of, an account without a contract, a contract of other things: each is said plainly. */
async function ask<Answer>(
  deps: ViewDeps,
  { method, args }: { method: string; args: object },
  schema: z.ZodType<Answer>,
): Promise<Answer> {
  const refuse = (reason: string, cause: unknown): DmrvError =>
    new DmrvError('RECONCILE_CONTRACT_UNREADABLE', {
      facts: { contract_id: deps.contract_id, method, reason },
      cause,
    });
  try {
    return schema.parse(await viewAt(deps, method, args));
  } catch (error) {
    if (error instanceof RpcRefusal || error instanceof Unavailable) throw refuse(error.message, error);
    if (error instanceof z.ZodError) throw refuse('its answer has another form', error);
    throw error;
  }
}

/** What was minted cannot be listed, so that only what is listed is summed. */
function compareSums(credits: readonly Credit[], supply: Readonly<Record<string, unknown>>): Finding[] {
  const sums: SupplySum[] = credits.map(({ status, tonnage }) => ({
    status,
    is_minted: false,
    token_count: '1',
    tonnage_co2e: tonnage,
  }));
  const listed = new Set(['active', 'impaired', 'retired']);
  const zero = { count: 0, tonnage: '0' };
  const said = Object.fromEntries(
    Object.entries(supply).map(([name, value]) => [name, listed.has(name) ? value : zero]),
  );
  return compareSupply(sums, said);
}

/** A last day counts to its end in UTC. */
function expiredOf(credits: readonly Credit[], now: Date): ExpiredToken[] {
  const today = now.toISOString().slice(0, 10);
  return credits.flatMap((credit) => {
    const { expires_on, status, origin, tonnage } = credit;
    if (status === 'retired' || expires_on == null || expires_on >= today) return [];
    const { registry_type, registry_name } = placeOf(credit);
    const token = { token_id: credit.mrv_hash, origin, tenant_id: null, registry_type, registry_name };
    return [{ ...token, tonnage_co2e: tonnage, expires_on, status }];
  });
}

type About = { statements: ShadowStatements; outcomes: ReadonlyMap<string, string>; now: Date };

function compareBlocks(credits: readonly Credit[], about: About): Outcome[] {
  const { statements, outcomes, now } = about;
  const tokens = credits.flatMap((credit) => (credit.serial == null ? [] : [tokenOf(credit, outcomes)]));
  const blocks = new Map<string, TokenInRange[]>();
  for (const token of tokens) {
    const key = `${registryOf(token)} ${token.namespace}`;
    blocks.set(key, [...(blocks.get(key) ?? []), token]);
  }
  const found: Outcome[] = [];
  for (const [key, own] of blocks) {
    const rows = statements.rows.filter((row) => `${row.registry_type} ${row.namespace}` === key);
    const held = rangesOf(rows.filter(({ kind }) => kind === 'holding'));
    const ended_rows = rows.filter(({ kind }) => kind !== 'holding' && kind !== 'issuance');
    const ended = rangesOf(ended_rows);
    const sorted = [...own].sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
    found.push(compareOverlapping(sorted));
    const live = own.filter(({ status }) => status !== 'retired');
    found.push(
      compareEnded(
        { ended: cut(live, (range) => meetAll(range, ended)), ended_rows: ended_rows.map(rowOf) },
        { now },
      ),
    );
    const as_of = holdingsOf(statements, registryOf(own[0] ?? { registry_type: null, registry_name: null }));
    if (as_of === undefined) continue;
    const missing = cut(own, (range) => subtractRanges(range, [...held, ...ended]));
    found.push(compareMissing({ groups: own.slice(0, 1).map((token) => groupOf(token, as_of)), missing }));
  }
  return found;
}

function cut(tokens: readonly TokenInRange[], left: (range: SerialRange) => SerialRange[]): TokenInRange[] {
  return tokens.flatMap((token) => {
    const parts = readRanges(token.serial_range).flatMap(left);
    return parts.length === 0 ? [] : [{ ...token, part: parts.map(write).join(',') }];
  });
}

function meetAll(range: SerialRange, others: readonly SerialRange[]): SerialRange[] {
  return others.flatMap((other) => intersectRanges(range, other) ?? []);
}

function rangesOf(rows: readonly ShadowRow[]): SerialRange[] {
  return mergeRanges(rows.flatMap(({ serial_range }) => readRanges(serial_range)));
}

function write({ start, end }: SerialRange): string {
  return `[${start},${end})`;
}

function startOf(token: TokenInRange): bigint {
  return readRanges(token.serial_range)[0]?.start ?? 0n;
}

const NS_PER_MS = 1_000_000n;

function timeOf(ns: string): string {
  return new Date(Number(BigInt(ns) / NS_PER_MS)).toISOString();
}

/** The day on which a part was born stands for that of its origin: the contract tells no other. */
function tokenOf(credit: Credit, outcomes: ReadonlyMap<string, string>): TokenInRange {
  const { registry_type, registry_name } = placeOf(credit);
  const { start = '0', end = '0', namespace = '' } = credit.serial ?? {};
  const serial_range = write({ start: BigInt(start), end: BigInt(end) + 1n });
  return {
    token_id: credit.mrv_hash,
    origin: credit.mrv_hash,
    origin_co2e: credit.tonnage,
    minted_at: timeOf(credit.born_at_ns),
    tenant_id: null,
    registry_type,
    registry_name,
    namespace,
    serial_range,
    part: serial_range,
    unit: credit.unit,
    status: credit.status,
    registry_outcome: outcomes.get(credit.mrv_hash) ?? null,
    ended_at: null,
    confirmed_at: null,
    owner_account_id: credit.owner_id ?? credit.last_owner_id ?? '',
  };
}

function placeOf({ registry }: Credit): { registry_type: string; registry_name: string | null } {
  const [registry_type = '', registry_name = null] = registry.split(':');
  return { registry_type, registry_name };
}

function rowOf(row: ShadowRow): EndedRow {
  return {
    registry_type: row.registry_type,
    registry_name: null,
    namespace: row.namespace ?? '',
    kind: row.kind,
    serial_range: row.serial_range ?? '',
    registry_retirement_id: row.registry_retirement_id,
    happened_on: row.happened_on ?? '1970-01-01',
    file_name: row.file_name,
    line_number: row.line_number,
  };
}

function groupOf({ registry_type, registry_name, namespace, unit }: TokenInRange, as_of: Date): SerialGroup {
  const none = '0';
  return {
    tenant_id: null,
    registry_type,
    registry_name,
    namespace,
    unit,
    active_co2e: none,
    impaired_co2e: none,
    retired_unconfirmed_co2e: none,
    retired_confirmed_co2e: none,
    held_co2e: none,
    held_units: none,
    covered_as_of: as_of.toISOString(),
    missing: null,
    surplus: null,
    ended_at_registry: null,
    overlapping: null,
  };
}
