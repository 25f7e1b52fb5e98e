// Owns what a localnet can be asked to be, and what it is where nothing is said; leaves making it to genesis.ts and node.ts.
import { isAccountId } from '../../core/near/account-id.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import { SEGMENT_BYTES } from '../state/disk/block-store.ts';
import type { Survive } from '../state/disk/frames.ts';
import { DEFAULT_PROTOCOL_VERSION } from '../vm/params.ts';
import { MAX_HEIGHT } from './heights.ts';

export const YOCTO_PER_NEAR = 10n ** 24n;
/** Far more than all NEAR there is, and far from the largest u128, which has no place in an account's record. */
export const MAX_AMOUNT = 2n ** 120n;
export const BLOCK_INTERVAL_MS = 600;
export const MIN_INTERVAL_MS = 10;
const NANOSECONDS_PER_MS = 1_000_000n;

/** So many blocks follow at each of these times after the last thing that happened. */
export type Trailing = { blocks: number; after_ms: readonly number[] };

/**
 * Who decides when blocks are made: transactions, time, or the caller alone. After the last transaction nothing would stand
 * above what it did, which a proof of it needs: trailing blocks do.
 */
export type Mode =
  | { kind: 'instant'; trailing?: Trailing }
  | { kind: 'interval'; interval_ms: number }
  | { kind: 'manual' };

/** Nanoseconds since 1970. */
export interface Clock {
  now(): bigint;
}

export interface AccountWish {
  account_id: string;
  amount?: bigint;
  /** Where it is missing, the key follows from the seed and the account id. */
  public_key?: CurveBytes;
  code?: Uint8Array;
}

/** Shards side by side along the alphabet of account ids; ids need be neither contiguous nor in order. */
export interface LayoutWish {
  shard_ids: readonly bigint[];
  boundaries: readonly string[];
}

export interface Resharding {
  /** The layout changes with the first epoch that begins at this height or above. */
  height: bigint;
  layout: LayoutWish;
}

export interface NodeOptions {
  chain_id?: string;
  /** All keys, and with the same calls all hashes, follow from it. */
  seed?: string;
  protocol_version?: number;
  genesis_height?: bigint;
  /** Of the clock where there is one, otherwise always the same. */
  genesis_timestamp?: bigint;
  /** In heights. */
  epoch_length?: bigint;
  validators?: number;
  /** How many of the validators produce in one epoch. */
  seats?: number;
  gas_limit?: bigint;
  layout?: LayoutWish;
  /** By rising height. */
  reshardings?: readonly Resharding[];
  accounts?: readonly AccountWish[];
  mode?: Mode;
  /** Without one, each height lies one interval after the one before. */
  clock?: Clock | null;
  /** Without one nothing is kept when the process ends. */
  data_folder?: string | null;
  survive?: Survive;
  /** A file of the data folder that has grown this far ends with a snapshot; resuming begins at one. */
  segment_bytes?: number;
  /** Blocks kept with their chunks and states; older ones answer as garbage collected. */
  history_blocks?: number;
  /** Validators that do not approve at a height. */
  isAbsent?: (account_id: string, height: bigint) => boolean;
  /** Told of a fault of this program, after which the node makes no more blocks. */
  onFailure?: (error: unknown) => void;
}

export interface ResolvedOptions extends Required<NodeOptions> {
  layout: LayoutWish;
  /** Between two heights where no clock says otherwise. */
  interval_nanoseconds: bigint;
}

const DEFAULT_AMOUNT = 1_000_000n * YOCTO_PER_NEAR;
const ROOT_AMOUNT = 1_000_000_000n * YOCTO_PER_NEAR;
/** The 1st of January 2026: without a clock, time begins there. */
const STEADY_START = 1_767_225_600_000n * NANOSECONDS_PER_MS;
/** NEAR keeps as many epochs on ordinary nodes. */
const EPOCHS_KEPT = 5n;
const MIN_HISTORY = 10;
const MAX_HISTORY = 20_000;

export const DEFAULT_ACCOUNTS: readonly AccountWish[] = [
  { account_id: 'near', amount: ROOT_AMOUNT },
  { account_id: 'test.near', amount: ROOT_AMOUNT },
  { account_id: 'alice.test.near' },
  { account_id: 'bob.test.near' },
  { account_id: 'carol.test.near' },
];

export function resolveOptions(options: NodeOptions): ResolvedOptions {
  const mode = options.mode ?? { kind: 'instant' };
  const clock = options.clock ?? null;
  const epoch_length = options.epoch_length ?? 60n;
  const validators = options.validators ?? 5;
  const kept = Number(EPOCHS_KEPT * epoch_length);
  const resolved: ResolvedOptions = {
    chain_id: options.chain_id ?? 'localnet',
    seed: options.seed ?? 'localnet',
    protocol_version: options.protocol_version ?? DEFAULT_PROTOCOL_VERSION,
    genesis_height: options.genesis_height ?? 0n,
    genesis_timestamp: options.genesis_timestamp ?? clock?.now() ?? STEADY_START,
    epoch_length,
    validators,
    seats: options.seats ?? Math.min(4, validators),
    gas_limit: options.gas_limit ?? 10n ** 15n,
    layout: options.layout ?? { shard_ids: [0n], boundaries: [] },
    reshardings: options.reshardings ?? [],
    accounts: (options.accounts ?? DEFAULT_ACCOUNTS).map((wish) => ({ amount: DEFAULT_AMOUNT, ...wish })),
    mode,
    clock,
    data_folder: options.data_folder ?? null,
    survive: options.survive ?? 'kill',
    segment_bytes: options.segment_bytes ?? SEGMENT_BYTES,
    history_blocks: options.history_blocks ?? Math.min(Math.max(kept, MIN_HISTORY), MAX_HISTORY),
    isAbsent: options.isAbsent ?? (() => false),
    onFailure: options.onFailure ?? (() => undefined),
    interval_nanoseconds: BigInt(intervalOf(mode)) * NANOSECONDS_PER_MS,
  };
  refuseImpossible(resolved);
  return resolved;
}

function intervalOf(mode: Mode): number {
  return mode.kind === 'interval' ? mode.interval_ms : BLOCK_INTERVAL_MS;
}

/** Validators and seats, epochs, layouts and versions are refused by those who use them. */
function refuseImpossible(options: ResolvedOptions): void {
  const { mode, accounts, genesis_height, history_blocks } = options;
  if (mode.kind === 'interval' && !(mode.interval_ms >= MIN_INTERVAL_MS)) {
    throw new Error(
      `a block each ${mode.interval_ms} ms is faster than this chain goes; choose at least ${MIN_INTERVAL_MS}`,
    );
  }
  if (genesis_height < 0n || genesis_height > MAX_HEIGHT)
    throw new Error(`a genesis at height ${genesis_height}; choose 0 to ${MAX_HEIGHT}`);
  if (!(history_blocks >= MIN_HISTORY && history_blocks <= MAX_HISTORY)) {
    throw new Error(`a history of ${history_blocks} blocks; choose ${MIN_HISTORY} to ${MAX_HISTORY}`);
  }
  const seen = new Set<string>();
  for (const { account_id, amount = 0n } of accounts) {
    if (!isAccountId(account_id))
      throw new Error(`"${account_id}" is no account id; mend the genesis accounts`);
    if (seen.has(account_id)) throw new Error(`${account_id} stands twice among the genesis accounts`);
    if (amount < 0n || amount >= MAX_AMOUNT)
      throw new Error(`${account_id} would begin with ${amount} yocto; give 0 to ${MAX_AMOUNT - 1n}`);
    seen.add(account_id);
  }
}
