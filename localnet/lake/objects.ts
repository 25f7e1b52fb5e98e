// Owns the names and bytes of Lake objects and of neardata's one object a block; leaves what they say to lake-block.ts.
import { encodeBase58 } from '../../core/near/base58.ts';
import type { FullBlock } from '../node/types.ts';
import { stringifyNearJson } from '../views/json.ts';
import { type LakeBlock, toLakeBlock } from './lake-block.ts';

export interface LakeObject {
  key: string;
  bytes: Buffer;
}

const HEIGHT_DIGITS = 12;

/** Shards first, in their order, the block last: whoever finds the block finds everything. */
export function lakeObjects(full: FullBlock): LakeObject[] {
  const { block, shards } = toLakeBlock(full);
  const folder = heightFolder(full.block.height);
  return [
    ...shards.map((shard) => ({ key: `${folder}/shard_${shard.shard_id}.json`, bytes: encode(shard) })),
    { key: `${folder}/block.json`, bytes: encode(block) },
  ];
}

/** The names that `lakeObjects` gives, without making the objects. */
export function lakeKeys(block: { height: bigint; shard_ids: readonly bigint[] }): string[] {
  const folder = heightFolder(block.height);
  return [...block.shard_ids.map((shard_id) => `${folder}/shard_${shard_id}.json`), `${folder}/block.json`];
}

export function heightFolder(height: bigint): string {
  return height.toString().padStart(HEIGHT_DIGITS, '0');
}

/**
 * The whole block in one JSON, with the transaction from which each executed receipt follows; or a part of it:
 * `headers`, `shard/N` or `chunk/N`. A shard that is not there is null.
 */
export function neardataPart(full: FullBlock, part = 'all'): Buffer {
  const { block, shards } = toLakeBlock(full);
  if (part === 'headers') return encode(block);
  const with_transactions = shards.map((shard, index) => withTransactions(full, shard, index));
  if (part === 'all') return encode({ block, shards: with_transactions });
  const [kind, shard_id] = part.split('/');
  const shard = with_transactions.find((item) => item.shard_id.toString() === shard_id);
  return encode((kind === 'chunk' ? shard?.chunk : shard) ?? null);
}

function withTransactions(full: FullBlock, shard: LakeBlock['shards'][number], index: number) {
  const executed = (full.shards[index]?.chunk?.outcomes ?? []).filter(
    ({ outcome }) => outcome.receipt !== null,
  );
  const receipt_execution_outcomes = shard.receipt_execution_outcomes.map((item, at) => {
    const tx_hash = executed[at]?.tx_hash;
    return { ...item, tx_hash: tx_hash === undefined ? null : encodeBase58(tx_hash) };
  });
  return { ...shard, receipt_execution_outcomes };
}

function encode(value: unknown): Buffer {
  return Buffer.from(stringifyNearJson(inKeyOrder(value)), 'utf8');
}

/** Lake objects have the keys of every object in the order of the alphabet. */
function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]): [string, unknown] => [key, inKeyOrder(member)]);
  return Object.fromEntries(members.sort(([left], [right]) => (left < right ? -1 : 1)));
}
