// Shows that a verifier who reads nothing but JSON-RPC answers follows the localnet over epochs and accepts its proofs.
import test from 'ava';
import { decodeHash, encodeBase58 } from '../core/near/base58.ts';
import { decodeBase64, sha256 } from '../core/near/crypto.ts';
import { hashHeaderLite } from '../core/near/header.ts';
import { parseNearJson } from '../core/near/json.ts';
import { advanceHead, type LightClientHead, pinHead } from '../core/proofs/light-client.ts';
import { verifyOutcomeProof } from '../core/proofs/outcome-proof.ts';
import { lightClientBlockSchema, outcomeProofSchema } from '../core/proofs/schema.ts';
import { ROOT } from './support/rpc-node.ts';
import { HOLDER, makeRpcWorld, type RpcWorld } from './support/rpc-world.ts';

const EPOCH_LENGTH = 60;
const EPOCHS = 5;
/** More blocks than epochs on the way would mean that a client does not move on. */
const MAX_STEPS = EPOCHS + 3;

/** As a careful client reads it: no digit of a timestamp is lost. */
async function ask(world: RpcWorld, method: string, params: unknown): Promise<unknown> {
  const response = await fetch(world.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result } = parseNearJson(await response.text()) as { result: unknown };
  return result;
}

async function nextBlock(world: RpcWorld, last_block_hash: string) {
  const result = await ask(world, 'next_light_client_block', { last_block_hash });
  if (Object.keys(result as object).length === 0) return null;
  return lightClientBlockSchema.parse(result);
}

/** From the first block that genesis leads to, up to where the node has nothing newer. */
async function follow(world: RpcWorld): Promise<{ head: LightClientHead; epochs: Set<string> }> {
  const first = await nextBlock(world, world.genesis_hash);
  if (first === null) throw new Error('the chain has no final block above genesis');
  const pinned = pinHead({ block: first, trusted_hash: hashHeaderLite(first.header) });
  if (!pinned.ok) throw new Error(pinned.reason);
  let head = pinned.value;
  const epochs = new Set([encodeBase58(head.header.inner_lite.epoch_id)]);
  for (let step = 0; step < MAX_STEPS; step++) {
    const block = await nextBlock(world, encodeBase58(head.hash));
    if (block === null) return { head, epochs };
    const verdict = advanceHead(head, block);
    if (!verdict.ok) throw new Error(`${verdict.step}: ${verdict.reason}`);
    head = verdict.value;
    epochs.add(encodeBase58(head.header.inner_lite.epoch_id));
  }
  throw new Error(`${MAX_STEPS} blocks did not lead to the newest`);
}

test('a light client follows over epochs, and proofs of transactions and receipts hold at its head', async (t) => {
  const world = await makeRpcWorld(t);
  await world.call('sandbox_fast_forward', { delta_height: EPOCH_LENGTH * EPOCHS });
  const { head, epochs } = await follow(world);
  t.true(epochs.size >= EPOCHS - 1, `${epochs.size} epochs were passed`);
  const light_client_head = encodeBase58(head.hash);
  const wanted = [
    { type: 'transaction', transaction_hash: world.tx_hash, sender_id: ROOT, light_client_head },
    { type: 'receipt', receipt_id: world.receipt_id, receiver_id: ROOT, light_client_head },
  ];
  for (const params of wanted) {
    const proof = outcomeProofSchema.parse(await ask(world, 'EXPERIMENTAL_light_client_proof', params));
    const id = params.type === 'receipt' ? world.receipt_id : world.tx_hash;
    const verdict = verifyOutcomeProof({
      proof,
      receipt_id: decodeHash(id),
      head: head.header,
      trusted_hash: head.hash,
    });
    t.true(verdict.ok, verdict.ok ? '' : `${params.type}, ${verdict.step}: ${verdict.reason}`);
    proof.outcome_proof.outcome.gas_burnt += 1n;
    const forged = verifyOutcomeProof({
      proof,
      receipt_id: decodeHash(id),
      head: head.header,
      trusted_hash: head.hash,
    });
    t.like(forged, { ok: false, step: 'outcome_root' });
  }
});

test('a block and the lite form of its header say the same', async (t) => {
  const world = await makeRpcWorld(t);
  const proof = (await ask(world, 'EXPERIMENTAL_light_client_block_proof', {
    block_hash: world.block_hash,
    light_client_head: world.head_hash,
  })) as { block_header_lite: unknown };
  const block = (await ask(world, 'block', [world.block_hash])) as { header: Record<string, unknown> };
  const { inner_lite } = proof.block_header_lite as { inner_lite: Record<string, unknown> };
  for (const [name, value] of Object.entries(inner_lite)) t.is(block.header[name], value, name);
  t.is(block.header.hash, world.block_hash);
});

test('a proof of contract state begins at the root to which the next chunk commits', async (t) => {
  const world = await makeRpcWorld(t);
  const { block } = world.executed;
  const { proof } = (await ask(world, 'query', {
    request_type: 'view_state',
    account_id: HOLDER,
    prefix_base64: '',
    include_proof: true,
    block_id: world.block_hash,
  })) as { proof: string[] };
  const next = (await ask(world, 'block', [Number(block.height) + 1])) as {
    chunks: { prev_state_root: string }[];
  };
  const root = sha256(decodeBase64(proof[0] ?? ''));
  t.deepEqual(
    next.chunks.map(({ prev_state_root }) => prev_state_root),
    [encodeBase58(root)],
  );
});
