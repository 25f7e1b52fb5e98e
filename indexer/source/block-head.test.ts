// Shows what is read of a block's JSON, digit by digit, and that a block with less is refused.
import test from 'ava';
import { layoutKey, readBlockHead } from './block-head.ts';
import { SourceFault } from './fault.ts';

const HASH = '1'.repeat(32);
const block = (
  header: object,
  chunks: unknown = [{ shard_id: 3, height_included: 9, outcome_root: HASH }],
) => {
  const full = {
    height: 9,
    hash: HASH,
    prev_hash: HASH,
    prev_height: 7,
    timestamp: 1,
    timestamp_nanosec: '1767225600600000001',
  };
  return Buffer.from(JSON.stringify({ chunks, header: { ...full, ...header } }));
};

test('a block is read with every digit of its time', (t) => {
  t.deepEqual(readBlockHead(block({}), 9n), {
    facts: { height: 9n, hash: HASH, prev_hash: HASH, prev_height: 7n, timestamp_ns: 1767225600600000001n },
    chunks: [{ shard_id: 3n, height_included: 9n, outcome_root: HASH }],
    layout_key: '3',
  });
});

test('heights and shard ids beyond 2^53 keep their digits', (t) => {
  const text = block({})
    .toString('utf8')
    .replace('"height":9', '"height":18446744073709551615')
    .replace('"shard_id":3', '"shard_id":9007199254740993');
  const { facts, chunks } = readBlockHead(Buffer.from(text), 18446744073709551615n);
  t.is(facts.height, 18446744073709551615n);
  t.is(chunks[0]?.shard_id, 9007199254740993n);
});

test('an old header without prev_height, and the first block that names itself, have none before', (t) => {
  t.is(readBlockHead(block({ prev_height: null }), 9n).facts.prev_height, null);
  t.is(readBlockHead(block({ prev_height: undefined }), 9n).facts.prev_height, null);
  t.is(readBlockHead(block({ prev_height: 9 }), 9n).facts.prev_height, null);
});

test('the order of shards does not matter to the key of a layout', (t) => {
  t.is(layoutKey([10n, 2n, 1n]), layoutKey([1n, 10n, 2n]));
  t.not(layoutKey([10n, 2n]), layoutKey([1n, 2n]));
});

const REFUSED: Record<string, Buffer> = {
  'no JSON': Buffer.from('{"header": }'),
  'no object': Buffer.from('[]'),
  'no header': Buffer.from('{"chunks":[]}'),
  'another height': block({ height: 10 }),
  'a height below nothing': block({ height: -9 }),
  'no hash': block({ hash: 'O0Il' }),
  'no time': block({ timestamp_nanosec: 1767225600600 }),
  'no chunks': block({}, []),
  'a chunk without a shard': block({}, [{ height_included: 9, outcome_root: HASH }]),
};
for (const [what, bytes] of Object.entries(REFUSED)) {
  test(`a block with ${what} is refused`, (t) => {
    const error = t.throws(() => readBlockHead(bytes, 9n), { instanceOf: SourceFault });
    t.is(error?.kind, 'corrupt');
  });
}

test('a block is read alike whether its fields are picked or parsed, a real one too', (t) => {
  const approvals = [`ed25519:${'1'.repeat(88)}`, null];
  const chunks = [11n, 6n, 2n].map((shard_id) => ({
    chunk_hash: HASH,
    height_created: 8,
    height_included: 9,
    outcome_root: HASH.replace('1', '2'),
    shard_id: Number(shard_id),
    validator_proposals: [],
  }));
  const text = (header: object) => JSON.stringify({ author: 'node.near', chunks, header });
  const { approvals: _none, ...rest } = { approvals, ...JSON.parse(block({}).toString('utf8')).header };
  const ordered = Object.fromEntries(
    Object.entries({ ...rest, outcome_root: HASH }).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  const picked = readBlockHead(Buffer.from(text({ approvals, ...ordered })), 9n);
  t.deepEqual(picked, readBlockHead(Buffer.from(text({ ...ordered, approvals })), 9n));
  t.deepEqual(
    picked.chunks.map(({ shard_id }) => shard_id),
    [11n, 6n, 2n],
  );
  t.is(picked.layout_key, '2,6,11');
});
