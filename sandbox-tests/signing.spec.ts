// Shows that each purpose has one transaction, whoever asks, however often, and whatever is lost or killed on the way.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { CallOutcome, ContractCall } from '../api/signing/types.ts';
import { type Child, startChild } from './support/child.ts';
import type { RpcFault } from './support/faulty-rpc.ts';
import { PROJECT } from './support/product.ts';
import { openSigningWorld, until } from './support/signing-world.ts';
import { makeTestFolder, removeTestFolder } from './support/test-folder.ts';

const KEYS = 4;
const CALLERS = 50;
const PURPOSES = 10;
const A_DAY_OF_BLOCKS = 86_500n;
const AN_HOUR_MS = 3_600_000;

const here = await openSigningWorld(KEYS);
const folder = await makeTestFolder();

test.beforeEach(() => {
  here.proxy.choose = () => 'pass';
});
test.afterEach.always(() => here.pause());
test.after.always(async () => {
  await here.close();
  await removeTestFolder(folder);
});

async function minted(): Promise<number> {
  const { minted: tally } = here.world.chain.view('supply') as { minted: { count: number } };
  return tally.count;
}

async function rowsOf(purpose: string) {
  return (await here.rows()).filter((row) => row.purpose === purpose);
}

/** A process that carries out the calls over the proxy. */
function orderChild(name: string, calls: readonly ContractCall[]): Child {
  const file = join(folder, `${name}.json`);
  const orders = {
    database_url: here.database.urlFor('app'),
    rpc_url: here.proxy.url,
    secrets: here.secrets,
    calls: calls.map((call) => ({ ...call, deposit: `${call.deposit}`, gas: `${call.gas}` })),
  };
  writeFileSync(file, JSON.stringify(orders), { mode: 0o600 });
  return startChild({ file: join(PROJECT, 'sandbox-tests/support/signing-child.ts'), args: [file] });
}

test.serial(
  `${CALLERS} calls at once over ${PURPOSES} purposes make exactly ${PURPOSES} transactions`,
  async (t) => {
    const stop = here.run();
    const signings = [here.open(), here.open()];
    const before = { sent: here.sent.length, minted: await minted() };
    const calls = Array.from({ length: PURPOSES }, (_, n) => here.mint(`many:${n}`));
    const outcomes = await Promise.all(
      Array.from({ length: CALLERS }, (_, n) => {
        const call = calls[n % PURPOSES];
        if (call === undefined) throw new Error('There are as many calls as purposes.');
        return signings[n % 2]?.call(call);
      }),
    );
    stop();
    t.deepEqual([...new Set(outcomes.map((outcome) => outcome?.status))], ['succeeded']);
    t.is(here.sent.length - before.sent, PURPOSES);
    t.is((await minted()) - before.minted, PURPOSES);
    t.is(new Set(here.sent).size, here.sent.length);
    const rows = await here.rows();
    t.is(rows.length, PURPOSES);
    t.is(new Set(rows.map(({ public_key, nonce }) => `${public_key} ${nonce}`)).size, PURPOSES);
    t.is(new Set(rows.map(({ public_key }) => public_key)).size, KEYS, 'more calls than keys use every key');
    const hashes = outcomes.map((outcome) =>
      outcome?.status === 'succeeded' ? outcome.transaction_hash : undefined,
    );
    t.is(new Set(hashes).size, PURPOSES);
  },
);

test.serial(
  'what succeeded is told again, also by another process that has no key, and nothing is sent',
  async (t) => {
    const stop = here.run();
    const call = here.mint('again');
    const first = await here.open().call(call);
    const { length } = here.sent;
    t.deepEqual(await here.open({ secrets: [] }).call(call), first);
    stop();
    t.is(here.sent.length, length);
    t.like(first, { status: 'succeeded', value: null });
    t.regex(first.status === 'succeeded' ? first.block_height : '', /^\d+$/);
  },
);

test.serial('two processes at once make one transaction for each purpose', async (t) => {
  const stop = here.run();
  const calls = Array.from({ length: 6 }, (_, n) => here.mint(`two:${n}`));
  const { length } = here.sent;
  const children = ['first', 'second'].map((name) => orderChild(name, calls));
  for (const child of children) t.is((await child.end).code, 0, child.output());
  stop();
  t.is(here.sent.length - length, calls.length);
  const [first, second] = children.map((child) => /outcomes (.*)/.exec(child.output())?.[1]);
  t.is(first, second);
  t.is((JSON.parse(first ?? '[]') as CallOutcome[]).filter(({ status }) => status === 'succeeded').length, 6);
});

test.serial('what the contract refuses is told by its code, and may be asked for anew', async (t) => {
  const stop = here.run();
  const call = here.mint('refused', { credit: { consent_ref: 'nobody gave it' } });
  const signing = here.open();
  const refused = await signing.call(call);
  t.is(refused.status === 'failed' ? refused.code : refused.status, 'CONSENT_MISSING');
  t.regex(refused.status === 'failed' ? refused.message : '', /\w/);
  t.is((await signing.call(here.mint('refused'))).status, 'succeeded');
  const no_method = await signing.call({ ...call, purpose: 'no method', method: 'nft_mintt' });
  t.like(no_method, { status: 'failed', code: 'MethodResolveError' });
  stop();
  t.deepEqual(
    (await rowsOf('refused')).map(({ status }) => status),
    ['failed', 'succeeded'],
  );
});

test.serial('another tenant cannot take a purpose, and an account without keys signs nothing', async (t) => {
  const stop = here.run();
  const call = here.mint('of a');
  t.is((await here.open().call(call)).status, 'succeeded');
  await t.throwsAsync(here.open().call({ ...call, tenant_id: here.other_tenant_id }), {
    message: /transactions_purpose_once/,
  });
  await t.throwsAsync(here.open().call({ ...call, purpose: 'other account', account_id: 'alice.near' }), {
    code: 'SIGNING_KEY_MISSING',
  });
  stop();
});

/** What the proxy does to the first requests of a method; then it passes them. */
const LOSSES: readonly { name: string; method: string; faults: readonly RpcFault[] }[] = [
  { name: 'the request is lost', method: 'send_tx', faults: ['lose_request'] },
  { name: 'the answer is lost', method: 'send_tx', faults: ['lose_answer', 'lose_answer'] },
  { name: 'the node fails', method: 'send_tx', faults: [{ kind: 'status', status: 500 }, 'lose_answer'] },
  { name: 'the node has no time', method: 'send_tx', faults: [{ kind: 'refuse', name: 'TIMEOUT_ERROR' }] },
  {
    name: 'a stale node knows nothing of it',
    method: 'tx',
    faults: Array(12).fill({ kind: 'refuse', name: 'UNKNOWN_TRANSACTION' }),
  },
  { name: 'the status is lost', method: 'tx', faults: ['lose_answer', { kind: 'status', status: 502 }] },
  {
    name: 'its block is unknown',
    method: 'block',
    faults: ['pass', { kind: 'refuse', name: 'UNKNOWN_BLOCK' }],
  },
  {
    name: 'the keys cannot be asked for',
    method: 'query',
    faults: [{ kind: 'status', status: 503 }, 'lose_answer'],
  },
];

for (const { name, method, faults } of LOSSES) {
  test.serial(`where ${name}, one transaction succeeds (${method})`, async (t) => {
    const stop = here.run();
    const left = [...faults];
    here.proxy.choose = (asked) => (asked.method === method ? (left.shift() ?? 'pass') : 'pass');
    const { length } = here.sent;
    const outcome = await here.open().call(here.mint(`lost:${name}`));
    stop();
    t.is(outcome.status, 'succeeded');
    t.deepEqual(left, []);
    t.is(here.sent.length - length, 1);
    t.is((await rowsOf(`lost:${name}`)).length, 1);
  });
}

for (const fault of ['lose_request', 'lose_answer'] as const) {
  const where = fault === 'lose_request' ? 'storing and sending' : 'sending and noting';
  test.serial(`a process that is killed between ${where} leaves one transaction`, async (t) => {
    const stop = here.run();
    const purpose = `killed:${fault}`;
    const call = here.mint(purpose);
    const { length } = here.sent;
    let child: Child | undefined;
    here.proxy.choose = (asked) => {
      if (asked.method !== 'send_tx') return 'pass';
      child?.process.kill('SIGKILL');
      return fault;
    };
    child = orderChild(fault, [call]);
    t.is((await child.end).signal, 'SIGKILL', child.output());
    here.proxy.choose = () => 'pass';
    t.is((await rowsOf(purpose)).length, 1);
    t.is((await here.open().call(call)).status, 'succeeded');
    stop();
    t.is(here.sent.length - length, 1);
    t.is((await rowsOf(purpose)).length, 1);
  });
}

test.serial('a transaction that nobody follows any more is settled, and its key is free again', async (t) => {
  const purpose = 'left alone';
  const { length } = here.sent;
  t.is((await here.open({ wait_ms: 0 }).call(here.mint(purpose))).status, 'pending');
  const stop = here.run();
  await until('the chain has it', () => here.sent.length === length + 1);
  const later = here.open({ now: () => new Date(Date.now() + AN_HOUR_MS) });
  await until('it is settled', async () => {
    await later.settleLeftAlone();
    return (await rowsOf(purpose))[0]?.status === 'succeeded';
  });
  stop();
  t.is(here.sent.length, length + 1);
});

test.serial('one that expired without arriving is signed anew; it never arrives later', async (t) => {
  const purpose = 'never arrived';
  const call = here.mint(purpose);
  const { length } = here.sent;
  here.proxy.choose = ({ method }) => (method === 'send_tx' ? 'lose_request' : 'pass');
  t.is((await here.open({ wait_ms: 0 }).call(call)).status, 'pending');
  t.is((await here.open({ wait_ms: 500 }).call(call)).status, 'pending', 'it is still the same');
  t.is((await rowsOf(purpose)).length, 1);
  await here.world.chain.node.fastForward(A_DAY_OF_BLOCKS);
  here.proxy.choose = () => 'pass';
  const stop = here.run();
  t.is((await here.open().call(call)).status, 'succeeded');
  stop();
  t.deepEqual(
    (await rowsOf(purpose)).map(({ status }) => status),
    ['expired', 'succeeded'],
  );
  t.is(here.sent.length - length, 1);
});

test.serial('one that arrived and whose end no node knows any more is not signed anew', async (t) => {
  const purpose = 'arrived';
  const call = here.mint(purpose);
  const { length } = here.sent;
  here.proxy.choose = ({ method }) =>
    method === 'tx' ? { kind: 'refuse', name: 'UNKNOWN_TRANSACTION' } : 'pass';
  const stop = here.run();
  t.is((await here.open({ wait_ms: 500 }).call(call)).status, 'pending');
  await until('the chain has it', () => here.sent.length === length + 1);
  stop();
  await here.world.chain.node.fastForward(A_DAY_OF_BLOCKS);
  const run_on = here.run();
  const outcome = await here.open().call(call);
  run_on();
  t.like(outcome, { status: 'succeeded', value: null });
  t.is(here.sent.length - length, 1);
  t.is((await rowsOf(purpose)).length, 1);
});

test.serial('a key whose nonces somebody else spends is no reason to sign twice', async (t) => {
  const purpose = 'spent elsewhere';
  const call = here.mint(purpose);
  const { length } = here.sent;
  const [secret = ''] = here.secrets;
  here.proxy.choose = ({ method }) => (method === 'send_tx' ? 'lose_request' : 'pass');
  t.is((await here.open({ wait_ms: 0, secrets: [secret] }).call(call)).status, 'pending');
  here.world.chain.node.produceBlocks();
  here.spendNonces(secret);
  here.proxy.choose = () => 'pass';
  const stop = here.run();
  t.is((await here.open({ secrets: [secret] }).call(call)).status, 'succeeded');
  stop();
  t.deepEqual(
    (await rowsOf(purpose)).map(({ status }) => status),
    ['expired', 'succeeded'],
  );
  t.is(here.sent.length - length, 2, 'the stranger and the second');
});

test.serial('no line of the log has a key or the bytes of a transaction', (t) => {
  t.true(here.log.length > 0);
  const told = here.log.join('\n');
  for (const secret of here.secrets) {
    t.false(told.includes(secret.slice('ed25519:'.length)));
    t.false(told.includes(secret.slice('ed25519:'.length, 40)));
  }
});
