// Owns what the contract must answer to a call, and what must follow from it, on the model; leaves choosing calls to contract-moves.ts.
import { parseTonnage } from '../../contracts/credit/tonnage.ts';
import { CONTRACT_ID, ENOUGH_DEPOSIT } from './contract-chain.ts';
import { type ContractModel, commitmentOf, type ModelCredit, mergedHash } from './contract-model.ts';
import {
  attestedOf,
  authorizedOf,
  type Context,
  divide,
  end,
  hasRole,
  isExpired,
  KEEPER,
  liveOf,
  type ModelCall,
  type Moment,
  moveTo,
  newPart,
  ownedOf,
  type Rule,
  requirePaid,
  requireUnpaused,
  requireUsable,
  requireYocto,
  retirementOf,
  type Verdict,
} from './contract-rule-parts.ts';

export function judge(model: ContractModel, call: ModelCall, moment: Moment): Verdict {
  const rule = RULES[call.method];
  if (rule === undefined) throw new Error(`the model knows no ${call.method}`);
  const refusals: string[] = [];
  const context: Context = {
    model,
    day: moment.day,
    ...call,
    refuse: (when, code) => {
      if (when) refusals.push(code);
    },
  };
  const apply = rule(context);
  return { refusals, apply };
}

const MAX_APPROVALS = 8;

const NOTHING = () => undefined;

const RULES: Record<string, Rule> = {
  nft_mint: (context) => {
    const { model, args, from } = context;
    const { mrv_hash, receiver_id, credit } = args;
    const units = BigInt(parseTonnage(credit.tonnage) ?? 0n);
    const unit = BigInt(parseTonnage(credit.unit) ?? 1n);
    const consent = model.consents.get(`${credit.registry}/${credit.consent_ref}`);
    requireUnpaused(context, 'mint');
    requirePaid(context);
    context.refuse(!hasRole(credit.registry, 'minter', from), 'WRONG_REGISTRY');
    context.refuse(model.credits.has(mrv_hash), 'HASH_USED');
    context.refuse(units % unit !== 0n, 'NOT_A_WHOLE_UNIT');
    context.refuse(consent === undefined, 'CONSENT_MISSING');
    context.refuse(consent?.is_withdrawn === true, 'CONSENT_WITHDRAWN');
    context.refuse(consent !== undefined && consent.remaining < units, 'CONSENT_EXHAUSTED');
    context.refuse(credit.expires_on !== undefined && credit.expires_on < context.day, 'CREDIT_EXPIRED');
    return () => {
      if (consent !== undefined) consent.remaining -= units;
      model.credits.set(mrv_hash, {
        status: 'live',
        owner_id: receiver_id,
        units,
        unit,
        registry: credit.registry,
        project_id: credit.project_id,
        vintage_year: credit.vintage_year,
        origin: mrv_hash,
        is_impaired: false,
        serial_start: BigInt(credit.serial.start),
        expires_on: credit.expires_on ?? '',
        approvals: new Map(),
        next_approval_id: 1,
        retirement: null,
      });
      return undefined;
    };
  },
  record_consent: (context) => {
    const { model, args, from } = context;
    const key = `${args.registry}/${args.consent_ref}`;
    requireUnpaused(context, 'registry_acts');
    requirePaid(context);
    context.refuse(!hasRole(args.registry, 'attester', from), 'WRONG_REGISTRY');
    context.refuse(model.consents.has(key), 'ALREADY_EXISTS');
    const remaining = parseTonnage(args.tonnage) ?? 0n;
    context.refuse(remaining % (parseTonnage(args.unit) ?? 1n) !== 0n, 'NOT_A_WHOLE_UNIT');
    return () => {
      model.consents.set(key, { registry: args.registry, remaining, is_withdrawn: false });
    };
  },
  withdraw_consent: (context) => {
    const { model, args, from } = context;
    const consent = model.consents.get(`${args.registry}/${args.consent_ref}`);
    requireUnpaused(context, 'registry_acts');
    requireYocto(context);
    context.refuse(!hasRole(args.registry, 'attester', from), 'WRONG_REGISTRY');
    context.refuse(consent === undefined, 'CONSENT_MISSING');
    context.refuse(consent?.is_withdrawn === true, 'CONSENT_WITHDRAWN');
    return () => {
      if (consent !== undefined) consent.is_withdrawn = true;
    };
  },
  nft_transfer: (context) => transferRule(context, (credit) => moveTo(credit, context.args.receiver_id)),
  nft_transfer_call: (context) =>
    transferRule(context, (credit) => {
      const { receiver_id } = context.args;
      const back = { owner_id: credit.owner_id, approvals: new Map(credit.approvals) };
      moveTo(credit, receiver_id);
      // Who has no contract cannot keep what it was asked about.
      if (receiver_id !== KEEPER) Object.assign(credit, back);
      return receiver_id === KEEPER;
    }),
  nft_approve: (context) => {
    const { args } = context;
    requireUnpaused(context, 'approve');
    context.refuse(context.deposit === 0n, 'DEPOSIT_TOO_SMALL');
    const credit = ownedOf(context, args.token_id);
    if (credit === undefined) return NOTHING;
    requireUsable(context, credit);
    const others = [...credit.approvals.keys()].filter((id) => id !== args.account_id);
    context.refuse(others.length >= MAX_APPROVALS, 'TOO_MANY_APPROVALS');
    return () => {
      credit.approvals.set(args.account_id, credit.next_approval_id);
      credit.next_approval_id += 1;
    };
  },
  nft_revoke: (context) => {
    requireYocto(context);
    const credit = ownedOf(context, context.args.token_id);
    return () => {
      credit?.approvals.delete(context.args.account_id);
    };
  },
  nft_revoke_all: (context) => {
    requireYocto(context);
    const credit = ownedOf(context, context.args.token_id);
    return () => credit?.approvals.clear();
  },
  retire: (context) => {
    const apply = retireRule(context, context.args, { is_partial: context.args.tonnage !== undefined });
    return apply;
  },
  retire_batch: (context) => {
    const wishes: Wish[] = context.args.retirements;
    const is_partial = wishes.some((wish) => isPartial(context.model, wish));
    context.refuse(new Set(wishes.map(({ token_id }) => token_id)).size < wishes.length, 'DUPLICATE');
    const all = wishes.map((wish) => retireRule(context, wish, { is_partial }));
    return () => all.map((apply) => apply());
  },
  split: (context) => {
    const { args } = context;
    requireUnpaused(context, 'parts');
    requirePaid(context);
    const credit = ownedOf(context, args.token_id);
    if (credit === undefined) return NOTHING;
    requireUsable(context, credit);
    const units = (args.tonnages as string[]).map((tonnage) => parseTonnage(tonnage) ?? 0n);
    context.refuse(
      units.some((part) => part % credit.unit !== 0n),
      'NOT_A_WHOLE_UNIT',
    );
    context.refuse(units.reduce((sum, part) => sum + part, 0n) !== credit.units, 'SPLIT_MISMATCH');
    return () => divide(context.model, args.token_id, units);
  },
  merge: (context) => {
    const { model, args } = context;
    const token_ids: string[] = args.token_ids;
    requireUnpaused(context, 'parts');
    requirePaid(context);
    context.refuse(new Set(token_ids).size < token_ids.length, 'DUPLICATE');
    const parents = token_ids.map((id) => ownedOf(context, id));
    for (const [index, parent] of parents.entries()) {
      if (parent === undefined) continue;
      requireUsable(context, parent);
      const before = index === 0 ? undefined : parents[index - 1];
      context.refuse(parent.origin === token_ids[index], 'MERGE_IMPOSSIBLE');
      if (before === undefined) continue;
      const follows = parent.serial_start === before.serial_start + before.units / before.unit;
      context.refuse(parent.origin !== before.origin || !follows, 'MERGE_IMPOSSIBLE');
    }
    return () => {
      const [first] = parents;
      if (first === undefined) throw new Error('a merger without parents was applied');
      const hash = mergedHash({ origin: first.origin, parents: token_ids });
      const units = parents.reduce((sum, parent) => sum + (parent?.units ?? 0n), 0n);
      model.credits.set(hash, newPart(first, { units, serial_start: first.serial_start }));
      for (const parent of parents) if (parent !== undefined) end(parent, 'merged');
      return hash;
    };
  },
  impair: (context) => flagRule(context, true),
  restore: (context) => flagRule(context, false),
  invalidate: (context) => {
    requireYocto(context);
    requireUnpaused(context, 'registry_acts');
    const token_ids: string[] = context.args.token_ids;
    context.refuse(new Set(token_ids).size < token_ids.length, 'DUPLICATE');
    const credits = token_ids.map((id) => attestedOf(context, id));
    return () => {
      for (const credit of credits) if (credit !== undefined) end(credit, 'invalidated');
    };
  },
  cancel: (context) => {
    requireYocto(context);
    requireUnpaused(context, 'registry_acts');
    const credit = attestedOf(context, context.args.token_id);
    return () => {
      if (credit !== undefined) end(credit, 'cancelled');
    };
  },
  redeem: (context) => {
    requireYocto(context);
    requireUnpaused(context, 'registry_acts');
    const credit = ownedOf(context, context.args.token_id);
    if (credit === undefined) return NOTHING;
    requireUsable(context, credit);
    return () => end(credit, 'redeemed');
  },
  expire: (context) => {
    requireUnpaused(context, 'registry_acts');
    const credit = liveOf(context, context.args.token_id);
    if (credit === undefined) return NOTHING;
    context.refuse(!isExpired(context, credit), 'CREDIT_NOT_EXPIRED');
    return () => end(credit, 'expired');
  },
  confirm_retirement: (context) => {
    const { args, deposit } = context;
    const retirement = retirementOf(context);
    if (retirement === undefined) return NOTHING;
    const { confirmations, is_refused } = retirement;
    const words = `${args.registry_retirement_id} ${args.registry_retired_on} ${args.evidence_sha256}`;
    context.refuse(confirmations.at(-1) === words, 'ALREADY_CONFIRMED');
    const is_first = confirmations.length === 0 && !is_refused;
    context.refuse(is_first && deposit !== 1n, 'NOT_ONE_YOCTO');
    context.refuse(!is_first && deposit < ENOUGH_DEPOSIT, 'DEPOSIT_TOO_SMALL');
    return () => {
      confirmations.push(words);
    };
  },
  refuse_retirement: (context) => {
    const retirement = retirementOf(context);
    if (retirement === undefined) return NOTHING;
    requireYocto(context);
    context.refuse(retirement.confirmations.length > 0, 'ALREADY_CONFIRMED');
    context.refuse(retirement.confirmations.length === 0 && retirement.is_refused, 'ALREADY_SET');
    return () => {
      retirement.is_refused = true;
    };
  },
  reveal_beneficiary: (context) => {
    const { model, args, from } = context;
    requireYocto(context);
    const credit = model.credits.get(args.token_id);
    const retirement = credit?.retirement ?? null;
    context.refuse(retirement === null, 'NOT_RETIRED');
    if (credit === undefined || retirement === null) return NOTHING;
    const may = [credit.owner_id, retirement.retirer_id].includes(from);
    context.refuse(!may && !hasRole(credit.registry, 'registry', from), 'UNAUTHORIZED');
    context.refuse(retirement.is_revealed, 'ALREADY_REVEALED');
    const { hidden } = retirement;
    const opens = hidden !== null && commitmentOf(args) === commitmentOf(hidden);
    context.refuse(!opens, 'REVEAL_MISMATCH');
    return () => {
      retirement.is_revealed = true;
    };
  },
  pause: (context) => pauseRule(context, { may: ['owner.near', 'guardian.near'], to: true }),
  unpause: (context) => pauseRule(context, { may: ['owner.near'], to: false }),
};

interface Wish {
  token_id: string;
  tonnage?: string;
  approval_id?: number;
  beneficiary_commitment?: string;
  hidden?: { beneficiary: string; salt: string };
}

function transferRule(context: Context, apply: (credit: ModelCredit) => unknown): () => unknown {
  const { args } = context;
  requireYocto(context);
  requireUnpaused(context, 'transfer');
  const credit = authorizedOf(context, args);
  if (credit === undefined) return NOTHING;
  requireUsable(context, credit);
  context.refuse([credit.owner_id, CONTRACT_ID].includes(args.receiver_id), 'SELF_TRANSFER');
  return () => apply(credit);
}

function isPartial(model: ContractModel, { token_id, tonnage }: Wish): boolean {
  return tonnage !== undefined && parseTonnage(tonnage) !== model.credits.get(token_id)?.units;
}

function retireRule(context: Context, wish: Wish, { is_partial }: { is_partial: boolean }): () => unknown {
  const { model, from } = context;
  const { token_id, tonnage } = wish;
  const divides = isPartial(model, wish);
  const pays = is_partial && (context.method === 'retire_batch' || divides);
  requireUnpaused(context, 'retire');
  if (divides) requireUnpaused(context, 'parts');
  if (pays) requirePaid(context);
  else requireYocto(context);
  const credit = authorizedOf(context, wish);
  if (credit === undefined) return NOTHING;
  requireUsable(context, credit);
  const units = tonnage === undefined ? credit.units : (parseTonnage(tonnage) ?? 0n);
  context.refuse(units % credit.unit !== 0n, 'NOT_A_WHOLE_UNIT');
  context.refuse(units > credit.units, 'SPLIT_MISMATCH');
  return () => {
    const hash = divides ? divide(model, token_id, [units, credit.units - units])[0] : token_id;
    const retired = model.credits.get(hash ?? '');
    if (hash === undefined || retired === undefined) throw new Error(`${token_id} has no part to retire`);
    end(retired, 'retired');
    const hidden = wish.hidden ?? null;
    retired.retirement = {
      retirer_id: from,
      hidden,
      is_revealed: false,
      confirmations: [],
      is_refused: false,
    };
    model.retired.push(hash);
    return hash;
  };
}

function flagRule(context: Context, to: boolean): () => unknown {
  const { model, args, from } = context;
  requireYocto(context);
  requireUnpaused(context, 'registry_acts');
  if (args.token_id !== undefined) {
    const credit = attestedOf(context, args.token_id);
    if (credit === undefined) return NOTHING;
    context.refuse(credit.is_impaired === to, 'ALREADY_SET');
    return () => {
      credit.is_impaired = to;
    };
  }
  const origin = model.credits.get(args.origin);
  context.refuse(origin === undefined, 'NOT_LIVE');
  if (origin === undefined) return NOTHING;
  context.refuse(origin.origin !== args.origin, 'ARGUMENT_INVALID');
  const is_left = model.live().some(([, credit]) => credit.origin === args.origin);
  context.refuse(origin.origin === args.origin && !is_left, 'NOT_LIVE');
  context.refuse(!hasRole(origin.registry, 'attester', from), 'WRONG_REGISTRY');
  context.refuse(model.impaired_origins.has(args.origin) === to, 'ALREADY_SET');
  return () => {
    if (to) model.impaired_origins.add(args.origin);
    else model.impaired_origins.delete(args.origin);
  };
}

function pauseRule(context: Context, { may, to }: { may: string[]; to: boolean }): () => unknown {
  const { model, args, from } = context;
  requireYocto(context);
  context.refuse(!may.includes(from), to ? 'ROLE_MISSING' : 'NOT_OWNER');
  context.refuse(model.paused.has(args.feature) === to, 'ALREADY_SET');
  return () => {
    if (to) model.paused.add(args.feature);
    else model.paused.delete(args.feature);
  };
}
