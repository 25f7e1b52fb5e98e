// Shows that an audit finds nothing wrong in a real mainnet block, and names every value of it that is changed.
import test from 'ava';
import { readNearFixture } from '../../sandbox-tests/support/near-fixtures.ts';
import { auditBlock } from './audit.ts';
import { readBlockHead } from './block-head.ts';
import { OutcomeRoots } from './outcome-roots.ts';
import type { FoundBlock } from './reader.ts';

type Json = Record<string, unknown>;
const real = snakeCased(readNearFixture<{ block: Json; shards: Json[] }>('lake_61321189.json')) as {
  block: Json;
  shards: Json[];
};
const EXECUTOR: string = firstExecutor();
const THOROUGH = { is_thorough: true, contract_ids: [EXECUTOR], shards: null };

test('a real block is without contradiction, thoroughly and in short', (t) => {
  const { differences, roots } = auditBlock(blockOf(real), THOROUGH);
  t.deepEqual(differences, []);
  t.is(roots.size, 4);
  const short = auditBlock(blockOf(real), { ...THOROUGH, is_thorough: false });
  t.deepEqual(short.differences, []);
  for (const [shard_id, root] of short.roots) t.is(roots.get(shard_id), root);
  t.true(short.roots.size > 0);
});

const CHANGES: [what: string, change: (copy: typeof real) => void, found: RegExp][] = [
  ['its time', ({ block }) => set(block, 'header.timestamp_nanosec', '1'), /the header gives the hash/],
  ['its parent', ({ block }) => set(block, 'header.prev_hash', '1'.repeat(32)), /the header gives the hash/],
  ['its outcome root', ({ block }) => set(block, 'header.outcome_root', '1'.repeat(32)), /outcome_root is/],
  ['a chunk of it', ({ block }) => set(block, 'chunks.1.gas_used', 1), /the hash of chunk 1/],
  ['the place of a chunk', ({ block }) => set(block, 'chunks.2.height_included', 7), /chunk_headers_root is/],
  [
    'what it says of an outcome',
    ({ shards }) => set(first(shards), `${OUTCOME}.outcome.gas_burnt`, 1),
    /the proof of/,
  ],
  [
    'a log of an outcome',
    ({ shards }) => set(first(shards), `${OUTCOME}.outcome.logs.0`, 'EVENT_JSON:{}'),
    /the proof of/,
  ],
  [
    'the block of an outcome',
    ({ shards }) => set(first(shards), `${OUTCOME}.block_hash`, '1'.repeat(32)),
    /names the block/,
  ],
  ['the number of a shard', ({ shards }) => set(first(shards), 'shard_id', 9), /not the form of that shard/],
  [
    'the outcomes of a shard',
    ({ shards }) => set(first(shards), 'receipt_execution_outcomes', []),
    /the proof of/,
  ],
];
const OUTCOME = 'receipt_execution_outcomes.0.execution_outcome';
for (const [what, change, found] of CHANGES) {
  test(`a block with another value is refused: ${what}`, (t) => {
    const copy = structuredClone(real);
    change(copy);
    t.regex(auditBlock(blockOf(copy), THOROUGH).differences.join('; '), found);
  });
}

test('a contract that executes on another shard than the layout says is named', (t) => {
  const { differences } = auditBlock(blockOf(real), { ...THOROUGH, shards: [7n] });
  t.regex(differences.join('; '), new RegExp(`${EXECUTOR} executes here, the layout says on 7`));
});

test('a block whose header is of a later form is not judged by its hash, yet by all else', (t) => {
  const copy = structuredClone(real);
  set(copy.block, 'header.block_body_hash', '1'.repeat(32));
  t.deepEqual(auditBlock(blockOf(copy), THOROUGH).differences, []);
  set(copy.block, 'header.prev_state_root', '1'.repeat(32));
  t.regex(auditBlock(blockOf(copy), THOROUGH).differences.join('; '), /prev_state_root is/);
});

test('a later chunk that commits to other outcomes is noticed, an old chunk is waited past', (t) => {
  const roots = new OutcomeRoots();
  const { head } = blockOf(real);
  const [chunk] = head.chunks;
  if (chunk === undefined) throw new Error('the fixture has chunks');
  const at = (height: bigint, place: Partial<typeof chunk>) => {
    return { ...head, facts: { ...head.facts, height }, chunks: [{ ...chunk, ...place }] };
  };
  roots.expect(5n, new Map([[chunk.shard_id, 'right']]));
  t.is(roots.check(at(6n, { height_included: 4n, outcome_root: 'old' })), null);
  t.is(roots.check(at(7n, { height_included: 7n, outcome_root: 'right' })), null);
  roots.expect(7n, new Map([[chunk.shard_id, 'right']]));
  t.like(roots.check(at(8n, { height_included: 8n, outcome_root: 'other' })), { height: 7n });
  roots.expect(8n, new Map([[chunk.shard_id, 'right']]));
  t.is(roots.check(at(9n, { shard_id: 77n, height_included: 9n })), null, 'its shard was split');
  t.is(roots.check(at(10n, { height_included: 10n, outcome_root: 'other' })), null);
});

function blockOf({ block, shards }: typeof real): FoundBlock {
  const block_bytes = Buffer.from(JSON.stringify(block));
  return {
    kind: 'found',
    head: readBlockHead(block_bytes, 61321189n),
    block_bytes,
    shards: shards.map((shard, index) => ({
      shard_id: BigInt(index),
      bytes: Buffer.from(JSON.stringify(shard)),
    })),
    is_whole: true,
    size: 0,
    held: 0,
    requests: 5,
  };
}

/** The fixture's keys are those of a client that renames them; names of variants begin with a capital and stay. */
function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      /^[A-Z]/.test(key) ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCased(inner),
    ]),
  );
}

function set(target: unknown, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const place = steps.reduce((inner, step) => Reflect.get(Object(inner), step), target);
  Reflect.set(Object(place), last, value);
}

function first(shards: Json[]): Json {
  const [shard] = shards.filter((item) => (item.receipt_execution_outcomes as unknown[]).length > 0);
  if (shard === undefined) throw new Error('the fixture has outcomes');
  return shard;
}

function firstExecutor(): string {
  const [outcome] = first(real.shards).receipt_execution_outcomes as {
    execution_outcome: { outcome: { executor_id: string } };
  }[];
  return outcome?.execution_outcome.outcome.executor_id ?? '';
}
