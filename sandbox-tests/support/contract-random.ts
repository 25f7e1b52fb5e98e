// Owns a random sequence of calls on the localnet beside the model, checked after each step; leaves how long and how often to the specs.
import type { ContractChain, ContractChainOptions } from './contract-chain.ts';
import { auditAll, findBroken, freeBalance, YOCTO_PER_BYTE } from './contract-invariants.ts';
import { ContractModel } from './contract-model.ts';
import { nextMove } from './contract-moves.ts';
import { Replay } from './contract-replay.ts';
import { KEEPER, type ModelCall, RETURNER } from './contract-rule-parts.ts';
import { judge } from './contract-rules.ts';
import {
  DAY_NS,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  openContractWorld,
  REGISTRY,
  START_NS,
  usualConsent,
} from './contract-world.ts';
import { contract } from './near-runtime.ts';
import { createRandom } from './random.ts';

const BASE_CONSENT = 'base';
/** Six hours pass after so many steps. */
const STEPS_A_QUARTER = 40n;
/** Looking at everything costs more than the calls do. */
const STEPS_AN_AUDIT = 50;
const SHOWN_BROKEN = 5;

export interface SequenceResult {
  /** Null where every step held. */
  broken: string | null;
  /** By method: how often it succeeded and how often it was refused, by code. */
  seen: Map<string, number>;
  live: number;
  used: number;
}

/** Stops at the first step after which something does not hold. */
export async function runSequence(options: {
  seed: string;
  steps: number;
  progress?: (step: number) => void;
  on_block?: ContractChainOptions['on_block'];
  /** While the chain still answers, where every step held. */
  at_end?: (chain: ContractChain) => Promise<void>;
}): Promise<SequenceResult> {
  const { seed, steps, progress, on_block, at_end } = options;
  const random = createRandom(seed);
  const begun = await begin(on_block === undefined ? {} : { on_block });
  const { chain, model } = begun;
  const seen = new Map<string, number>();
  const finish = (broken: string | null): SequenceResult => {
    return { broken, seen, live: model.live().length, used: model.credits.size };
  };
  try {
    for (let step = 0; step < steps; step++) {
      progress?.(step);
      if (BigInt(step) % STEPS_A_QUARTER === 0n) await passTime(chain, BigInt(step));
      const day = dayOf(chain.now());
      const last_days = [1n, 2n].map((days) => dayOf(chain.now() + days * DAY_NS));
      const call = nextMove({ model, random, day, last_days });
      const broken = takeStep({ ...begun, seen }, call, day);
      if (step % STEPS_AN_AUDIT === 0 || step === steps - 1) broken.push(...auditAll(begun));
      if (broken.length === 0) continue;
      const what = broken.slice(0, SHOWN_BROKEN).join('\n  ');
      return finish(`seed ${seed}, step ${step}, ${words(call)}:\n  ${what}`);
    }
    await at_end?.(chain);
    return finish(null);
  } finally {
    await chain.stop();
  }
}

interface Watched {
  chain: ContractChain;
  model: ContractModel;
  replay: Replay;
  /** The contract's own money beyond its storage, before anyone reserved anything. */
  own: bigint;
  seen: Map<string, number>;
}

function takeStep(watched: Watched, call: ModelCall, day: string): string[] {
  const { chain, model, replay, seen } = watched;
  const { refusals, apply } = judge(model, call, { day });
  const before = refusals.length > 0 ? chain.digest() : null;
  const balance = chain.balance();
  const result = chain.call(call);
  // What other contracts answer is theirs: only our own first receipt decides.
  const error = result.receipts[0]?.error ?? null;
  const code = error === null ? 'done' : (/^[A-Z_]+(?=: )/.exec(error)?.[0] ?? error);
  const counted = `${call.method} ${code}`;
  seen.set(counted, (seen.get(counted) ?? 0) + 1);
  const broken: string[] = [];
  if (chain.balance() < balance) broken.push(`the balance fell by ${balance - chain.balance()} yocto`);
  // What tokens reserve is theirs: the contract's own money never pays for them. It pays one byte for each pause.
  const paused = model.paused.size + (call.method === 'pause' && error === null ? 1 : 0);
  const short = watched.own - BigInt(paused) * YOCTO_PER_BYTE - freeBalance(chain);
  if (short > 0n) broken.push(`the reserves fall short by ${short} yocto`);
  if (error !== null) {
    if (!refusals.includes(code))
      broken.push(`refused with ${error}, expected ${refusals.join(' or ') || 'success'}`);
    if (result.events.length > 0) broken.push('a refused call told events');
    const changed = before !== null && before !== chain.digest();
    return changed ? [...broken, 'a refused call changed state, usage or balance'] : broken;
  }
  if (refusals.length > 0) return [...broken, `succeeded, expected ${refusals.join(' or ')}`];
  const wanted = apply();
  if (wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(result.value)) {
    broken.push(`gave ${words(result.value)}, expected ${words(wanted)}`);
  }
  if (result.events.length === 0 && !QUIET.includes(call.method)) broken.push('told no event');
  replay.apply(result.events);
  return [...broken, ...findBroken({ chain, model, replay }, result.events)];
}

/** NEP-178 knows no events. */
const QUIET = ['nft_approve', 'nft_revoke', 'nft_revoke_all'];

async function begin(options: ContractChainOptions): Promise<Omit<Watched, 'seen'>> {
  const world = await openContractWorld({ accounts: receivers(), ...options });
  const { chain } = world;
  const model = new ContractModel();
  for (const [registry, from] of [
    [REGISTRY, 'registry.near'],
    [OTHER_REGISTRY, OTHER_PEOPLE.registry],
  ] as const) {
    world.pay(from, 'record_consent', { ...usualConsent(registry), consent_ref: BASE_CONSENT, unit: '0.5' });
    const remaining = 1_000_000n * 100_000_000n;
    model.consents.set(`${registry}/${BASE_CONSENT}`, { registry, remaining, is_withdrawn: false });
  }
  return { chain, model, replay: new Replay(), own: freeBalance(chain) };
}

/** Contracts that keep what they are sent, and that give it back. */
export function receivers(): NonNullable<ContractChainOptions['accounts']> {
  const answering = (text: string) =>
    contract(
      { nft_on_transfer: `(call $value_return (i64.const ${text.length}) (i64.const 0))` },
      { 0: text },
    );
  return [
    { account_id: KEEPER, code: answering('false') },
    { account_id: RETURNER, code: answering('true') },
  ];
}

async function passTime(chain: ContractChain, step: bigint): Promise<void> {
  await chain.advanceTo(START_NS + (step / STEPS_A_QUARTER) * (DAY_NS / 4n));
}

function dayOf(time_ns: bigint): string {
  return new Date(Number(time_ns / 1_000_000n)).toISOString().slice(0, 10);
}

function words(value: unknown): string {
  return JSON.stringify(value, plain);
}

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
