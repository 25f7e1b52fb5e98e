// Owns answers about the node itself: its status, health and peers; leaves validators to validators.ts.
import { encodeBase58 } from '../../../core/near/base58.ts';
import { formatCurveBytes } from '../../../core/near/keys.ts';
import type { Block } from '../../chain/block-header.ts';
import type { LocalnetNode } from '../../node/types.ts';
import type { RpcContext } from '../context.ts';
import { viewTime } from '../time.ts';

/** So that nobody takes it for a nearcore of that number. */
const VERSION = { version: 'localnet', build: 'localnet', commit: 'localnet', rustc_version: 'none' };

export function status(context: RpcContext) {
  const { node } = context;
  const { facts, chain } = node;
  const { head } = chain;
  const speaker = facts.validators[0];
  const key = speaker === undefined ? null : formatCurveBytes(speaker.public_key);
  return {
    version: VERSION,
    chain_id: facts.chain_id,
    protocol_version: facts.protocol_version,
    latest_protocol_version: facts.protocol_version,
    rpc_addr: null,
    validators: node.producersAt(head).map(({ account_id }) => ({ account_id })),
    sync_info: syncInfo(node),
    validator_account_id: speaker?.account_id ?? null,
    validator_public_key: key,
    // One process stands for all validators; the first one's key stands for its own.
    node_public_key: key,
    node_key: null,
    uptime_sec: context.uptimeSeconds(),
    genesis_hash: encodeBase58(chain.genesis.hash),
    detailed_debug_status: null,
  };
}

function syncInfo(node: LocalnetNode) {
  const { chain } = node;
  const { head } = chain;
  const earliest = node.findBlock({ kind: 'checkpoint', checkpoint: 'earliest_available' });
  const oldest = earliest.ok ? earliest.value.block : chain.genesis;
  return {
    latest_block_hash: encodeBase58(head.hash),
    latest_block_height: head.height,
    latest_state_root: encodeBase58(head.header.inner_lite.prev_state_root),
    latest_block_time: timeOf(head),
    syncing: false,
    earliest_block_hash: encodeBase58(oldest.hash),
    earliest_block_height: oldest.height,
    earliest_block_time: timeOf(oldest),
    epoch_id: encodeBase58(head.epoch.epoch_id),
    epoch_start_height: head.epoch.start_height,
  };
}

function timeOf(block: Block): string {
  return viewTime(block.header.inner_lite.timestamp);
}

/** Nothing to say while the node answers at all. */
export function health() {
  return null;
}

/** It has no peers. */
export function networkInfo() {
  return {
    active_peers: [],
    num_active_peers: 0,
    peer_max_count: 0,
    sent_bytes_per_sec: 0,
    received_bytes_per_sec: 0,
    known_producers: [],
  };
}
