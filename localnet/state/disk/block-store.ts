// Owns finished blocks on disk and resuming from them after any end of the process; leaves what a block is to the chain.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBase58 } from '../../../core/near/base58.ts';
import { equalBytes } from '../../../core/near/bytes.ts';
import { Trie } from '../trie.ts';
import type { StateChange } from '../types.ts';
import { type Change, decodeBlock, encodeBlock, type StoredBlock } from './codec.ts';
import { FrameWriter, readFrames, type Survive } from './frames.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';

/** A log file that has grown this far ends with a snapshot, so that resuming replays no more than one. */
export const SEGMENT_BYTES = 16 << 20;
const HEIGHT_DIGITS = 20;

export interface BlockStoreOptions {
  folder: string;
  survive?: Survive;
  segment_bytes?: number;
}

export interface FinishedBlock {
  height: bigint;
  /** Every shard that lives after the block, changed or not; one that is missing ends here. */
  shards: readonly { shard_id: bigint; trie: Trie; changes: readonly Change[] }[];
  /** The chain's own record of the block, opaque here. */
  payload: Uint8Array;
}

/** What stands beside a snapshot, so that the chain too can go on from there without all blocks before it. */
export interface Aside {
  /** Opaque here; made only when a snapshot is written. */
  checkpoint(): Uint8Array;
  /** The chain must be able to go on from this height or below. */
  keep_from: bigint;
}

export interface Checkpoint {
  height: bigint;
  tries: Map<bigint, Trie>;
  payload: Uint8Array;
}

/** Opens a folder, making it if needed, and brings back the state after its last finished block. */
export function openBlockStore(options: BlockStoreOptions): BlockStore {
  mkdirSync(options.folder, { recursive: true });
  return new BlockStore(options);
}

/** What a chunk's changes leave behind, in the form in which a block keeps them. */
export function finalValues(changes: readonly StateChange[]): Change[] {
  return changes.map((change) => ({ key: change.key, value: change.changes.at(-1)?.value ?? null }));
}

export class BlockStore {
  /** After the last finished block; null in a new folder. */
  height: bigint | null = null;
  tries: Map<bigint, Trie> = new Map();
  /** Bytes of an unfinished block that the last process left behind and that were cut off. */
  readonly dropped_bytes: number;
  private readonly folder: string;
  private readonly survive: Survive;
  private readonly segment_bytes: number;
  private writer: FrameWriter;

  constructor(options: BlockStoreOptions) {
    this.folder = options.folder;
    this.survive = options.survive ?? 'kill';
    this.segment_bytes = options.segment_bytes ?? SEGMENT_BYTES;
    this.loadSnapshot();
    const tail = this.replay();
    this.dropped_bytes = tail.torn;
    this.writer = new FrameWriter({ ...tail, survive: this.survive });
  }

  /** The block is kept from the moment this returns: announce it only then. */
  append(block: FinishedBlock, aside: Aside | null = null): void {
    if (this.height !== null && block.height <= this.height) {
      throw new Error(`block ${block.height} is not above ${this.height}, the last one in ${this.folder}`);
    }
    const shards = block.shards.map(({ trie, ...shard }) => ({ ...shard, root: trie.root }));
    this.writer.append(encodeBlock({ ...block, shards }));
    this.tries = new Map(block.shards.map(({ shard_id, trie }) => [shard_id, trie]));
    this.height = block.height;
    if (this.writer.bytes >= this.segment_bytes) this.rotate(aside);
  }

  /** The newest one at the height or below that is whole; null where there is none, and all blocks must be read. */
  checkpointAt(height: bigint): Checkpoint | null {
    for (const { first, path } of this.snapshots().reverse()) {
      const beside = this.checkpointPath(first);
      if (first > height || !existsSync(beside)) continue;
      const snapshot = readSnapshot(path);
      const { frames, torn } = readFrames(beside);
      const [payload] = frames;
      if (snapshot !== null && payload !== undefined && torn === 0) return { ...snapshot, payload };
    }
    return null;
  }

  /** All blocks from `from` on, oldest first; read from disk one file at a time. */
  *blocks(from = 0n): Generator<{ height: bigint; payload: Uint8Array }> {
    for (const { first, path } of skipBefore(this.segments(), from)) {
      for (const frame of this.framesOf(path, first)) {
        const { height, payload } = decodeBlock(frame);
        if (height >= from) yield { height, payload };
      }
    }
  }

  close(): void {
    this.writer.close();
  }

  private rotate(aside: Aside | null): void {
    const { height } = this;
    if (height === null) return;
    if (aside !== null) writeDraft(this.checkpointPath(height), aside.checkpoint());
    writeSnapshot({ path: this.snapshotPath(height), height, tries: this.tries });
    this.writer.close();
    this.writer = new FrameWriter({ path: this.segmentPath(height + 1n), end: 0, survive: this.survive });
    this.removeBefore(aside === null || aside.keep_from > height ? height : aside.keep_from);
  }

  /** All but the newest snapshot at the height or below, and those above. */
  private removeBefore(height: bigint): void {
    const snapshots = this.snapshots();
    const needed = snapshots.findLast(({ first }) => first <= height);
    for (const { first, path } of snapshots) {
      if (needed === undefined || first >= needed.first) continue;
      rmSync(path);
      rmSync(this.checkpointPath(first), { force: true });
    }
  }

  /** The newest one that is whole; an older one, or none, only costs a longer replay. */
  private loadSnapshot(): void {
    for (const { path } of this.snapshots().reverse()) {
      const snapshot = readSnapshot(path);
      if (snapshot === null) continue;
      this.height = snapshot.height;
      this.tries = snapshot.tries;
      return;
    }
  }

  /** Applies what came after the snapshot; tells where the log goes on. */
  private replay(): { path: string; end: number; torn: number } {
    const start = this.height;
    const segments = this.segments();
    let tail = { path: this.segmentPath(start === null ? 0n : start + 1n), end: 0, torn: 0 };
    for (const { path, first } of skipBefore(segments, start === null ? 0n : start + 1n)) {
      const { frames, end, torn } = readFrames(path);
      if (torn > 0 && first !== segments.at(-1)?.first) {
        throw new Error(`${path} was cut off, but later files follow it; restore it from a copy`);
      }
      for (const frame of frames) {
        const block = decodeBlock(frame);
        if (this.height !== null && block.height <= this.height) continue;
        this.tries = applied(this.tries, block);
        this.height = block.height;
      }
      tail = { path, end, torn };
    }
    return tail;
  }

  private framesOf(path: string, first: bigint): Uint8Array[] {
    const { frames, torn } = readFrames(path);
    if (torn > 0)
      throw new Error(`${path}, begun at block ${first}, was cut off while it was open; stop other writers`);
    return frames;
  }

  private segments(): NumberedFile[] {
    return numberedFiles(this.folder, 'blocks', 'log');
  }

  private snapshots(): NumberedFile[] {
    return numberedFiles(this.folder, 'state', 'snapshot');
  }

  private segmentPath(first: bigint): string {
    return join(this.folder, `blocks-${first.toString().padStart(HEIGHT_DIGITS, '0')}.log`);
  }

  private checkpointPath(height: bigint): string {
    return join(this.folder, `chain-${height.toString().padStart(HEIGHT_DIGITS, '0')}.checkpoint`);
  }

  private snapshotPath(height: bigint): string {
    return join(this.folder, `state-${height.toString().padStart(HEIGHT_DIGITS, '0')}.snapshot`);
  }
}

/** Half a file never bears the name. */
function writeDraft(path: string, content: Uint8Array): void {
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  const writer = new FrameWriter({ path: draft, end: 0, survive: 'kill' });
  writer.append(content);
  writer.close();
  renameSync(draft, path);
}

interface NumberedFile {
  first: bigint;
  path: string;
}

function numberedFiles(folder: string, prefix: string, ending: string): NumberedFile[] {
  const pattern = new RegExp(`^${prefix}-(\\d{${HEIGHT_DIGITS}})\\.${ending}$`);
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const [, digits] = pattern.exec(name) ?? [];
      return digits === undefined ? [] : [{ first: BigInt(digits), path: join(folder, name) }];
    });
}

/** Without the files that end before `from`. */
function skipBefore(files: NumberedFile[], from: bigint): NumberedFile[] {
  return files.filter((_, index) => {
    const next = files[index + 1];
    return next === undefined || next.first > from;
  });
}

/** Checked against the roots that the block states, so that a wrong state is noticed where it begins. */
function applied(tries: ReadonlyMap<bigint, Trie>, block: StoredBlock): Map<bigint, Trie> {
  const after = new Map<bigint, Trie>();
  for (const { shard_id, root, changes } of block.shards) {
    const trie = (tries.get(shard_id) ?? new Trie()).with(changes);
    if (!equalBytes(trie.root, root)) {
      throw new Error(
        `block ${block.height} leaves shard ${shard_id} at root ${encodeBase58(trie.root)}, but states ` +
          `${encodeBase58(root)}; the data folder and the program disagree: begin with an empty folder`,
      );
    }
    after.set(shard_id, trie);
  }
  return after;
}
