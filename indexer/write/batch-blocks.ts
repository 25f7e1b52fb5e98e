// Owns gathering decoded blocks into batches while the one before is written; leaves writing to writer.ts.

import type { DecodedBlock } from '../types.ts';

export interface BatchLimits {
  /** A batch is due at so many events: their rows come to some thousands. */
  events: number;
  blocks: number;
  /** So long after its first block a batch is due, whatever it holds. */
  wait_ms: number;
}

const LIMITS: BatchLimits = { events: 1_000, blocks: 256, wait_ms: 250 };
/** While a batch is written, the next one gathers at most so many times what makes it due. */
const GATHERED_AHEAD = 2;

/**
 * Writes blocks in batches, in order, one batch at a time: a block at the chain's tip at once, others when enough have
 * gathered. When the blocks end, by themselves or by an error, what was gathered is written before it returns or throws.
 */
export async function batchBlocks(
  blocks: AsyncIterable<DecodedBlock>,
  write: (batch: readonly DecodedBlock[]) => Promise<void>,
  limits: BatchLimits = LIMITS,
): Promise<void> {
  const gathering = new Gathering(limits);
  const source = blocks[Symbol.asyncIterator]();
  const reading = readAll(source, gathering);
  // Its failure is told at the end, after what came before it is written.
  reading.catch(() => undefined);
  try {
    for (let batch = await gathering.take(); batch.length > 0; batch = await gathering.take())
      await write(batch);
  } catch (error) {
    gathering.stop();
    // The source may be waiting for a block that comes in a minute, or never.
    source.return?.().catch(() => undefined);
    throw error;
  }
  await reading;
}

async function readAll(source: AsyncIterator<DecodedBlock>, gathering: Gathering): Promise<void> {
  try {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      if (!(await gathering.add(next.value))) return;
    }
  } finally {
    gathering.end();
  }
}

class Gathering {
  private readonly limits: BatchLimits;
  private blocks: DecodedBlock[] = [];
  private events = 0;
  private is_due = false;
  private is_ended = false;
  private is_stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private changed = Promise.withResolvers<void>();

  constructor(limits: BatchLimits) {
    this.limits = limits;
  }

  /** Waits while enough is gathered; false when nobody takes any more. */
  async add(block: DecodedBlock): Promise<boolean> {
    while (this.isFull() && !this.is_stopped) await this.changed.promise;
    if (this.is_stopped) return false;
    this.blocks.push(block);
    this.events += block.events.length + block.dead_letters.length;
    const { events, blocks, wait_ms } = this.limits;
    if (block.is_tip || this.events >= events || this.blocks.length >= blocks) this.becomeDue();
    else this.timer ??= setTimeout(() => this.becomeDue(), wait_ms);
    return true;
  }

  /** All that is gathered, once it is due; nothing when there will be no more. */
  async take(): Promise<DecodedBlock[]> {
    while (!this.is_due && !this.is_ended) await this.changed.promise;
    const taken = this.blocks;
    clearTimeout(this.timer);
    this.timer = undefined;
    [this.blocks, this.events, this.is_due] = [[], 0, false];
    this.wake();
    return taken;
  }

  end(): void {
    this.is_ended = true;
    clearTimeout(this.timer);
    this.wake();
  }

  stop(): void {
    this.is_stopped = true;
    this.end();
  }

  private isFull(): boolean {
    const { events, blocks } = this.limits;
    return this.events >= events * GATHERED_AHEAD || this.blocks.length >= blocks * GATHERED_AHEAD;
  }

  private becomeDue(): void {
    this.is_due = true;
    this.wake();
  }

  private wake(): void {
    const { resolve } = this.changed;
    this.changed = Promise.withResolvers<void>();
    resolve();
  }
}
