// Shows how the JSON-RPC's port treats what comes to it: envelopes, bounds, browsers, waiting and nonsense.
import { connect } from 'node:net';
import test from 'ava';
import { encodeBase58 } from '../core/near/base58.ts';
import { encodeBase64 } from '../core/near/crypto.ts';
import { encodeSignedTransaction, hashTransaction } from '../core/near/transaction.ts';
import { METHODS } from '../localnet/rpc/methods.ts';
import { SEED, signFor } from './support/near-node.ts';
import { chooseSeed, createRandom, type Random } from './support/random.ts';
import { CASES } from './support/rpc-cases/all-cases.ts';
import { ROOT, serveNode } from './support/rpc-node.ts';
import { makeRpcWorld, type RpcWorld } from './support/rpc-world.ts';

const parse = (reason: RegExp | string) => ({ code: -32_700, reason });

test('an answer repeats the id of its request, whatever it is', async (t) => {
  const { post } = await serveNode(t);
  for (const id of [0, 'a', null, [1], { b: 2 }, 'dontcare']) {
    const { body } = await post(JSON.stringify({ jsonrpc: '2.0', id, method: 'health' }));
    t.deepEqual(body, { jsonrpc: '2.0', id, result: null });
  }
});

test('an id beyond 2^53 keeps its digits', async (t) => {
  const { url } = await serveNode(t);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"jsonrpc":"2.0","id":12345678901234567890,"method":"health"}',
  });
  t.is(await response.text(), '{"jsonrpc":"2.0","result":null,"id":12345678901234567890}');
});

test('a body that is no request is refused with a parse error', async (t) => {
  const served = await serveNode(t);
  const expected = parse('JSON RPC Request format was expected');
  const bodies: [string | Uint8Array, ReturnType<typeof parse>][] = [
    ['', parse(/JSON/)],
    ['{]', parse(/JSON/)],
    [Uint8Array.of(0xff, 0xfe), parse('the body is not UTF-8')],
    ['['.repeat(200) + ']'.repeat(200), parse(/recursion limit/)],
    ['null', expected],
    ['[]', expected],
    ['[{"jsonrpc":"2.0","id":1,"method":"health"}]', expected],
    ['{"jsonrpc":"2.0","method":"health"}', expected],
    ['{"jsonrpc":"1.0","id":1,"method":"health"}', expected],
    ['{"jsonrpc":"2.0","id":1,"method":7}', expected],
    ['{"jsonrpc":"2.0","id":1,"method":"health","more":1}', expected],
    ['{"jsonrpc":"2.0","id":1,"result":1}', expected],
  ];
  for (const [body, { code, reason }] of bodies) {
    const answer = await served.post(body);
    t.is(answer.status, 400, String(body));
    t.is(answer.body.id, null);
    const error = answer.body.error as { code: number; data: string };
    t.is(error.code, code);
    if (typeof reason === 'string') t.is(error.data, reason);
    else t.regex(error.data, reason);
  }
  const plain = await served.post('{"jsonrpc":"2.0","id":1,"method":"health"}', {
    'content-type': 'text/plain',
  });
  t.is(plain.status, 400);
  t.deepEqual(served.faults, []);
});

test('a body beyond the bound is refused, announced or not', async (t) => {
  const { url } = await serveNode(t, { server: { max_body_bytes: 1_000 } });
  const headers = { 'content-type': 'application/json' };
  const announced = await fetch(url, { method: 'POST', headers, body: 'x'.repeat(1_001) });
  t.is(announced.status, 413);
  t.regex(await announced.text(), /larger than allowed \(limit: 1000 bytes\)/);
  const parts = new ReadableStream({
    start(stream) {
      for (let part = 0; part < 20; part++) stream.enqueue(new Uint8Array(100));
      stream.close();
    },
  });
  const request = { method: 'POST', headers, body: parts, duplex: 'half' } as RequestInit;
  const streamed = await fetch(url, request).then(
    (response) => response.status,
    // The server may hang up while the rest is still being sent.
    () => 413,
  );
  t.is(streamed, 413);
});

test('requests beyond the bound are told to wait', async (t) => {
  const { url } = await serveNode(t, { server: { requests_per_second: 3, now: () => 0 } });
  const statuses: number[] = [];
  for (let request = 0; request < 5; request++) statuses.push((await fetch(`${url}/health`)).status);
  t.deepEqual(statuses, [200, 200, 200, 429, 429]);
  t.is((await fetch(`${url}/health`)).headers.get('retry-after'), '1');
});

test('status and health are read by GET, other places are told to use POST', async (t) => {
  const { url, node } = await serveNode(t);
  const status = (await (await fetch(`${url}/status`)).json()) as { genesis_hash: string };
  t.is(status.genesis_hash, encodeBase58(node.chain.genesis.hash));
  const health = await fetch(`${url}/health`);
  t.deepEqual([health.status, await health.text()], [200, 'null']);
  t.is((await fetch(url)).status, 405);
  t.is((await fetch(`${url}/nothing`)).status, 404);
  t.is((await fetch(`${url}/status`, { method: 'POST' })).status, 404);
  t.is((await fetch(url, { method: 'PUT', body: 'x' })).status, 405);
});

test('pages of any origin may ask', async (t) => {
  const { url } = await serveNode(t);
  const headers = {
    origin: 'https://wallet.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };
  const before = await fetch(url, { method: 'OPTIONS', headers });
  t.is(before.status, 204);
  t.is(before.headers.get('access-control-allow-origin'), '*');
  t.regex(before.headers.get('access-control-allow-headers') ?? '', /content-type/);
  t.regex(before.headers.get('access-control-allow-methods') ?? '', /POST/);
  const after = await fetch(`${url}/status`, { headers });
  t.is(after.headers.get('access-control-allow-origin'), '*');
});

test('who waits longer than the bound is told of the timeout, and the transaction still runs', async (t) => {
  const served = await serveNode(t, {
    node: { seed: SEED, mode: { kind: 'manual' } },
    server: { wait_timeout_ms: 50 },
  });
  const { node } = served;
  const signed = signFor(node, { from: ROOT, to: ROOT, actions: [{ kind: 'transfer', deposit: 1n }] });
  const signed_tx_base64 = encodeBase64(encodeSignedTransaction(signed));
  const late = await served.call('send_tx', { signed_tx_base64 });
  t.is(late.status, 408);
  t.like(late.body.error, { name: 'HANDLER_ERROR', cause: { name: 'TIMEOUT_ERROR' }, data: 'Timeout' });
  const known = { tx_hash: encodeBase58(hashTransaction(signed.transaction)), sender_account_id: ROOT };
  const waiting = await served.call('tx', { ...known, wait_until: 'NONE' });
  t.deepEqual(waiting.body.result, { final_execution_status: 'NONE' });
  node.produceBlocks({ count: 2 });
  const done = await served.call('send_tx', { signed_tx_base64 });
  t.like(done.body.result, { final_execution_status: 'EXECUTED_OPTIMISTIC', status: { SuccessValue: '' } });
  const never = await served.call('tx', ['11111111111111111111111111111112', ROOT]);
  t.like(never.body.error, { cause: { name: 'UNKNOWN_TRANSACTION' } });
});

test('stopping ends connections and requests that wait', async (t) => {
  const served = await serveNode(t, { node: { seed: SEED, mode: { kind: 'manual' } } });
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  // Being hung up on may come as a reset.
  socket.on('error', (error: NodeJS.ErrnoException) => t.is(error.code, 'ECONNRESET'));
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write('POST / HTTP/1.1\r\nhost: x\r\n');
  const signed = signFor(served.node, { from: ROOT, to: ROOT, actions: [] });
  const sent = new Promise<void>((resolve) => {
    const { submit } = served.node;
    served.node.submit = (transaction) => {
      resolve();
      return submit.call(served.node, transaction);
    };
  });
  const waiting = served.call('send_tx', { signed_tx_base64: encodeBase64(encodeSignedTransaction(signed)) });
  const hung_up = t.throwsAsync(waiting);
  await sent;
  await served.stop();
  await Promise.all([ended, hung_up]);
  t.deepEqual(served.faults, []);
});

/** The long form takes its time on a busy machine. */
const LONG_MS = 300_000;
const FUZZ_ROUNDS = process.env.DMRV_TEST_LONG === '1' ? 5_000 : 200;

test('nonsense is refused, never a fault and never an end', async (t) => {
  t.timeout(LONG_MS);
  const random = createRandom(chooseSeed());
  t.log(`seed ${random.seed}`);
  const world = await makeRpcWorld(t, { wait_timeout_ms: 0 });
  for (let round = 0; round < FUZZ_ROUNDS; round++) {
    const body = random.below(2) === 0 ? nonsense(random) : spoiled(random, world);
    const answer = await world.post(body);
    t.true([200, 400, 408, 422].includes(answer.status), `HTTP ${answer.status} to ${body}`);
    t.true('result' in answer.body !== 'error' in answer.body, String(body));
  }
  t.deepEqual(world.faults, [], `seed ${random.seed}`);
  t.is((await world.call('health')).status, 200);
});

/** Its random jumps would go far; everything else is quick. */
const FUZZED = [...METHODS.keys()].filter((name) => name !== 'sandbox_fast_forward');

/** A request of the tables, with one or two of its values changed. */
function spoiled(random: Random, world: RpcWorld): string {
  const method = FUZZED[random.below(FUZZED.length)] ?? 'block';
  const cases = CASES[method] ?? [];
  let params = cases[random.below(cases.length)]?.params(world);
  for (let changes = 1 + random.below(2); changes > 0; changes--) params = changed(random, params);
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
}

function changed(random: Random, whole: unknown): unknown {
  if (typeof whole === 'string' && whole.length > 0 && random.below(2) === 0) {
    const at = random.below(whole.length);
    return whole.slice(0, at) + random.pick(['A', '1', '/', 'é', '']) + whole.slice(at + 1);
  }
  if (whole === null || typeof whole !== 'object' || random.below(4) === 0) return value(random, 2);
  const copy = structuredClone(whole) as Record<string, unknown>;
  const names = Object.keys(copy);
  const name = names[random.below(Math.max(names.length, 1))];
  if (name === undefined) return value(random, 2);
  if (random.below(5) === 0) delete copy[name];
  else copy[name] = changed(random, copy[name]);
  return copy;
}

const NAMES = [
  'block_id',
  'finality',
  'account_id',
  'request_type',
  'keys',
  'records',
  'tx_hash',
  'shard_id',
] as const;
const WORDS = [
  'final',
  'view_account',
  ROOT,
  'call_function',
  'view_state',
  'data_changes',
  '__proto__',
] as const;

/** Requests that are nearly right, and bodies that are none. */
function nonsense(random: Random): string | Uint8Array {
  const kind = random.below(10);
  if (kind === 0) return Uint8Array.from({ length: random.below(64) }, () => random.below(256));
  const method = FUZZED[random.below(FUZZED.length)] ?? 'block';
  const text = JSON.stringify({ jsonrpc: '2.0', id: random.below(9), method, params: value(random, 4) });
  if (kind === 1) return text.slice(0, random.below(text.length));
  if (kind === 2) {
    const at = random.below(text.length);
    return `${text.slice(0, at)}${random.pick(['"', '{', '\\', '0', ',', '\u0000'])}${text.slice(at + 1)}`;
  }
  return text;
}

function value(random: Random, depth: number): unknown {
  const leaf: (() => unknown)[] = [
    () => null,
    () => random.below(2) === 0,
    () => random.below(1_000),
    () => -random.below(1_000),
    () => random.below(1_000) / 7,
    () => 2 ** 64,
    () => random.nearHash(),
    () => random.pick(WORDS),
    () => 'AAAA',
    () => '',
  ];
  const kind = depth === 0 ? 0 : random.below(3);
  if (kind === 1) return Array.from({ length: random.below(4) }, () => value(random, depth - 1));
  if (kind === 2) {
    const size = random.below(5);
    return Object.fromEntries(
      Array.from({ length: size }, () => [random.pick(NAMES), value(random, depth - 1)]),
    );
  }
  return leaf[random.below(leaf.length)]?.();
}
