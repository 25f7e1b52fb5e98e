// Owns what must hold after every call, whatever it was, over the contract's own views and events; leaves what one call does to contract-rules.ts.
import type { ContractEvent } from '../../contracts/credit/event-types.ts';
import { formatTonnage } from '../../contracts/credit/tonnage.ts';
import type { ContractChain } from './contract-chain.ts';
import { BUCKETS, type ContractModel, type ModelCredit, type Totals } from './contract-model.ts';
import type { Replay } from './contract-replay.ts';

export const YOCTO_PER_BYTE = 10n ** 19n;
const PAGE = 200;
/** Of the hashes that are gone, so many are asked for after each call. */
const GONE_ASKED = 3;
/** Of the hashes that one call's events name, so many are looked at. */
const MAX_TOUCHED = 12;

export interface Watched {
  chain: ContractChain;
  model: ContractModel;
  replay: Replay;
}

/**
 * What does not hold, in words; none where all is well: all totals of the whole, what the events alone give, and every
 * credit and owner that the call touched.
 */
export function findBroken(watched: Watched, events: readonly ContractEvent[]): string[] {
  const { chain, model } = watched;
  const told = chain.view('supply') as SupplyView;
  return [
    ...compareTotals('supply()', told, model.totals()),
    ...findLostTonnes(told),
    ...findBrokenReplay(watched),
    ...findBrokenTouched(watched, events),
  ];
}

/** The same for everything there is: each total, each list, each approval, and more of what is gone. */
export function auditAll(watched: Watched): string[] {
  return [
    ...findBrokenSupply(watched),
    ...findBrokenTokens(watched),
    ...findBrokenReplay(watched),
    ...findBrokenEnds(watched),
  ];
}

/** Yocto beyond what the contract's storage locks. */
export function freeBalance(chain: ContractChain): bigint {
  return chain.balance() - chain.storageUsage() * YOCTO_PER_BYTE;
}

type SupplyView = Record<string, { count: number; tonnage: string }>;

function findBrokenTouched({ chain, model }: Watched, events: readonly ContractEvent[]): string[] {
  const live = model.live();
  const count = chain.view('nft_total_supply');
  const broken = count === `${live.length}` ? [] : [`${count} tokens, ${live.length} live`];
  const hashes = new Set(JSON.stringify(events).match(/\b[0-9a-f]{64}\b/g));
  for (const hash of [...hashes].slice(0, MAX_TOUCHED)) {
    const credit = model.credits.get(hash);
    if (credit === undefined) continue;
    const told = chain.view('nft_token', { token_id: hash }) as TokenView | null;
    if (credit.status === 'live') broken.push(...compareToken(hash, told, credit));
    else if (told !== null) broken.push(`${hash} is ${credit.status} and shown`);
  }
  const owners = new Set([...hashes].map((hash) => model.credits.get(hash)?.owner_id));
  for (const account_id of owners) {
    if (account_id === undefined) continue;
    const wanted = live.filter(([, { owner_id }]) => owner_id === account_id).length;
    const found = chain.view('nft_supply_for_owner', { account_id });
    if (found !== `${wanted}`) broken.push(`${account_id} has ${found} tokens, not ${wanted}`);
  }
  return broken;
}

function compareToken(hash: string, told: TokenView | null, credit: ModelCredit | undefined): string[] {
  if (told?.owner_id !== credit?.owner_id)
    return [`${hash} is of ${told?.owner_id}, not of ${credit?.owner_id}`];
  const approvals = JSON.stringify(Object.entries(told?.approved_account_ids ?? {}).sort());
  const wanted = JSON.stringify([...(credit?.approvals ?? [])].sort());
  return approvals === wanted ? [] : [`${hash} has the approvals ${approvals}, not ${wanted}`];
}

function findBrokenSupply({ chain, model }: Watched): string[] {
  const credits = [...model.credits.values()];
  const registries = [...new Set(credits.map(({ registry }) => registry))];
  const projects = new Map(credits.map((credit) => [`${credit.registry}/${credit.project_id}`, credit]));
  const years = [...new Set(credits.map(({ vintage_year }) => vintage_year))];
  const asked: [args: object, counts: (credit: ModelCredit) => boolean][] = [
    [{}, () => true],
    ...registries.map((registry): (typeof asked)[number] => [
      { registry },
      (credit) => credit.registry === registry,
    ]),
    ...[...projects.values()].map(({ registry, project_id }): (typeof asked)[number] => [
      { registry, project_id },
      (credit) => credit.registry === registry && credit.project_id === project_id,
    ]),
    ...years.map((vintage_year): (typeof asked)[number] => [
      { vintage_year },
      (credit) => credit.vintage_year === vintage_year,
    ]),
  ];
  return asked.flatMap(([args, counts]) => {
    const told = chain.view('supply', args) as SupplyView;
    return [
      ...compareTotals(`supply(${JSON.stringify(args)})`, told, model.totals(counts)),
      ...findLostTonnes(told),
    ];
  });
}

function compareTotals(name: string, told: SupplyView, totals: Totals): string[] {
  return BUCKETS.flatMap((bucket) => {
    const { count, units } = totals[bucket];
    const wanted = `${count} of ${formatTonnage(units)} t`;
    const found = `${told[bucket]?.count} of ${told[bucket]?.tonnage} t`;
    return wanted === found ? [] : [`${name}.${bucket} is ${found}, not ${wanted}`];
  });
}

/** Each minted tonne is in exactly one place; parents are never counted beside their parts. */
function findLostTonnes(told: SupplyView): string[] {
  const tonnes = (name: string) => Math.round(Number(told[name]?.tonnage) * 2);
  const sum = BUCKETS.filter((name) => name !== 'minted').reduce((total, name) => total + tonnes(name), 0);
  return sum === tonnes('minted')
    ? []
    : [`the statuses hold ${sum} half tonnes of ${tonnes('minted')} minted`];
}

interface TokenView {
  token_id: string;
  owner_id: string;
  approved_account_ids: Record<string, number>;
}

function findBrokenTokens({ chain, model }: Watched): string[] {
  const broken: string[] = [];
  const expected = new Map(model.live());
  const all = listAll(chain, 'nft_tokens', {});
  if (chain.view('nft_total_supply') !== `${expected.size}` || all.length !== expected.size) {
    broken.push(`${chain.view('nft_total_supply')} tokens, ${all.length} listed, ${expected.size} live`);
  }
  for (const token of all) broken.push(...compareToken(token.token_id, token, expected.get(token.token_id)));
  const owners = new Set([...model.credits.values()].map(({ owner_id }) => owner_id));
  for (const account_id of owners) {
    const mine = listAll(chain, 'nft_tokens_for_owner', { account_id }).map(({ token_id }) => token_id);
    const wanted = model.live().flatMap(([hash, credit]) => (credit.owner_id === account_id ? [hash] : []));
    if (mine.sort().join() !== wanted.sort().join()) broken.push(`${account_id} has ${mine}, not ${wanted}`);
    const count = chain.view('nft_supply_for_owner', { account_id });
    if (count !== `${wanted.length}`) broken.push(`${account_id} has ${count} tokens, not ${wanted.length}`);
  }
  return broken;
}

function listAll(chain: ContractChain, method: string, args: object): TokenView[] {
  const list: TokenView[] = [];
  for (;;) {
    const page = chain.view(method, { ...args, from_index: `${list.length}`, limit: PAGE }) as TokenView[];
    list.push(...page);
    if (page.length < PAGE) return list;
  }
}

/** The events alone give the same owners, flags and tonnes. */
function findBrokenReplay({ model, replay }: Watched): string[] {
  const broken: string[] = [];
  const live = model.live();
  if (replay.owners.size !== live.length || replay.live.size !== live.length) {
    broken.push(
      `events leave ${replay.owners.size} owned and ${replay.live.size} live, there are ${live.length}`,
    );
  }
  for (const [hash, credit] of live) {
    const born = replay.live.get(hash);
    if (replay.owners.get(hash) !== credit.owner_id)
      broken.push(`events give ${hash} to ${replay.owners.get(hash)}`);
    if (born === undefined || born.units !== credit.units || born.origin !== credit.origin) {
      broken.push(`events tell ${hash} otherwise`);
    } else if (replay.isImpaired(born) !== model.isImpaired(credit)) {
      broken.push(`events tell the flag of ${hash} otherwise`);
    }
  }
  const totals = model.totals();
  for (const name of ['minted', 'retired', 'invalidated', 'void', 'expired'] as const) {
    if (replay.tonnes[name] !== totals[name].units)
      broken.push(`events tell ${replay.tonnes[name]} units ${name}`);
  }
  if (replay.retired.join() !== model.retired.join()) broken.push('events tell other retirements');
  return broken;
}

const STATUS_TOLD = {
  divided: 'void',
  merged: 'void',
  redeemed: 'void',
  cancelled: 'void',
  retired: 'retired',
  invalidated: 'invalidated',
  expired: 'expired',
} as const;

/** Used hashes stay used; a retirement stays, and points at what is gone. */
function findBrokenEnds({ chain, model }: Watched): string[] {
  const gone = [...model.credits].filter(([, { status }]) => status !== 'live');
  const broken: string[] = [];
  // The newest and, in turn, all older ones.
  const turn = gone.length === 0 ? 0 : model.credits.size % gone.length;
  for (const [hash, { status }] of [...gone.slice(-GONE_ASKED), ...gone.slice(turn, turn + GONE_ASKED)]) {
    const told = chain.view('mrv_hash_status', { mrv_hash: hash }) as { status: string; cause?: string };
    const wanted = status === 'live' ? status : STATUS_TOLD[status];
    if (told.status !== wanted || (wanted === 'void' && told.cause !== status)) {
      broken.push(`${hash} is ${told.status} ${told.cause ?? ''}, not ${status}`);
    }
    if (chain.view('nft_token', { token_id: hash }) !== null) broken.push(`${hash} is gone and shown`);
  }
  const from_index = `${Math.max(0, model.retired.length - GONE_ASKED)}`;
  const last = chain.view('retirements', { from_index, limit: PAGE }) as RetirementView[];
  const told = last.map(describeTold);
  const wanted = model.retired
    .slice(-GONE_ASKED)
    .map((hash) => describeWanted(hash, model.credits.get(hash)));
  if (told.join() !== wanted.join()) broken.push(`the last retirements are ${told}, not ${wanted}`);
  return broken;
}

interface RetirementView {
  token_id: string;
  account_id: string;
  tonnage: string;
  registry_status: string;
  salt?: string;
  statements: unknown[];
}

function describeTold({
  token_id,
  account_id,
  tonnage,
  registry_status,
  salt,
  statements,
}: RetirementView): string {
  return [token_id, account_id, tonnage, registry_status, statements.length, salt !== undefined].join(' ');
}

function describeWanted(hash: string, credit: ModelCredit | undefined): string {
  const { owner_id, units, retirement } = credit ?? {};
  const { confirmations = [], is_refused = false, is_revealed = false } = retirement ?? {};
  const status = confirmations.length > 0 ? 'confirmed' : is_refused ? 'refused' : 'pending';
  const statements = confirmations.length + (is_refused ? 1 : 0);
  return [hash, owner_id, formatTonnage(units ?? 0n), status, statements, is_revealed].join(' ');
}
