// Owns what light clients ask for: the next block to trust and proofs up to it; leaves making them to localnet/chain.
import { z } from 'zod';
import { encodeBase58 } from '../../../core/near/base58.ts';
import { formatCurveBytes } from '../../../core/near/keys.ts';
import type { LightClientBlock } from '../../../core/proofs/schema.ts';
import { type ProofRefusal, proveExecution } from '../../chain/execution-proof.ts';
import type { KnownHeader } from '../../chain/header-index.ts';
import { nextLightClientBlock } from '../../chain/light-client-block.ts';
import { viewHeaderLite, viewValidatorStake } from '../../views/block.ts';
import { viewOutcome, viewPath } from '../../views/outcome.ts';
import { unknownBlock } from '../blocks.ts';
import type { RpcContext } from '../context.ts';
import { handlerError, type RpcError } from '../errors.ts';
import { accountIdSchema, hashSchema, parseParams, positional } from '../params.ts';

const light_client_head = hashSchema;
const executionSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('transaction'),
    transaction_hash: hashSchema,
    sender_id: accountIdSchema,
    light_client_head,
  }),
  z.object({
    type: z.literal('receipt'),
    receipt_id: hashSchema,
    receiver_id: accountIdSchema,
    light_client_head,
  }),
]);

export function executionProof({ node }: RpcContext, params: unknown) {
  const wanted = parseParams(executionSchema, params);
  const id = wanted.type === 'transaction' ? wanted.transaction_hash : wanted.receipt_id;
  const head = getHeader(node, wanted.light_client_head);
  const located = node.findOutcome(id);
  if (located === undefined) throw refusal('unknown_outcome', { id, shard_id: null });
  const answer = proveExecution(node.chain, { id, outcome: located.outcome, head });
  if (!answer.ok) throw refusal(answer.refusal, { id, shard_id: located.shard_id });
  const { outcome_proof, outcome_root_proof, block_header_lite, block_proof } = answer.proof;
  return {
    outcome_proof: viewOutcome({
      outcome: located.outcome,
      block_hash: outcome_proof.block_hash,
      path: outcome_proof.proof,
    }),
    outcome_root_proof: viewPath(outcome_root_proof),
    block_header_lite: viewHeaderLite(block_header_lite),
    block_proof: viewPath(block_proof),
  };
}

const blockProofSchema = z.object({ block_hash: hashSchema, light_client_head });

export function blockProof({ node }: RpcContext, params: unknown) {
  const wanted = parseParams(blockProofSchema, params);
  const block = getHeader(node, wanted.block_hash);
  const head = getHeader(node, wanted.light_client_head);
  if (block.height >= head.height) throw refusal('beyond_head', { id: block.hash, shard_id: null });
  return {
    block_header_lite: viewHeaderLite(block.header),
    block_proof: viewPath(node.chain.blockPath(block, head)),
  };
}

const nextSchema = positional(['last_block_hash'], z.object({ last_block_hash: hashSchema }));

/** An empty object where the client knows the newest already. */
export function nextBlock({ node }: RpcContext, params: unknown) {
  const { last_block_hash } = parseParams(nextSchema, params);
  const last = node.chain.headers.find(last_block_hash);
  // This method alone says the name of the error twice.
  if (last === undefined) throw handlerError({ name: 'UNKNOWN_BLOCK', info: {} });
  const next = nextLightClientBlock(node.chain, last);
  return next === null ? {} : viewLightClientBlock(next);
}

function viewLightClientBlock(block: LightClientBlock) {
  const { header, next_bps, approvals_after_next } = block;
  return {
    ...viewHeaderLite(header),
    next_block_inner_hash: encodeBase58(block.next_block_inner_hash),
    next_bps: next_bps === null ? null : next_bps.map(viewValidatorStake),
    approvals_after_next: approvals_after_next.map((approval) =>
      approval === null ? null : formatCurveBytes(approval),
    ),
  };
}

function getHeader(node: RpcContext['node'], hash: Uint8Array): KnownHeader {
  const header = node.chain.headers.find(hash);
  if (header !== undefined) return header;
  throw unknownBlock(
    node,
    { kind: 'hash', hash },
    { data: `DB Not Found Error: BLOCK HEADER: ${encodeBase58(hash)}` },
  );
}

/** A head that is too old for the proof is told like an outcome that is too new for it. */
function refusal(reason: ProofRefusal, options: { id: Uint8Array; shard_id: bigint | null }): RpcError {
  const transaction_or_receipt_id = encodeBase58(options.id);
  const info = { transaction_or_receipt_id };
  switch (reason) {
    case 'unknown_outcome':
      return handlerError(
        { name: 'UNKNOWN_TRANSACTION_OR_RECEIPT', info },
        { data: `${transaction_or_receipt_id} does not exist` },
      );
    case 'not_committed_yet':
    case 'beyond_head':
      return handlerError(
        { name: 'NOT_CONFIRMED', info },
        { data: `${transaction_or_receipt_id} has not been confirmed` },
      );
    case 'shard_is_gone':
      return handlerError(
        { name: 'UNAVAILABLE_SHARD', info: { ...info, shard_id: options.shard_id } },
        { data: `Node doesn't track the shard where ${transaction_or_receipt_id} is executed` },
      );
  }
}
