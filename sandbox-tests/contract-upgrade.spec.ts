// Shows that an upgrade whose migration refuses the state undoes itself whole, code and records, and that one which succeeds keeps them.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { buildContract } from '../scripts/build-contract/build-contract.ts';
import {
  type CallResult,
  CONTRACT_ID,
  type ContractChain,
  expectPanic,
  OWNER_ID,
} from './support/contract-chain.ts';
import { type ContractWorld, openContractWorld, UPGRADE_DELAY_NS } from './support/contract-world.ts';

let world: ContractWorld;
let chain: ContractChain;
let today: Uint8Array;

test.before(async () => {
  today = (await buildContract()).wasm;
});

test.beforeEach(async () => {
  world = await openContractWorld();
  chain = world.chain;
  world.mint();
});

test.afterEach.always(async () => {
  await chain.stop();
});

test.serial('a migration that fails half way leaves the old code and every old record', async (t) => {
  const before = await upgradeTo(await buildVersion('failing'));
  t.regex(before.result.error ?? '', /^UPGRADE_STATE: the other half/);
  t.deepEqual(before.result.events, []);
  t.is(deployed(), sha256(today));
  t.deepEqual(chain.snapshot().entries, before.entries);
  // The code that stands goes on as if nothing had been tried, and may be told to forget it.
  world.mint();
  world.act(OWNER_ID, 'cancel_upgrade', {});
  t.is(rules().announced_upgrade, null);
});

test.serial('a migration that succeeds keeps credits, roles and totals under the new code', async (t) => {
  const next = await buildVersion('next');
  const [supply, roles, tokens] = [chain.view('supply'), chain.view('list_roles'), chain.view('nft_tokens')];
  const { result } = await upgradeTo(next);
  t.is(result.error, null);
  t.deepEqual(
    result.events.map(({ event, data }) => [event, data]),
    [['upgrade_apply', [{ code_sha256: sha256(next), from_version: 1, to_version: 2 }]]],
  );
  t.is(deployed(), sha256(next));
  t.is(rules().state_version, 2);
  t.is(rules().announced_upgrade, null);
  t.deepEqual(
    [chain.view('supply'), chain.view('list_roles'), chain.view('nft_tokens')],
    [supply, roles, tokens],
  );
  world.mint();
});

test.serial('code that does not know the version of the state is undone by its own migration', async (t) => {
  const next = await buildVersion('next');
  await upgradeTo(next);
  const { result, entries } = await upgradeTo(today);
  t.regex(result.error ?? '', /^UPGRADE_STATE: the state has version 2, this code knows 1/);
  t.is(deployed(), sha256(next));
  t.deepEqual(chain.snapshot().entries, entries);
  t.is(rules().state_version, 2);
});

const CORRUPTIONS: [what: string, key: string, change: (text: string) => string, words: RegExp][] = [
  [
    'a total that no registry has',
    'g',
    (text) => text.replace('\n1 10000000000 1 ', '\n2 20000000000 2 '),
    /totals/,
  ],
  [
    'a registry whose total is lost',
    'rverra',
    (text) => text.replace('1 10000000000 1 ', '0 0 0 '),
    /totals/,
  ],
  ['a listed registry without a record', 'R', (text) => `${text}\npuro`, /puro is listed/],
  [
    'more live credits than totals count',
    'g',
    (text) => text.replace(/\n1\n([0-9a-f]{64})$/, '\n2\n$1'),
    /listed as live/,
  ],
];
for (const [what, key, change, words] of CORRUPTIONS) {
  test.serial(`the same code is not deployed over ${what}`, async (t) => {
    await corrupt(key, change);
    const { result, entries } = await upgradeTo(today);
    t.regex(result.error ?? '', /^UPGRADE_STATE: /);
    t.regex(result.error ?? '', words);
    t.deepEqual(chain.snapshot().entries, entries);
    t.not(rules().announced_upgrade, null);
    expectPanic(t, chain, 'NOT_PRIVATE', { from: OWNER_ID, method: 'migrate' });
  });
}

test.serial('what was minted and what became of it must be the same tonnes', async (t) => {
  const lose = (text: string) => text.replace('1 10000000000 1 10000000000', '1 10000000000 1 9000000000');
  await corrupt('g', lose);
  await corrupt('rverra', lose);
  const { result, entries } = await upgradeTo(today);
  t.regex(result.error ?? '', /^UPGRADE_STATE: what was minted is not what became of it/);
  t.deepEqual(chain.snapshot().entries, entries);
});

async function upgradeTo(code: Uint8Array): Promise<{ result: CallResult; entries: [string, string][] }> {
  world.act(OWNER_ID, 'announce_upgrade', { code_sha256: sha256(code) });
  await chain.advanceTo(chain.now() + UPGRADE_DELAY_NS);
  const { entries } = chain.snapshot();
  const result = chain.call({ from: OWNER_ID, method: 'upgrade', raw: code, deposit: 1n });
  return { result, entries };
}

async function buildVersion(name: 'next' | 'failing'): Promise<Uint8Array> {
  const entry = fileURLToPath(new URL(`upgrades/${name}/contract.ts`, import.meta.url));
  return (await buildContract({ entry })).wasm;
}

/** Past all rules, as a fault of ours would. */
async function corrupt(key: string, change: (text: string) => string): Promise<void> {
  const found = chain.snapshot().entries.find(([hex]) => Buffer.from(hex, 'hex').toString() === key);
  const text = Buffer.from(found?.[1] ?? '', 'hex').toString();
  const changed = change(text);
  if (changed === text) throw new Error(`the record ${key} is as before: ${text}`);
  const encode = (value: string) => new TextEncoder().encode(value);
  const done = chain.node.patchState([
    { kind: 'data', account_id: CONTRACT_ID, key: encode(key), value: encode(changed) },
  ]);
  chain.node.produceBlocks();
  await done;
}

function deployed(): string {
  const state = chain.node.readState(CONTRACT_ID, { kind: 'finality', finality: 'optimistic' });
  if (!state.ok) throw new Error(state.reason);
  return sha256(state.value.findCode(CONTRACT_ID) ?? new Uint8Array(0));
}

function rules(): { state_version: number; announced_upgrade: object | null } {
  return chain.view('rules') as { state_version: number; announced_upgrade: object | null };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
