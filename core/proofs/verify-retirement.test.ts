// Shows that proof files of every kind of retirement are accepted, and that each damage to one is refused at the step that owns it.
import test from 'ava';
import { readNearFixture } from '../../sandbox-tests/support/near-fixtures.ts';
import {
  damagesOf,
  PROOF_FILES,
  type ProofFile,
  pinOf,
  readProof,
  readProofText,
} from '../../sandbox-tests/support/proof-fixtures.ts';
import { decodeHash } from '../near/base58.ts';
import { fromHex, toHex } from '../near/bytes.ts';
import { bundleSchema, MAX_BUNDLE_BYTES } from './bundle-schema.ts';
import { writeOutcome } from './bundle-wire.ts';
import { checkOutcome } from './check-outcomes.ts';
import { outcomeProofSchema } from './schema.ts';
import {
  PROOF_STEPS,
  type RetirementStep,
  verifyProofText,
  verifyRetirementProof,
} from './verify-retirement.ts';

for (const name of PROOF_FILES) {
  test(`the proof file ${name} is accepted at a head that the reader pinned`, (t) => {
    const bundle = readProof(name);
    const verdict = verifyProofText(readProofText(name), { trusted_head: pinOf(bundle) });
    t.deepEqual(verdict.failed, undefined);
    t.true(verdict.ok && verdict.is_trusted);
    t.true(verdict.statements.every(({ ok }) => ok));
    t.deepEqual(verdict.shown?.retirement, bundle.retirement);
    t.is(verdict.heads[0]?.source, name === 'signed-path.json' ? 'light_client' : 'pinned');
  });

  test(`without a head of the reader's the proof file ${name} is only said to agree with itself`, (t) => {
    const verdict = verifyRetirementProof(readProof(name));
    t.true(verdict.ok);
    t.false(verdict.is_trusted);
    t.regex(verdict.statements.find(({ step }) => step === 'head')?.says ?? '', /untrusted head/);
  });
}

test('a file says in which of its three states the registry is, and who attests it', (t) => {
  const shown = (name: ProofFile) => verifyRetirementProof(readProof(name)).shown;
  t.like(shown('whole.json'), {
    state: 'confirmed',
    registry_row: { registry_retirement_id: 'R-2026-18', attested_by: 'registry_agent' },
  });
  t.like(shown('part-refused.json'), {
    state: 'refused',
    refusal: { reason: 'The units are on hold', attested_by: 'registry' },
  });
  t.like(shown('merged.json'), { state: 'pending', registry_row: null });
  t.is(shown('hidden.json')?.beneficiary, null);
  t.is(shown('revealed.json')?.beneficiary, 'Zoë Müller');
  t.is(shown('merged.json')?.retirement.tonnage, '79');
});

test('two retirements of one transaction each have a file of their own', (t) => {
  const [first, second] = [readProof('batch-first.json'), readProof('batch-second.json')];
  const receiptOf = ({ acts }: typeof first) => acts.find(({ act }) => act === 'retire')?.receipt_id;
  t.is(receiptOf(first), receiptOf(second));
  t.is(first.retirement.tonnage, '10');
  t.is(second.retirement.tonnage, '100');
  const swapped = { ...first, retirement: second.retirement };
  t.is(verifyRetirementProof(swapped).failed?.step, 'retirement');
  const both = { ...first, retirement: second.retirement, token_id: second.token_id };
  t.is(verifyRetirementProof(both).failed?.step, 'retirement');
});

test('the outcome of another retirement in a proof’s place is refused', (t) => {
  const [whole, hidden] = [readProof('whole.json'), readProof('hidden.json')];
  const [outcome] = hidden.outcomes;
  if (outcome === undefined) return t.fail('no outcome');
  const taken = { ...whole, outcomes: [outcome, ...whole.outcomes.slice(1)] };
  t.is(verifyRetirementProof(taken).failed?.step, 'receipt');
  const [id] = whole.outcomes.map(({ outcome_proof }) => outcome_proof.id);
  const renamed = { ...outcome, outcome_proof: { ...outcome.outcome_proof, id } };
  t.is(
    verifyRetirementProof({ ...whole, outcomes: [renamed, ...whole.outcomes.slice(1)] }).failed?.step,
    'shard_root',
  );
});

test('a head that is not the trusted one is refused, and so is what is no hash', (t) => {
  const bundle = readProof('whole.json');
  const other = pinOf(readProof('signed-path.json'));
  t.is(verifyRetirementProof(bundle, { trusted_head: other }).failed?.step, 'head');
  t.is(verifyRetirementProof(bundle, { trusted_head: 'not a hash' }).failed?.step, 'head');
  t.true(verifyRetirementProof(bundle, { trusted_head: [other, pinOf(bundle)] }).is_trusted);
});

// Which step owns a place of the file; a list of steps where the kind of damage decides.
const OWNERS: [RegExp, readonly RetirementStep[]][] = [
  [/^contract_id$/, ['contract']],
  [/^(token_id|retirement)(\.|$)/, ['retirement']],
  [/^acts\.\d+\.receipt_id$/, ['receipt']],
  [/^acts\.\d+\.(act|log_index)$/, ['event']],
  // Of a batch the next item may be another retirement.
  [/^acts\.\d+\.item_index$/, ['event', 'retirement']],
  // An act less leaves an outcome that nobody asks for, or another retirement of its receipt without a part.
  [/^acts(\.\d+)?$/, ['receipt', 'event', 'lineage', 'confirmation']],
  [/^outcomes\.\d+\.outcome_proof\.id$/, ['receipt']],
  [/^outcomes\.\d+\.outcome_proof\.block_hash$/, ['block_hash']],
  [/^outcomes\.\d+\.(outcome_proof\.(proof|outcome)|shard_root)(\.|$)/, ['shard_root']],
  [/^outcomes\.\d+\.outcome_root_proof(\.|$)/, ['outcome_root']],
  [/^outcomes\.\d+\.block_header_lite\.inner_lite\.outcome_root$/, ['outcome_root']],
  [/^outcomes\.\d+\.block_header_lite\./, ['block_hash']],
  [/^outcomes\.\d+\.(block_proof(\.|$)|head$)/, ['block_merkle_root']],
  [/^outcomes(\.\d+)?$/, ['receipt']],
  [/^heads\.\d+\.header\.inner_lite\.block_merkle_root$/, ['block_merkle_root']],
  // The signed blocks must end in the head; where there are none, the reader's own must be the head.
  [/^heads\.\d+\.header\./, ['head', 'light_client']],
  // A start of another hash is one that the reader does not trust, whatever follows from it.
  [/^heads\.\d+\.light_client($|\.)/, ['light_client', 'head']],
  [/^heads$/, ['form']],
  [/^canonical_payload($|\.)/, ['payload']],
  [/^registry_row($|\.)/, ['registry_row']],
];
const HARMLESS: [RegExp, string][] = [
  // Another order of acts of different blocks, or of outcomes, is the same file.
  [/^(acts|outcomes)$/, 'two items in each other’s place'],
  // A file without its payload shows less, and says so.
  [/^canonical_payload$/, 'without itself'],
];

for (const name of PROOF_FILES) {
  test(`each damage to ${name} is refused, and the step that owns the place is named`, (t) => {
    const original = readProof(name);
    const trusted_head = pinOf(original);
    let refused = 0;
    const places = new Set<string>();
    for (const { what, path, value } of damagesOf(original)) {
      if (HARMLESS.some(([pattern, kind]) => pattern.test(path) && kind === what)) continue;
      const { ok, failed, statements } = verifyRetirementProof(value, { trusted_head });
      if (ok || failed === undefined) {
        t.fail(`${what} at ${path} was accepted`);
        continue;
      }
      const owners = OWNERS.find(([pattern]) => pattern.test(path))?.[1] ?? ['form'];
      // A shape that the form does not know is refused before anything is hashed.
      const is_named = owners.includes(failed.step) || failed.step === 'form';
      t.true(is_named, `${what} at ${path} was refused at ${failed.step}: ${failed.reason}`);
      t.like(statements.at(-1), { step: failed.step, ok: false });
      refused += 1;
      places.add(path);
    }
    t.true(refused >= 200, `${refused} damages`);
    t.log(`${refused} damages at ${places.size} places were refused`);
  });
}

const REAL = {
  'rb_proof2.json': '22f00dd154366d758cd3e4fe81c1caed8e0db6227fe4b2b52a8e5a468aa0a723',
  'rb_proof3.json': '0d0776820a9a81481a559c36fd5d69c33718fb7d7fd3be7564a446e043e2cb35',
  'rb_proof4.json': '1f7129496c461c058fb3daf258d89bf7dacb4efad5742351f66098a00bb6fa53',
  // In hex, as the others: WWrLWbWHwSmjtTn5oBZPYgRCuCYn6fkYVa4yhPWNK4L.
  'nlc_old.json': toHex(decodeHash('WWrLWbWHwSmjtTn5oBZPYgRCuCYn6fkYVa4yhPWNK4L')),
};

for (const [name, root] of Object.entries(REAL)) {
  test(`the real proof ${name} passes the steps in the file's form, and each damage to it is refused`, (t) => {
    const proof = outcomeProofSchema.parse(readNearFixture(name));
    const entry = writeOutcome(proof, 0);
    if (entry === undefined) return t.fail('it is of a failure');
    const block_merkle_root = fromHex(root);
    const head = { hash: '', bytes: block_merkle_root, height: 0n, timestamp: 0n, block_merkle_root };
    t.true(checkOutcome(entry, [head]).ok);
    let refused = 0;
    for (const { what, path, value } of damagesOf({ outcomes: [entry] })) {
      const form = bundleSchema.shape.outcomes.safeParse((value as { outcomes?: unknown }).outcomes);
      const [damaged, another] = form.data ?? [];
      // The id is compared with what was asked for, and that an outcome stands twice is seen before.
      if (damaged === undefined || another !== undefined || path.endsWith('outcome_proof.id')) continue;
      const verdict = checkOutcome(damaged, [head]);
      const owners = OWNERS.find(([pattern]) => pattern.test(path))?.[1] ?? [];
      t.true(!verdict.ok && owners.includes(verdict.step), `${what} at ${path}`);
      refused += 1;
    }
    t.true(refused >= 30, `${refused} damages`);
  });
}

test('nothing that is given makes it throw', (t) => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 20_000; depth++) deep = [deep];
  const whole = readProof('whole.json');
  const hostile: unknown[] = [
    undefined,
    null,
    1,
    'text',
    [],
    {},
    deep,
    { ...whole, canonical_payload: { deep } },
    { ...whole, outcomes: new Array(1_000_000) },
    { ...whole, heads: [{ header: 'x'.repeat(1_000_000) }] },
    Object.create(null),
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('read');
        },
        ownKeys: () => {
          throw new Error('listed');
        },
      },
    ),
  ];
  for (const value of hostile) {
    const verdict = verifyRetirementProof(value, { trusted_head: pinOf(whole) });
    t.false(verdict.ok);
    t.true(PROOF_STEPS.includes(verdict.failed?.step ?? 'form'));
  }
  t.is(verifyProofText('{').failed?.step, 'form');
  t.is(verifyProofText(' '.repeat(MAX_BUNDLE_BYTES + 1)).failed?.step, 'form');
});
