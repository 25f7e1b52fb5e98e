// Owns the rules of advancing a head, on two real mainnet blocks; leaves outcomes to outcome-proof.test.ts.
import test from 'ava';
import { readNearFixture } from '../../sandbox-tests/support/near-fixtures.ts';
import { encodeBase58 } from '../near/base58.ts';
import { hashHeaderLite } from '../near/header.ts';
import { advanceHead, type HeadStep, type LightClientHead, pinHead } from './light-client.ts';
import { type LightClientBlock, lightClientBlockSchema } from './schema.ts';

interface Answer {
  last_block_hash: string;
  body: unknown;
}
const block0 = lightClientBlockSchema.parse(readNearFixture<Answer>('nlc_main_0.json').body);
const block1 = lightClientBlockSchema.parse(readNearFixture<Answer>('nlc_main_1.json').body);

test('the second block is accepted with the producers that the first carries', (t) => {
  const verdict = advanceHead(pinned(block0), block1);
  t.true(
    verdict.ok,
    JSON.stringify(verdict, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
  );
  if (!verdict.ok) return;
  t.is(verdict.value.header.inner_lite.height, 86673092n);
  t.is(verdict.value.producers, block0.next_bps);
  t.is(verdict.value.next_producers, block1.next_bps);
});

test('the first block is refused against the producers it carries for the next epoch', (t) => {
  const { inner_lite } = block0.header;
  const head: LightClientHead = {
    ...pinned(block0),
    header: { ...block0.header, inner_lite: { ...inner_lite, height: inner_lite.height - 10n } },
    producers: block0.next_bps,
  };
  const verdict = advanceHead(head, block0);
  t.like(verdict, { ok: false, step: 'signature' });
  t.regex(verdict.ok ? '' : verdict.reason, /^approval 62 /);
});

test('a block pinned under another hash, or with producers it does not commit to, begins no trust', (t) => {
  const trusted_hash = hashHeaderLite(block0.header);
  t.like(pinHead({ block: block1, trusted_hash }), { ok: false, step: 'head' });
  const swapped = { ...block0, next_bps: (block0.next_bps ?? []).toReversed() };
  t.like(pinHead({ block: swapped, trusted_hash }), { ok: false, step: 'next_bp_hash' });
});

const lite = (change: Partial<LightClientBlock['header']['inner_lite']>): LightClientBlock => ({
  ...block1,
  header: { ...block1.header, inner_lite: { ...block1.header.inner_lite, ...change } },
});
const zeros = new Uint8Array(32);
const REFUSALS: [string, HeadStep, LightClientBlock][] = [
  ['a block at the height of the head', 'height', lite({ height: block0.header.inner_lite.height })],
  ['a block of an epoch two ahead', 'epoch', lite({ epoch_id: block1.header.inner_lite.next_epoch_id })],
  ['a first block of an epoch without next producers', 'producers', { ...block1, next_bps: null }],
  ['another height', 'signature', lite({ height: block1.header.inner_lite.height + 1n })],
  ['another next epoch', 'signature', lite({ next_epoch_id: zeros })],
  ['another state root', 'signature', lite({ prev_state_root: zeros })],
  ['another outcome root', 'signature', lite({ outcome_root: zeros })],
  ['another timestamp', 'signature', lite({ timestamp: block1.header.inner_lite.timestamp + 1n })],
  ['another next_bp_hash', 'signature', lite({ next_bp_hash: zeros })],
  ['another block merkle root', 'signature', lite({ block_merkle_root: zeros })],
  ['another inner rest', 'signature', { ...block1, header: { ...block1.header, inner_rest_hash: zeros } }],
  [
    'another previous block',
    'signature',
    { ...block1, header: { ...block1.header, prev_block_hash: zeros } },
  ],
  ['another next block', 'signature', { ...block1, next_block_inner_hash: zeros }],
  ['approvals in another order', 'signature', withApprovals(block1.approvals_after_next.toReversed())],
  ['no approvals at all', 'stake', withApprovals(block1.approvals_after_next.map(() => null))],
  [
    'next producers with one left out',
    'next_bp_hash',
    { ...block1, next_bps: (block1.next_bps ?? []).slice(1) },
  ],
];
for (const [what, step, block] of REFUSALS) {
  test(`${what} is refused at the step ${step}`, (t) => {
    t.like(advanceHead(pinned(block0), block), { ok: false, step });
  });
}

test('approvals behind the last producer neither count nor spoil', (t) => {
  const [first = null] = block1.approvals_after_next;
  t.true(advanceHead(pinned(block0), withApprovals([...block1.approvals_after_next, first, null])).ok);
  const silent = block1.approvals_after_next.map(() => null);
  const beyond = withApprovals([...silent, ...block1.approvals_after_next]);
  t.like(advanceHead(pinned(block0), beyond), { ok: false, step: 'stake' });
});

test('exactly two thirds of the stake is not enough, one more unit is', (t) => {
  const { producers, approvals } = equalStakes(block1, block0);
  const head = { ...pinned(block0), next_producers: producers };
  t.like(advanceHead(head, withApprovals(approvals)), { ok: false, step: 'stake' });
  const [first, ...others] = producers;
  if (first === undefined) throw new Error('the fixture has producers');
  const heavier = { ...head, next_producers: [{ ...first, stake: first.stake + 1n }, ...others] };
  t.true(advanceHead(heavier, withApprovals(approvals)).ok);
});

test('a head whose producers were never learnt advances within its epoch only after they are', (t) => {
  const same_epoch = lite({ epoch_id: block0.header.inner_lite.epoch_id });
  t.like(advanceHead(pinned(block0), same_epoch), { ok: false, step: 'producers' });
});

test('only the epoch of genesis, named by zeros, may name itself as the next one', (t) => {
  const { header } = block0;
  const named = (epoch: Uint8Array): LightClientBlock => ({
    ...block0,
    header: { ...header, inner_lite: { ...header.inner_lite, epoch_id: epoch, next_epoch_id: epoch } },
  });
  t.is(pinned(block0).producers, null);
  t.deepEqual(pinned(named(zeros)).producers, block0.next_bps);
  const other = named(block0.header.inner_lite.epoch_id);
  const trusted_hash = hashHeaderLite(other.header);
  t.like(pinHead({ block: other, trusted_hash }), { ok: false, step: 'epoch' });
});

function pinned(block: LightClientBlock): LightClientHead {
  const verdict = pinHead({ block, trusted_hash: hashHeaderLite(block.header) });
  if (!verdict.ok)
    throw new Error(`pinning ${encodeBase58(hashHeaderLite(block.header))}: ${verdict.reason}`);
  return verdict.value;
}

function withApprovals(approvals_after_next: LightClientBlock['approvals_after_next']): LightClientBlock {
  return { ...block1, approvals_after_next };
}

/** The signers of the real block, so weighed that the first and half of the others make exactly two thirds. */
function equalStakes(block: LightClientBlock, before: LightClientBlock) {
  const signers = block.approvals_after_next.map((approval) => approval !== null);
  const signing = signers.filter(Boolean).length;
  const silent = signers.length - signing;
  const producers = (before.next_bps ?? []).map((producer, index) => ({
    ...producer,
    stake: signers[index] ? BigInt(2 * silent) : BigInt(signing),
  }));
  const approvals = block.approvals_after_next;
  if (!signers[0]) throw new Error('the first producer of the fixture signs');
  return { producers, approvals };
}
