// Shows that every header stays known in its light form, found by hash, height and place, when the block itself is forgotten.
import test from 'ava';
import { toHex } from '../../core/near/bytes.ts';
import { sha256 } from '../../core/near/crypto.ts';
import { hashHeaderLite } from '../../core/near/header.ts';
import { type BlockPlan, buildChain } from '../../sandbox-tests/support/made-up-chain.ts';
import { HEADER_RECORD_BYTES, HeaderIndex } from './header-index.ts';

const BLOCKS = 700;
const QUIET: BlockPlan = { skipped: 0, outcomes: [0, 0], absent: null };
const plan = {
  seed: 5,
  validators: 4,
  seats: 4,
  epoch_length: 7,
  shard_ids: [3n, 1n],
  blocks: Array.from({ length: BLOCKS }, (_, index) => ({ ...QUIET, skipped: index % 5 === 0 ? 2 : 0 })),
};

test('a header is found by hash, height and place, and is the one that was hashed', (t) => {
  const { chain } = buildChain(plan);
  const { headers } = chain;
  t.is(headers.size, BLOCKS + 1);
  let before = -1n;
  for (let ordinal = 0; ordinal < headers.size; ordinal++) {
    const known = headers.at(ordinal);
    t.is(headers.ordinalOf(known.hash), ordinal);
    t.deepEqual(headers.findAt(known.height), known);
    t.is(headers.placeOf(before + 1n), ordinal, 'also from a skipped height');
    t.is(toHex(hashHeaderLite(known.header)), toHex(known.hash));
    before = known.height;
  }
  t.is(headers.findAt(chain.head.height + 1n), undefined);
  t.is(headers.find(sha256(Uint8Array.of(1))), undefined);
  t.throws(() => chain.getHeader(sha256(Uint8Array.of(1))), { message: /no block .* on this chain/ });
});

test('records copied into another index find the same headers', (t) => {
  const { headers } = buildChain(plan).chain;
  const copy = new HeaderIndex();
  for (let ordinal = 0; ordinal < headers.size; ordinal++) copy.appendRecord(headers.record(ordinal));
  t.deepEqual(copy.find(headers.hashAt(333)), headers.at(333));
  t.throws(() => copy.appendRecord(new Uint8Array(HEADER_RECORD_BYTES - 1)), { message: /bytes in a list/ });
});

test('a forgotten block is gone, but for its header, its path and the light client’s way past it', (t) => {
  const { chain } = buildChain(plan);
  const { headers, head } = chain;
  const path = chain.blockPath(headers.at(400), head);
  for (let ordinal = 0; ordinal < BLOCKS - 20; ordinal++) {
    const block = chain.findBlock(headers.hashAt(ordinal));
    if (block !== undefined) chain.forget(block, []);
  }
  t.is(chain.findBlock(headers.hashAt(400)), undefined);
  t.is(chain.findBlockAt(headers.heightAt(400)), undefined);
  t.truthy(chain.findBlock(headers.hashAt(2)), 'a light client begins at genesis and needs the two above it');
  t.deepEqual(chain.blockPath(headers.at(400), head), path);
});
