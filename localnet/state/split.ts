// Owns dividing a shard's state among new shards; leaves when that happens to the chain.
import { parseStateKey } from './parse-key.ts';
import { Trie, type TrieEntry } from './trie.ts';

/**
 * Records of an account go to the account's new shard. The queue of delayed receipts goes whole to each, as on NEAR:
 * whoever takes receipts from it passes over those of accounts elsewhere.
 */
export function splitState(
  trie: Trie,
  options: { children: readonly bigint[]; shardOf(account_id: string): bigint },
): Map<bigint, Trie> {
  const parts = new Map<bigint, TrieEntry[]>(options.children.map((shard_id) => [shard_id, []]));
  for (const entry of trie.entries(new Uint8Array())) {
    const parsed = parseStateKey(entry.key);
    if (!('account_id' in parsed)) {
      for (const part of parts.values()) part.push(entry);
      continue;
    }
    const shard_id = options.shardOf(parsed.account_id);
    const part = parts.get(shard_id);
    if (part === undefined) {
      throw new Error(
        `${parsed.account_id} belongs to shard ${shard_id}, which is none of [${options.children}]`,
      );
    }
    part.push(entry);
  }
  return new Map([...parts].map(([shard_id, entries]) => [shard_id, new Trie().with(entries)]));
}
