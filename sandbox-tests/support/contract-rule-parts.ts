// Owns what the model's rules share: roles, whose credit it is, what may be used, what becomes of credits; leaves the rules to contract-rules.ts.
import type { Feature } from '../../contracts/credit/event-types.ts';
import { ENOUGH_DEPOSIT } from './contract-chain.ts';
import { type ContractModel, childHash, type ModelCredit, type ModelStatus } from './contract-model.ts';
import { OTHER_PEOPLE, OTHER_REGISTRY, REGISTRY } from './contract-world.ts';

export interface ModelCall {
  from: string;
  method: string;
  // biome-ignore lint/suspicious/noExplicitAny: made by the generator of moves, read by the rule of the same method.
  args: any;
  deposit: bigint;
}

export interface Verdict {
  /** Every code that would be right; none where the call must succeed. */
  refusals: string[];
  /** What the model then holds; gives the value that the call must return. */
  apply(): unknown;
}

export interface Moment {
  /** YYYY-MM-DD of the block in which the call runs. */
  day: string;
}

/** Receivers of transfers with a call: what each answers. */
export const KEEPER = 'keeper.near';
export const RETURNER = 'returner.near';

const ROLES: Record<string, Record<string, string[]>> = {
  [REGISTRY]: {
    minter: ['minter.near'],
    attester: ['registry.near', 'agent.near'],
    registry: ['registry.near'],
  },
  [OTHER_REGISTRY]: {
    minter: [OTHER_PEOPLE.minter],
    attester: [OTHER_PEOPLE.registry],
    registry: [OTHER_PEOPLE.registry],
  },
};

export interface Context extends ModelCall, Moment {
  model: ContractModel;
  refuse(when: boolean, code: string): void;
}

export type Rule = (context: Context) => () => unknown;

export function retirementOf(context: Context) {
  const { model, args, from } = context;
  requireUnpaused(context, 'registry_acts');
  const credit = model.credits.get(args.token_id);
  context.refuse(credit === undefined || credit.retirement === null, 'NOT_RETIRED');
  if (credit === undefined || credit.retirement === null) return undefined;
  context.refuse(!hasRole(credit.registry, 'attester', from), 'WRONG_REGISTRY');
  return credit.retirement;
}

export function liveOf({ model, refuse }: Context, token_id: string): ModelCredit | undefined {
  const credit = model.credits.get(token_id);
  const is_live = credit?.status === 'live';
  refuse(!is_live, 'NOT_LIVE');
  return is_live ? credit : undefined;
}

export function ownedOf(context: Context, token_id: string): ModelCredit | undefined {
  const credit = liveOf(context, token_id);
  if (credit !== undefined) context.refuse(credit.owner_id !== context.from, 'UNAUTHORIZED');
  return credit;
}

export function authorizedOf(
  context: Context,
  { token_id, approval_id }: { token_id: string; approval_id?: number },
): ModelCredit | undefined {
  const credit = liveOf(context, token_id);
  if (credit === undefined || credit.owner_id === context.from) return credit;
  const known = credit.approvals.get(context.from);
  const matches = known !== undefined && (approval_id === undefined || approval_id === known);
  context.refuse(!matches, 'UNAUTHORIZED');
  return credit;
}

export function attestedOf(context: Context, token_id: string): ModelCredit | undefined {
  const credit = liveOf(context, token_id);
  if (credit === undefined) return undefined;
  context.refuse(!hasRole(credit.registry, 'attester', context.from), 'WRONG_REGISTRY');
  return credit;
}

export function requireUsable(context: Context, credit: ModelCredit): void {
  context.refuse(context.model.isImpaired(credit), 'CREDIT_IMPAIRED');
  context.refuse(isExpired(context, credit), 'CREDIT_EXPIRED');
}

export function isExpired({ day }: Moment, { expires_on }: ModelCredit): boolean {
  return expires_on !== '' && expires_on < day;
}

export function requireUnpaused({ model, refuse }: Context, feature: Feature): void {
  refuse(model.paused.has(feature), 'FEATURE_PAUSED');
}

export function requireYocto({ deposit, refuse }: Context): void {
  refuse(deposit !== 1n, 'NOT_ONE_YOCTO');
}

/** Moves either attach what is enough for anything, or next to nothing. */
export function requirePaid({ deposit, refuse }: Context): void {
  refuse(deposit < ENOUGH_DEPOSIT, 'DEPOSIT_TOO_SMALL');
}

export function hasRole(registry: string, role: string, account_id: string): boolean {
  return ROLES[registry]?.[role]?.includes(account_id) === true;
}

export function moveTo(credit: ModelCredit, owner_id: string): void {
  credit.owner_id = owner_id;
  credit.approvals = new Map();
}

export function end(credit: ModelCredit, status: ModelStatus): void {
  credit.status = status;
  credit.approvals = new Map();
}

export function divide(model: ContractModel, parent_id: string, units: readonly bigint[]): string[] {
  const parent = model.credits.get(parent_id);
  if (parent === undefined) throw new Error(`${parent_id}, which is to be divided, is not in the model`);
  let serial_start = parent.serial_start;
  const hashes = units.map((part, index) => {
    const hash = childHash({ parent: parent_id, index, units: part });
    model.credits.set(hash, newPart(parent, { units: part, serial_start }));
    serial_start += part / parent.unit;
    return hash;
  });
  end(parent, 'divided');
  return hashes;
}

export function newPart(from: ModelCredit, part: { units: bigint; serial_start: bigint }): ModelCredit {
  return {
    ...from,
    ...part,
    status: 'live',
    is_impaired: false,
    approvals: new Map(),
    next_approval_id: 1,
    retirement: null,
  };
}
