// Shows that the contract booted before its deployment answers as the one that boots at each call: returns, logs, state, promises, refusals.
import test from 'ava';
import type { PromiseResult } from '../localnet/vm/context.ts';
import { builtContract, CONTRACT_ID, ENOUGH_DEPOSIT, OWNER_ID } from './support/contract-chain.ts';
import { ContractModel } from './support/contract-model.ts';
import { nextMove } from './support/contract-moves.ts';
import { makeOdd, makeView, oddInput } from './support/contract-odd-calls.ts';
import type { ModelCall } from './support/contract-rule-parts.ts';
import { judge } from './support/contract-rules.ts';
import { type TwinCall, type TwinResult, Twins } from './support/contract-twins.ts';
import {
  DAY_NS,
  METADATA,
  OTHER_PEOPLE,
  OTHER_REGISTRY,
  REGISTRY,
  START_NS,
  usualConsent,
} from './support/contract-world.ts';
import { chooseSeed, createRandom, type Random } from './support/random.ts';

const LONG = process.env.DMRV_TEST_LONG === '1';
const CALLS = LONG ? 10_000 : 150;
const CALLS_A_DAY = 100;
/** What a refusal begins with, unless NEAR itself refuses. */
const CODE = /^[A-Z_]+: ./;
const NEARS_OWN = /^(ProhibitedInView|.* is not allowed in view calls)/;

test.serial(`${CALLS} random calls leave the same in both builds`, async (t) => {
  t.timeout(LONG ? 3_600_000 : 300_000);
  const seed = chooseSeed();
  t.log(`seed ${seed}`);
  const random = createRandom(seed);
  const twins = new Twins([
    ['booted before', (await builtContract(false)).wasm],
    ['booted now', (await builtContract(true)).wasm],
  ]);
  const model = new ContractModel();
  begin(twins, model);
  const counts = { done: 0, refused: 0, odd: 0, views: 0 };
  for (let number = 0; number < CALLS; number++) {
    const now = START_NS + (BigInt(number) * DAY_NS) / BigInt(CALLS_A_DAY);
    const [day = '', ...last_days] = [0n, 1n, 2n].map((days) => dayOf(now + days * DAY_NS));
    const move = nextMove({ model, random, day, last_days });
    const chosen = choose({ model, random, move });
    const call = { ...chosen.call, block_timestamp: now };
    // The model follows only what was said in earnest.
    const { error, differences } = chosen.kind === 'earnest' ? twins.call(call) : twins.try(call);
    const what = `seed ${seed}, call ${number}: ${call.from} ${call.method} ${new TextDecoder().decode(call.input)}`;
    t.deepEqual(differences, [], what);
    if (error !== null) t.true(CODE.test(error) || NEARS_OWN.test(error), `${what}: ${error}`);
    if (chosen.kind === 'earnest') {
      counts[error === null ? 'done' : 'refused'] += 1;
      if (error === null) judge(model, move, { day }).apply();
    } else counts[chosen.kind] += 1;
  }
  t.log(JSON.stringify(counts));
  t.true(Object.values(counts).every((count) => count > 0));
});

type Kind = 'earnest' | 'views' | 'odd';

/** The move as it is, or with something odd, or a view; and the two halves of a transfer with a call. */
function choose(context: { model: ContractModel; random: Random; move: ModelCall }): {
  kind: Kind;
  call: Omit<TwinCall, 'block_timestamp'>;
} {
  const { model, random, move } = context;
  const { from, deposit } = move;
  const is_view = random.below(4) === 0;
  const { method, args } = is_view ? makeView(random, model) : move;
  const oddness = random.below(6);
  const input = oddness === 0 ? oddInput(random) : encode(oddness === 1 ? makeOdd(random, args) : args);
  if (is_view) return { kind: 'views', call: { from, method, input, deposit, is_view } };
  const call = { from, method, input, deposit, is_view };
  if (method !== 'nft_transfer_call') return { kind: oddness < 2 ? 'odd' : 'earnest', call };
  if (random.below(2) === 0) return { kind: 'odd', call };
  const { token_id, receiver_id } = move.args;
  // As the receiver's answer comes back: to be kept, to be returned, nonsense, nothing, a failure.
  const owner_id = model.credits.get(token_id)?.owner_id ?? from;
  const resolve = { owner_id: 'bob.near', receiver_id: owner_id, token_id, transfer_nonce: random.below(4) };
  return {
    kind: 'odd',
    call: {
      from: random.pick([CONTRACT_ID, CONTRACT_ID, receiver_id]),
      method: 'nft_resolve_transfer',
      input: encode({ ...resolve, approved_account_ids: { 'market.near': 7 } }),
      deposit: 0n,
      is_view,
      promise_results: [random.pick(ANSWERS)],
    },
  };
}

const answer = (text: string): PromiseResult => ({ kind: 'value', value: new TextEncoder().encode(text) });
const ANSWERS: [PromiseResult, ...PromiseResult[]] = [
  answer('false'),
  answer('true'),
  answer(''),
  answer('"false"'),
  answer('x'.repeat(10_000)),
  { kind: 'failed' },
];

function begin(twins: Twins, model: ContractModel): void {
  const must = (from: string, method: string, args: object, deposit = 1n) => {
    const call = { from, method, input: encode(args), deposit, is_view: false, block_timestamp: START_NS };
    const { error, differences }: TwinResult = twins.call(call);
    if (error !== null || differences.length > 0)
      throw new Error(`${method}: ${error} ${differences.join()}`);
  };
  must(CONTRACT_ID, 'new', { owner_id: OWNER_ID, metadata: METADATA, upgrade_delay_ns: `${DAY_NS}` }, 0n);
  must(OWNER_ID, 'grant_role', { role: 'guardian', account_id: 'guardian.near' });
  for (const [registry, people] of [
    [REGISTRY, { minter: 'minter.near', registry: 'registry.near', registry_agent: 'agent.near' }],
    [OTHER_REGISTRY, OTHER_PEOPLE],
  ] as const) {
    for (const [role, account_id] of Object.entries(people)) {
      must(OWNER_ID, 'grant_role', { role, account_id, registry });
    }
    const consent = { ...usualConsent(registry), consent_ref: 'base', unit: '0.5' };
    must(people.registry, 'record_consent', consent, ENOUGH_DEPOSIT);
    model.consents.set(`${registry}/base`, { registry, remaining: 10n ** 14n, is_withdrawn: false });
  }
}

function encode(args: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(args));
}

function dayOf(time_ns: bigint): string {
  return new Date(Number(time_ns / 1_000_000n)).toISOString().slice(0, 10);
}
