// Owns asking a node for a head to prove up to: the newest final one, a named one, the signed blocks that lead to one; leaves
// outcomes to ask-outcome.ts.

import { z } from 'zod';
import { decodeHash, encodeBase58 } from '../../core/near/base58.ts';
import { equalBytes } from '../../core/near/bytes.ts';
import { type HeaderLite, hashHeaderLite } from '../../core/near/header.ts';
import type { WireHead, WireLightClient } from '../../core/proofs/bundle-schema.ts';
import { writeHeader, writeLightClient } from '../../core/proofs/bundle-wire.ts';
import { advanceHead, pinHead } from '../../core/proofs/light-client.ts';
import {
  type LightClientBlock,
  lightClientBlockSchema,
  outcomeProofSchema,
} from '../../core/proofs/schema.ts';
import { type AskChain, RpcRefusal } from '../chain/json-rpc.ts';

export type Head = {
  header: HeaderLite;
  hash: Uint8Array;
  /** As the node gave it, so that a reader checks the very words. */
  shown: unknown;
};

const finalSchema = z.object({ header: z.object({ prev_hash: z.string() }) });

/** The newest final block, as light clients take it; it stands above whatever is final already. */
export async function findHead(ask: AskChain): Promise<Head | undefined> {
  const { header: newest } = finalSchema.parse(await ask('block', { finality: 'final' }));
  const shown = await askUnlessUnknown(ask, 'next_light_client_block', { last_block_hash: newest.prev_hash });
  if (typeof shown !== 'object' || shown === null || Object.keys(shown).length === 0) return undefined;
  const { header } = lightClientBlockSchema.parse(shown);
  return { shown, header, hash: hashHeaderLite(header) };
}

const blockProofSchema = z.object({
  block_header_lite: z.unknown(),
  block_proof: z.unknown(),
});

// The same shapes as in the proof of an outcome, read by the same schema.
function partsOf(block_header_lite: unknown, block_proof: unknown) {
  const nothing = encodeBase58(new Uint8Array(32));
  return outcomeProofSchema.parse({
    outcome_proof: {
      id: nothing,
      block_hash: nothing,
      proof: [],
      outcome: {
        logs: [],
        receipt_ids: [],
        gas_burnt: 0,
        tokens_burnt: '0',
        executor_id: '',
        status: 'Unknown',
      },
    },
    outcome_root_proof: [],
    block_header_lite,
    block_proof,
  });
}

/** The path from a block to a head above it. Undefined where the node does not know, or does not serve this. */
export async function askBlockPath(ask: AskChain, about: { block_hash: string; head_hash: string }) {
  const { block_hash, head_hash: light_client_head } = about;
  let given: unknown;
  try {
    given = await ask('EXPERIMENTAL_light_client_block_proof', { block_hash, light_client_head });
  } catch (error) {
    if (error instanceof RpcRefusal) return undefined;
    throw error;
  }
  const { block_header_lite, block_proof } = blockProofSchema.parse(given);
  return partsOf(block_header_lite, block_proof);
}

/** A block that a reader named, by its hash: its header as it is hashed. */
export async function findNamedHead(ask: AskChain, hash: string): Promise<Head | undefined> {
  const newest = await findHead(ask);
  if (newest === undefined) return undefined;
  const wanted = decodeHash(hash);
  if (equalBytes(newest.hash, wanted)) return newest;
  const path = await askBlockPath(ask, { block_hash: hash, head_hash: encodeBase58(newest.hash) });
  if (path === undefined) return undefined;
  const header = path.block_header_lite;
  if (!equalBytes(hashHeaderLite(header), wanted))
    throw new Error('The node gave another header than asked.');
  return { header, hash: wanted, shown: undefined };
}

/** At most so many epochs are followed: a file has no more signed blocks. */
const MAX_STEPS = 8;

/**
 * The signed blocks from a block that the reader trusts to a head. The first step takes the last block of the reader's
 * epoch, whose producers are known by it: the path begins there when the reader's block carries none itself.
 */
export async function findPath(ask: AskChain, from: string): Promise<{ head: Head; path: WireLightClient }> {
  const start = await askNext(ask, from);
  if (start === undefined)
    throw new Error(`No signed block follows ${from} yet, or the node has forgotten it.`);
  if (start.block.next_bps === null) {
    throw new Error(`The block after ${from} carries no producers: name a block of an earlier epoch.`);
  }
  const pinned = pinHead({ block: start.block, trusted_hash: hashHeaderLite(start.block.header) });
  if (!pinned.ok) throw new Error(`${pinned.step}: ${pinned.reason}`);
  let reached = pinned.value;
  const blocks: (LightClientBlock & { voices: number })[] = [];
  let shown: unknown = start.shown;
  while (blocks.length < MAX_STEPS) {
    const next = await askNext(ask, encodeBase58(reached.hash));
    if (next === undefined) break;
    const verdict = advanceHead(reached, next.block);
    if (!verdict.ok) throw new Error(`${verdict.step}: ${verdict.reason}`);
    reached = verdict.value;
    shown = next.shown;
    blocks.push({ ...next.block, voices: reached.producers?.length ?? 0 });
  }
  if (blocks.length === 0) throw new Error(`Nothing is signed above ${encodeBase58(reached.hash)} yet.`);
  const path = writeLightClient({ start: start.block, blocks });
  return { head: { header: reached.header, hash: reached.hash, shown }, path };
}

async function askNext(ask: AskChain, last_block_hash: string) {
  const shown = await askUnlessUnknown(ask, 'next_light_client_block', { last_block_hash });
  if (typeof shown !== 'object' || shown === null || Object.keys(shown).length === 0) return undefined;
  return { shown, block: lightClientBlockSchema.parse(shown) };
}

export function wireHead(head: Pick<Head, 'header'>, light_client?: WireLightClient): WireHead {
  return { header: writeHeader(head.header), ...(light_client === undefined ? {} : { light_client }) };
}

/** What a node does not know yet it may know in a moment. */
export async function askUnlessUnknown(ask: AskChain, method: string, params: object): Promise<unknown> {
  try {
    return await ask(method, params);
  } catch (error) {
    if (error instanceof RpcRefusal && NOT_YET.has(error.cause_name)) return undefined;
    throw error;
  }
}

const NOT_YET: ReadonlySet<string> = new Set([
  'UNKNOWN_BLOCK',
  'UNKNOWN_RECEIPT',
  'UNKNOWN_TRANSACTION_OR_RECEIPT',
  'UNAVAILABLE_SHARD',
  'NOT_CONFIRMED',
  'INCONSISTENT_STATE',
  'GARBAGE_COLLECTED_BLOCK',
]);
