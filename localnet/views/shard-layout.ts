// Owns how a layout of shards is shown in NEAR's JSON; leaves when it changes to the node.

export interface ViewedLayout {
  shard_ids: readonly bigint[];
  boundaries: readonly string[];
  /** Of the shards that began with it; null where no layout was before it. */
  parents: ReadonlyMap<bigint, bigint> | null;
}

/** NEAR gives all second-form layouts this number, whichever they are. */
const VERSION = 3;

/**
 * The second form, which NEAR has for layouts that are configured. (The third one is for splits that the chain decides
 * by itself, one shard in two at a time.) Maps name numbers as texts, since keys of JSON objects are texts.
 */
export function viewShardLayout({ shard_ids, boundaries, parents }: ViewedLayout) {
  const parent_of = shard_ids.map((shard_id) => [shard_id, parents?.get(shard_id) ?? shard_id] as const);
  const children = new Map<bigint, bigint[]>();
  for (const [shard_id, parent] of parent_of)
    children.set(parent, [...(children.get(parent) ?? []), shard_id]);
  return {
    V2: {
      boundary_accounts: boundaries,
      shard_ids,
      id_to_index_map: record(shard_ids.map((shard_id, index) => [shard_id, index])),
      index_to_id_map: record(shard_ids.map((shard_id, index) => [index, shard_id])),
      shards_split_map: parents === null ? null : record([...children]),
      shards_parent_map: parents === null ? null : record(parent_of),
      version: VERSION,
    },
  };
}

function record<Value>(pairs: readonly (readonly [bigint | number, Value])[]): Record<string, Value> {
  return Object.fromEntries(pairs.map(([key, value]) => [String(key), value]));
}
