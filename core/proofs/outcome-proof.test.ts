// Owns the rules of outcome proofs on real ones; leaves the advance of heads to light-client.test.ts.
import test from 'ava';
import { readNearFixture } from '../../sandbox-tests/support/near-fixtures.ts';
import { decodeHash, encodeBase58 } from '../near/base58.ts';
import { encodeBase64 } from '../near/crypto.ts';
import { type HeaderLite, hashHeaderLite } from '../near/header.ts';
import { rootOfPath } from '../near/merkle.ts';
import { hashOutcome } from '../near/outcome.ts';
import { type ProofStep, verifyInclusion, verifyOutcomeProof } from './outcome-proof.ts';
import { type OutcomeProof, outcomeProofSchema } from './schema.ts';

const NLC_ROOT = 'WWrLWbWHwSmjtTn5oBZPYgRCuCYn6fkYVa4yhPWNK4L';
const RAINBOW_ROOTS = {
  'rb_proof2.json': '22f00dd154366d758cd3e4fe81c1caed8e0db6227fe4b2b52a8e5a468aa0a723',
  'rb_proof3.json': '0d0776820a9a81481a559c36fd5d69c33718fb7d7fd3be7564a446e043e2cb35',
  'rb_proof4.json': '1f7129496c461c058fb3daf258d89bf7dacb4efad5742351f66098a00bb6fa53',
};

for (const [name, root] of Object.entries(RAINBOW_ROOTS)) {
  test(`the mainnet proof ${name} leads to its known root and to no other`, (t) => {
    const proof = outcomeProofSchema.parse(readNearFixture(name));
    const receipt_id = proof.outcome_proof.id;
    const block_merkle_root = Uint8Array.from(Buffer.from(root, 'hex'));
    const verdict = verifyInclusion({ proof, receipt_id, block_merkle_root });
    t.true(verdict.ok, verdict.ok ? '' : verdict.reason);
    const other = verifyInclusion({ proof, receipt_id, block_merkle_root: receipt_id });
    t.like(other, { ok: false, step: 'block_merkle_root' });
  });
}

test('the testnet proof leads to the head root of its batch and tells what happened', (t) => {
  const proof = outcomeProofSchema.parse(readNearFixture('nlc_old.json'));
  const { head_block_root } = readNearFixture<{ head_block_root: string }>('nlc_batch.json');
  t.is(head_block_root, NLC_ROOT);
  const verdict = verifyOutcomeProof({ proof, ...trusted(proof) });
  t.like(verdict, { ok: true, value: { height: 141429413n, succeeded: true, logs: ['submitting 1 blobs'] } });
});

test('a stated shard root is compared, and a wrong one names its own step', (t) => {
  const proof = outcomeProofSchema.parse(readNearFixture('nlc_old.json'));
  const { id, outcome, proof: path } = proof.outcome_proof;
  const shard_root = rootOfPath(hashOutcome(id, outcome), path);
  t.true(verifyOutcomeProof({ proof, ...trusted(proof), shard_root }).ok);
  t.like(verifyOutcomeProof({ proof, ...trusted(proof), shard_root: id }), { ok: false, step: 'shard_root' });
});

test('a head that is not the trusted block is refused', (t) => {
  const proof = outcomeProofSchema.parse(readNearFixture('nlc_old.json'));
  const { head, ...rest } = trusted(proof);
  const later = { ...head, inner_lite: { ...head.inner_lite, height: head.inner_lite.height + 1n } };
  t.like(verifyOutcomeProof({ proof, ...rest, head: later }), { ok: false, step: 'head' });
});

// Every value of the real proof is changed in turn; each change must be refused at the step that owns the value.
const OWNERS: [RegExp, ProofStep | 'nobody'][] = [
  [/^outcome_proof\.id$/, 'receipt'],
  [/^outcome_proof\.(outcome|proof)\./, 'outcome_root'],
  [/^outcome_root_proof\./, 'outcome_root'],
  [/^block_header_lite\.inner_lite\.outcome_root$/, 'outcome_root'],
  // Read only where the exact string beside it is missing.
  [/^block_header_lite\.inner_lite\.timestamp$/, 'nobody'],
  [/^block_header_lite\./, 'block_hash'],
  [/^outcome_proof\.block_hash$/, 'block_hash'],
  [/^block_proof\./, 'block_merkle_root'],
];

test('any changed value of a real proof is refused, and the step that owns it is named', (t) => {
  const original = readNearFixture('nlc_old.json');
  const trust = trusted(outcomeProofSchema.parse(original));
  const places = leafPaths(original).filter((path) => !path.startsWith('outcome_proof.outcome.metadata'));
  t.true(places.length > 70, `${places.length} places`);
  for (const path of places) {
    const owner = OWNERS.find(([pattern]) => pattern.test(path))?.[1];
    if (owner === undefined) {
      t.fail(`no step owns ${path}`);
      continue;
    }
    const proof = outcomeProofSchema.parse(withChange(original, path));
    const verdict = verifyOutcomeProof({ proof, ...trust });
    if (owner === 'nobody') t.true(verdict.ok, path);
    else t.like(verdict, { ok: false, step: owner }, path);
  }
});

test('a status of another kind, a log moved or removed is refused', (t) => {
  const proof = outcomeProofSchema.parse(readNearFixture('nlc_old.json'));
  const trust = trusted(proof);
  const { outcome } = proof.outcome_proof;
  const variants: OutcomeProof['outcome_proof']['outcome'][] = [
    { ...outcome, status: { kind: 'failure' } },
    { ...outcome, status: { kind: 'unknown' } },
    { ...outcome, status: { kind: 'receipt', receipt_id: proof.outcome_proof.id } },
    { ...outcome, logs: [] },
    { ...outcome, logs: [...outcome.logs, ''] },
    { ...outcome, receipt_ids: [] },
  ];
  for (const variant of variants) {
    const changed = { ...proof, outcome_proof: { ...proof.outcome_proof, outcome: variant } };
    t.like(verifyOutcomeProof({ proof: changed, ...trust }), { ok: false, step: 'outcome_root' });
  }
});

test('a timestamp that lost digits is refused when it is read', (t) => {
  const raw = readNearFixture<{ block_header_lite: { inner_lite: Record<string, unknown> } }>('nlc_old.json');
  delete raw.block_header_lite.inner_lite.timestamp_nanosec;
  raw.block_header_lite.inner_lite.timestamp = Number('1697116223277387356');
  const parsed = outcomeProofSchema.safeParse(raw);
  t.false(parsed.success);
  t.regex(parsed.error?.message ?? '', /parseNearJson/);
});

function trusted(proof: OutcomeProof): {
  receipt_id: Uint8Array;
  head: HeaderLite;
  trusted_hash: Uint8Array;
} {
  const head: HeaderLite = {
    ...proof.block_header_lite,
    inner_lite: { ...proof.block_header_lite.inner_lite, block_merkle_root: decodeHash(NLC_ROOT) },
  };
  return { receipt_id: proof.outcome_proof.id, head, trusted_hash: hashHeaderLite(head) };
}

function leafPaths(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [prefix];
  return Object.entries(value).flatMap(([key, inner]) => leafPaths(inner, prefix ? `${prefix}.${key}` : key));
}

function withChange(original: unknown, path: string): unknown {
  const copy = structuredClone(original) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce((at, key) => at[key] as Record<string, unknown>, copy);
  holder[last] = changed(holder[last], last);
  return copy;
}

function changed(value: unknown, key: string): unknown {
  if (value === 'Left') return 'Right';
  if (value === 'Right') return 'Left';
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') throw new Error(`cannot change ${JSON.stringify(value)}`);
  if (/^\d+$/.test(value)) return String(BigInt(value) + 1n);
  if (key === 'SuccessValue') return encodeBase64(Uint8Array.of(1, 2, 3));
  const isHash = /^[1-9A-HJ-NP-Za-km-z]{40,44}$/.test(value);
  if (!isHash) return `${value}x`;
  const bytes = decodeHash(value);
  bytes[31] = (bytes[31] ?? 0) ^ 1;
  return encodeBase58(bytes);
}
