// Shows that a Lake that lies stops the stream with a named error that says the height and what differs.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { DmrvError } from '../core/errors/index.ts';
import type { SourceOptions } from '../indexer/source/open-source.ts';
import { LAYOUT } from './support/lake-node.ts';
import { CONTRACT, collect, type SourceWorld, startSourceWorld } from './support/source-world.ts';

const FROM_START = { kind: 'height', height: 0n } as const;
const BLOCKS = 20;

interface Lie {
  key: RegExp;
  tell(text: string): string;
  /** Every so many blocks everything is checked; never, where nothing is said. */
  audit_every?: number;
  differs: RegExp;
}

const LIES: Record<string, Lie> = {
  'an outcome of the contract burnt other gas': {
    key: /shard_11/,
    tell: (text) => changeOutcome(text, /"gas_burnt":\d+/, '"gas_burnt":7'),
    differs: /commits to|leads to/,
  },
  'a receipt of the contract is said to have returned something else': {
    key: /shard_11/,
    tell: (text) => changeOutcome(text, /"SuccessValue":""/, '"SuccessValue":"bWludA=="'),
    differs: /commits to|leads to/,
  },
  'a block with calls of the contract tells another time': {
    key: /block\.json/,
    tell: (text) => text.replace(/"timestamp_nanosec":"\d+"/, '"timestamp_nanosec":"1767225600000000000"'),
    differs: /the header gives the hash/,
  },
  'outcomes of a shard are left out': {
    key: /shard_/,
    tell: (text) =>
      text.replace(
        /"receipt_execution_outcomes":\[.*\],"shard_id"/s,
        '"receipt_execution_outcomes":[],"shard_id"',
      ),
    audit_every: 1,
    differs: /commits to/,
  },
  'a chunk is said to hold something else': {
    key: /block\.json/,
    tell: (text) => text.replace(/"gas_limit":\d+/, '"gas_limit":1'),
    audit_every: 1,
    differs: /the hash of chunk/,
  },
  'a shard is given for another': {
    key: /shard_2\.json/,
    tell: (text) => text.replace(/"shard_id":2,"state/, '"shard_id":6,"state'),
    audit_every: 1,
    differs: /shard 2/,
  },
};

for (const [what, { key, tell, audit_every = 1_000_000, differs }] of Object.entries(LIES)) {
  test.serial(`a Lake that lies is found out: ${what}`, async (t) => {
    const world = await startSourceWorld(t, { node: { layout: LAYOUT } });
    world.grow(BLOCKS);
    world.lake.choose = (asked) =>
      asked.height >= 6n && key.test(asked.key) ? { kind: 'replace', text: tell } : 'pass';
    const error = await refused(t, world, { limits: { audit_every } });
    t.regex(String(error?.facts.differences), differs);
    t.true(Number(error?.facts.height) >= 6);
    t.regex(error?.message ?? '', new RegExp(`Block ${error?.facts.height}`));
  });
}

test.serial(
  'a layout that puts the contract on another shard is found out by the sampled audit',
  async (t) => {
    const world = await startSourceWorld(t, { node: { layout: LAYOUT } });
    world.grow(BLOCKS);
    const url = await startLyingRpc(t, world.rpc_url);
    const error = await refused(t, world, { rpc: { urls: [url] }, limits: { audit_every: 2 } });
    t.regex(String(error?.facts.differences), /shard 11: carol\.near executes here, the layout says on 2/);
  },
);

async function refused(
  t: ExecutionContext,
  world: SourceWorld,
  options: Partial<SourceOptions>,
): Promise<DmrvError | undefined> {
  const error = await t.throwsAsync(collect(world.open(options), { start: FROM_START, to: world.tip() }), {
    instanceOf: DmrvError,
  });
  t.is(error?.code, 'SOURCE_FALSE', error?.message);
  return error;
}

/** In the part of a shard that tells what the contract did. */
function changeOutcome(text: string, pattern: RegExp, to: string): string {
  const at = text.indexOf(`"executor_id":"${CONTRACT}"`);
  return at < 0 ? text : text.slice(0, at) + text.slice(at).replace(pattern, to);
}

/** Moves the last boundary below the contract. */
async function startLyingRpc(t: ExecutionContext, rpc_url: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const answer = await fetch(rpc_url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    response.end((await answer.text()).replace('["bob.near","d"]', '["bob.near","c"]'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
