// Owns choosing the next call of a random sequence: mostly one that may succeed, sometimes with one thing wrong; leaves judging it to contract-rules.ts.
import type { Feature } from '../../contracts/credit/event-types.ts';
import { formatTonnage } from '../../contracts/credit/tonnage.ts';
import { CONTRACT_ID, ENOUGH_DEPOSIT, OWNER_ID } from './contract-chain.ts';
import { type ContractModel, commitmentOf, type ModelCredit } from './contract-model.ts';
import { KEEPER, type ModelCall, RETURNER } from './contract-rule-parts.ts';
import {
  hashOf,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  REGISTRY,
  usualConsent,
  usualCredit,
} from './contract-world.ts';
import type { Random } from './random.ts';

export interface MoveContext {
  model: ContractModel;
  random: Random;
  /** Of the chain's last block. */
  day: string;
  /** Of another day than that, when a new credit is to end. */
  last_days: readonly string[];
}

type Live = [hash: string, credit: ModelCredit];
type Move = (context: MoveContext) => ModelCall | undefined;

const HOLDERS = ['alice.near', 'bob.near', 'market.near', KEEPER] as const;
const STRANGERS = ['bob.near', 'market.near', OWNER_ID, 'guardian.near', OTHER_PEOPLE.registry] as const;
const FEATURES: [Feature, ...Feature[]] = ['mint', 'transfer', 'approve', 'retire', 'parts', 'registry_acts'];
const PROJECTS = ['VCS-1', 'VCS-2'] as const;
const PURPOSES = ['voluntary', 'compliance "A"', 'grün'] as const;
/** One in so many calls has something wrong. */
const FAULT_ONE_IN = 6;
/** Mints grow rarer with more live credits than this, so that long sequences stay about this large. */
const LIVE_WISHED = 40;

export function nextMove(context: MoveContext): ModelCall {
  const { random } = context;
  for (;;) {
    const [, move] = random.pick(MOVES);
    const call = move(context);
    if (call !== undefined) return random.below(FAULT_ONE_IN) === 0 ? spoil(context, call) : call;
  }
}

const mint: Move = ({ model, random, day, last_days }) => {
  if (random.below(2 * LIVE_WISHED) < model.live().length) return undefined;
  const registry = random.pick([REGISTRY, REGISTRY, OTHER_REGISTRY]);
  const units = 1 + random.below(40);
  const consents = [...model.consents.keys()].filter((key) => key.startsWith(`${registry}/`));
  const key = random.pick(consents as [string, ...string[]]);
  const credit = {
    ...usualCredit(),
    registry,
    project_id: random.pick(PROJECTS),
    tonnage: formatTonnage(BigInt(units) * 50_000_000n),
    unit: '0.5',
    vintage_year: 2020 + random.below(3),
    serial: { namespace: 'N', start: `${random.below(1_000_000)}` },
    consent_ref: key.slice(registry.length + 1),
    ...(random.below(4) === 0 ? { expires_on: random.pick([day, ...last_days]) } : {}),
  };
  return {
    from: registry === REGISTRY ? 'minter.near' : OTHER_PEOPLE.minter,
    method: 'nft_mint',
    args: { mrv_hash: random.hash(), receiver_id: random.pick(HOLDERS), credit },
    deposit: ENOUGH_DEPOSIT,
  };
};

const recordConsent: Move = ({ random }) => {
  const registry = random.pick([REGISTRY, OTHER_REGISTRY]);
  const tonnage = `${1 + random.below(200)}`;
  const args = { ...usualConsent(registry), consent_ref: `ref ${random.below(1_000)}`, tonnage, unit: '0.5' };
  const from = attester(random, registry);
  return { from, method: 'record_consent', args, deposit: ENOUGH_DEPOSIT };
};

/** The one that a sequence begins with stays, so that mints never end. */
const withdrawConsent: Move = ({ model, random }) => {
  const keys = [...model.consents.keys()].filter((key) => key.includes('/ref '));
  if (keys.length === 0) return undefined;
  const key = random.pick(keys as [string, ...string[]]);
  const registry = model.consents.get(key)?.registry ?? '';
  const args = { registry, consent_ref: key.slice(registry.length + 1) };
  return { from: attester(random, registry), method: 'withdraw_consent', args, deposit: 1n };
};

const transfer: Move = (context) =>
  onLive(context, (random, [token_id, credit]) => {
    const to = random.pick([...HOLDERS, RETURNER]);
    const withCall = to === RETURNER || random.below(3) === 0;
    const method = withCall ? 'nft_transfer_call' : 'nft_transfer';
    const args = { token_id, receiver_id: to, ...(withCall ? { msg: '' } : {}) };
    return { ...actor(random, credit, args), method, deposit: 1n };
  });

const approve: Move = (context) =>
  onLive(context, (random, [token_id, { owner_id }]) => {
    const account_id = random.pick(['market.near', 'bob.near', 'alice.near', `m${random.below(12)}.near`]);
    return { from: owner_id, method: 'nft_approve', args: { token_id, account_id }, deposit: ENOUGH_DEPOSIT };
  });

const revoke: Move = (context) =>
  onLive(context, (random, [token_id, { owner_id, approvals }]) => {
    const account_id = random.pick(['market.near', ...approvals.keys()]);
    const all = random.below(4) === 0;
    const args = all ? { token_id } : { token_id, account_id };
    return { from: owner_id, method: all ? 'nft_revoke_all' : 'nft_revoke', args, deposit: 1n };
  });

const retire: Move = (context) =>
  onLive(context, (random, live) => {
    const wish = retireWish(random, live);
    const deposit = 'tonnage' in wish && wish.tonnage !== formatTonnage(live[1].units) ? ENOUGH_DEPOSIT : 1n;
    return { ...actor(random, live[1], wish), method: 'retire', deposit };
  });

const retireBatch: Move = ({ model, random }) => {
  const owner_id = random.pick(HOLDERS);
  const mine = model.live().filter(([, credit]) => credit.owner_id === owner_id);
  const chosen = mine.slice(0, 1 + random.below(4));
  if (chosen.length === 0) return undefined;
  const retirements = chosen.map((live) => retireWish(random, live));
  const divides = retirements.some(
    (wish, index) =>
      wish.tonnage !== undefined && wish.tonnage !== formatTonnage(chosen[index]?.[1].units ?? 0n),
  );
  const deposit = divides ? 4n * ENOUGH_DEPOSIT : 1n;
  return { from: owner_id, method: 'retire_batch', args: { retirements }, deposit };
};

const split: Move = (context) =>
  onLive(context, (random, [token_id, { owner_id, units, unit }]) => {
    let left = units / unit;
    if (left < 2n) return undefined;
    const parts: bigint[] = [];
    for (let count = 1 + random.below(3); count > 0 && left > 1n; count -= 1) {
      const part = 1n + BigInt(random.below(Number(left - 1n)));
      parts.push(part);
      left -= part;
    }
    const tonnages = [...parts, left].map((part) => formatTonnage(part * unit));
    return { from: owner_id, method: 'split', args: { token_id, tonnages }, deposit: ENOUGH_DEPOSIT };
  });

/** A row of neighbours where there is one, else two of anything. */
const merge: Move = ({ model, random }) => {
  const parts = model.live().filter(([hash, { origin }]) => origin !== hash);
  if (parts.length < 2) return undefined;
  const [first_id, first] = random.pick(parts as [Live, ...Live[]]);
  const row = [first_id];
  let end = first.serial_start + first.units / first.unit;
  for (const limit = 2 + random.below(3); row.length < limit; ) {
    const next = parts.find(
      ([, { origin, owner_id, serial_start }]) =>
        origin === first.origin && owner_id === first.owner_id && serial_start === end,
    );
    if (next === undefined) break;
    row.push(next[0]);
    end += next[1].units / next[1].unit;
  }
  if (row.length < 2) row.push(random.pick(parts as [Live, ...Live[]])[0]);
  return { from: first.owner_id, method: 'merge', args: { token_ids: row }, deposit: ENOUGH_DEPOSIT };
};

const flag: Move = (context) =>
  onLive(context, (random, [token_id, credit]) => {
    const by_token = random.below(2) === 0;
    const { model } = context;
    const is_set = by_token ? credit.is_impaired : model.impaired_origins.has(credit.origin);
    // Flags are taken back more often than set, so that most credits stay free.
    if (!is_set && random.below(3) > 0) return undefined;
    const method = is_set ? 'restore' : 'impair';
    const named = by_token ? { token_id } : { origin: credit.origin };
    const args = { ...named, reason: random.pick(PURPOSES) };
    return { from: attester(random, credit.registry), method, args, deposit: 1n };
  });

const restoreAny: Move = ({ model, random }) => {
  const origins = [...model.impaired_origins];
  if (origins.length === 0) return undefined;
  const origin = random.pick(origins as [string, ...string[]]);
  const registry = model.credits.get(origin)?.registry ?? REGISTRY;
  return { from: attester(random, registry), method: 'restore', args: { origin, reason: 'x' }, deposit: 1n };
};

const registryEnd: Move = (context) =>
  onLive(context, (random, [token_id, { registry, owner_id }]) => {
    const kind = random.below(3);
    const from = attester(random, registry);
    if (kind === 0) return { from, method: 'cancel', args: { token_id, reason: 'x' }, deposit: 1n };
    if (kind === 1) {
      const args = { token_id, registry_account: 'account 7' };
      return { from: owner_id, method: 'redeem', args, deposit: 1n };
    }
    const others = context.model.live().filter(([, credit]) => credit.registry === registry);
    const token_ids = [...new Set([token_id, ...others.slice(0, random.below(3)).map(([hash]) => hash)])];
    return { from, method: 'invalidate', args: { token_ids, reason: 'x', reference: 'case' }, deposit: 1n };
  });

const expire: Move = ({ model, random, day }) => {
  const ended = model.live().filter(([, { expires_on }]) => expires_on !== '');
  if (ended.length === 0) return undefined;
  const over = ended.filter(([, { expires_on }]) => expires_on < day);
  const [token_id] = random.pick((over.length > 0 ? over : ended) as [Live, ...Live[]]);
  return {
    from: random.pick(STRANGERS),
    method: 'expire',
    args: { token_id },
    deposit: BigInt(random.below(2)),
  };
};

const attest: Move = ({ model, random, day }) => {
  if (model.retired.length === 0) return undefined;
  const token_id = random.pick(model.retired.slice(-20) as [string, ...string[]]);
  const credit = model.credits.get(token_id);
  if (credit?.retirement == null) return undefined;
  const { hidden, is_revealed, confirmations, is_refused } = credit.retirement;
  if (hidden !== null && !is_revealed && random.below(2) === 0) {
    const args = { token_id, ...hidden };
    return { from: credit.owner_id, method: 'reveal_beneficiary', args, deposit: 1n };
  }
  const from = attester(random, credit.registry);
  if (random.below(4) === 0) {
    return { from, method: 'refuse_retirement', args: { token_id, reason: 'no such block' }, deposit: 1n };
  }
  const words = { registry_retirement_id: `R-${random.below(3)}`, registry_retired_on: day };
  const args = { token_id, ...words, evidence_sha256: hashOf('row') };
  const deposit = confirmations.length > 0 || is_refused ? ENOUGH_DEPOSIT : 1n;
  return { from, method: 'confirm_retirement', args, deposit };
};

const pause: Move = ({ model, random }) => {
  const [feature] = [...model.paused];
  // What is paused goes on soon, or little would happen.
  if (feature !== undefined) return { from: OWNER_ID, method: 'unpause', args: { feature }, deposit: 1n };
  if (random.below(5) > 0) return undefined;
  const args = { feature: random.pick(FEATURES) };
  return { from: 'guardian.near', method: 'pause', args, deposit: 1n };
};

/** As often as they stand here. */
const MOVES: [[string, Move], ...[string, Move][]] = [
  ...repeat(mint, 6),
  ...repeat(transfer, 5),
  ...repeat(approve, 3),
  ...repeat(revoke, 1),
  ...repeat(retire, 3),
  ...repeat(retireBatch, 1),
  ...repeat(split, 4),
  ...repeat(merge, 3),
  ...repeat(flag, 2),
  ...repeat(restoreAny, 1),
  ...repeat(registryEnd, 1),
  ...repeat(expire, 1),
  ...repeat(attest, 3),
  ...repeat(recordConsent, 1),
  ...repeat(withdrawConsent, 1),
  ...repeat(pause, 2),
] as [[string, Move], ...[string, Move][]];

function repeat(move: Move, times: number): [string, Move][] {
  return Array.from({ length: times }, () => [move.name, move]);
}

/** One thing wrong, or nothing where the call does not mind. */
function spoil({ model, random }: MoveContext, call: ModelCall): ModelCall {
  const any = random.pick([random.hash(), ...model.credits.keys()]);
  const kind = random.below(4);
  if (kind === 0) return { ...call, from: random.pick(STRANGERS) };
  if (kind === 1) return { ...call, deposit: random.pick([0n, 2n]) };
  if (kind === 2 && 'token_id' in call.args) return { ...call, args: { ...call.args, token_id: any } };
  if (kind === 2 && 'mrv_hash' in call.args && model.credits.has(any)) {
    return { ...call, args: { ...call.args, mrv_hash: any } };
  }
  if (kind === 2 && 'token_ids' in call.args) {
    return { ...call, args: { ...call.args, token_ids: [...call.args.token_ids, any] } };
  }
  if ('tonnage' in call.args)
    return { ...call, args: { ...call.args, tonnage: random.pick(['0.3', '9999']) } };
  if ('tonnages' in call.args) {
    return { ...call, args: { ...call.args, tonnages: [...call.args.tonnages, '0.5'] } };
  }
  if ('receiver_id' in call.args && call.method !== 'nft_mint') {
    return { ...call, args: { ...call.args, receiver_id: CONTRACT_ID } };
  }
  return call;
}

function retireWish(random: Random, [token_id, { units, unit }]: Live) {
  const whole = random.below(2) === 0;
  const part = unit * (1n + BigInt(random.below(Number(units / unit))));
  const tonnage = whole ? {} : { tonnage: formatTonnage(part) };
  const words = { purpose: random.pick(PURPOSES), reason: 'x'.repeat(1 + random.below(200)) };
  if (random.below(3) > 0) {
    const beneficiary = { beneficiary: 'Acme "GmbH"', beneficiary_kind: 'organisation' };
    const beneficiary_id = `id ${random.below(4)}`;
    return { token_id, ...tonnage, ...words, ...beneficiary, beneficiary_id };
  }
  const hidden = { beneficiary: `Person ${random.below(9)}`, salt: random.hash() };
  const beneficiary_commitment = commitmentOf(hidden);
  // The contract does not know `hidden` and ignores it; the model keeps it for the reveal.
  return { token_id, ...tonnage, ...words, beneficiary_kind: 'individual', beneficiary_commitment, hidden };
}

/** The owner, or an approved account that can sign. */
function actor(
  random: Random,
  { owner_id, approvals }: ModelCredit,
  args: object,
): Pick<ModelCall, 'from' | 'args'> {
  const approved = [...approvals].filter(([id]) => HOLDERS.some((holder) => holder === id));
  if (approved.length === 0 || random.below(2) === 0) return { from: owner_id, args };
  const [from, approval_id] = random.pick(approved as [[string, number], ...[string, number][]]);
  return { from, args: random.below(2) === 0 ? args : { ...args, approval_id } };
}

function attester(random: Random, registry: string): string {
  return registry === REGISTRY ? random.pick(['registry.near', 'agent.near']) : OTHER_PEOPLE.registry;
}

function onLive(
  { model, random }: MoveContext,
  make: (random: Random, live: Live) => ModelCall | undefined,
): ModelCall | undefined {
  const live = model.live();
  return live.length === 0 ? undefined : make(random, random.pick(live as [Live, ...Live[]]));
}
