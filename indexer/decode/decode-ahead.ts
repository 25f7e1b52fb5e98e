// Owns decoding some blocks ahead of whoever takes them, in their order; leaves one block to decode-block.ts and batches to write/.

import type { DecodedBlock, SourceBlock } from '../types.ts';
import { type DecodeContext, decodeBlock } from './decode-block.ts';

/** Decoded blocks are small; so many fill one batch while the next is fetched. */
const DEPTH = 512;
/** Blocks with events hold their bytes until they are traced, and each trace reads whole blocks. */
const MAX_TRACED_AT_ONCE = 16;

/**
 * A block comes out as soon as it and all before it are ready. What the stream or a block ends with is thrown behind
 * the blocks before it. Whoever leaves early aborts the stream's signal as well: a stream that waits is not woken here.
 */
export async function* decodeAhead(
  stream: AsyncIterable<SourceBlock>,
  context: DecodeContext,
  depth: number = DEPTH,
): AsyncGenerator<DecodedBlock, void, undefined> {
  const ahead = new Ahead(stream, context, depth);
  try {
    for (;;) {
      const next = await ahead.take();
      if (next === undefined) return;
      yield next;
    }
  } finally {
    ahead.stop();
  }
}

class Ahead {
  private readonly stream: AsyncIterable<SourceBlock>;
  private readonly context: DecodeContext;
  private readonly depth: number;
  private readonly queue: Promise<DecodedBlock>[] = [];
  private readonly reading: Promise<void>;
  private traced = 0;
  private is_stopped = false;
  private is_read = false;
  private changed = Promise.withResolvers<void>();

  constructor(stream: AsyncIterable<SourceBlock>, context: DecodeContext, depth: number) {
    this.stream = stream;
    this.context = context;
    this.depth = depth;
    this.reading = this.read();
    handled(this.reading);
  }

  async take(): Promise<DecodedBlock | undefined> {
    for (;;) {
      const [next] = this.queue;
      if (next !== undefined) {
        const block = await next;
        this.queue.shift();
        this.notify();
        return block;
      }
      if (this.is_read) {
        await this.reading;
        return undefined;
      }
      await this.changed.promise;
    }
  }

  stop(): void {
    this.is_stopped = true;
    this.notify();
  }

  private async read(): Promise<void> {
    try {
      for await (const block of this.stream) {
        const has_events = block.found.length > 0;
        while (!this.is_stopped && this.isFull(has_events)) await this.changed.promise;
        if (this.is_stopped) return;
        const decoded = decodeBlock(block, this.context);
        if (has_events) this.count(decoded);
        this.queue.push(decoded);
        handled(decoded);
        this.notify();
      }
    } finally {
      this.is_read = true;
      this.notify();
    }
  }

  private isFull(has_events: boolean): boolean {
    return this.queue.length >= this.depth || (has_events && this.traced >= MAX_TRACED_AT_ONCE);
  }

  private count(decoded: Promise<DecodedBlock>): void {
    this.traced += 1;
    const done = () => {
      this.traced -= 1;
      this.notify();
    };
    decoded.then(done, done);
  }

  private notify(): void {
    const { resolve } = this.changed;
    this.changed = Promise.withResolvers<void>();
    resolve();
  }
}

/** It may fail before anyone waits for it; `take` throws what it failed with. */
function handled(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}
