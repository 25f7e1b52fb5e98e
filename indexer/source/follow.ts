// Owns the way of a stream: where it begins, spans behind the tip, block by block at the tip, each block linked and audited; leaves each step to its file.
import { DmrvError, RetryableError } from '../../core/errors/index.ts';
import type { Observer, SourceBlock, StreamOptions } from '../types.ts';
import { auditBlock } from './audit.ts';
import type { Clock } from './backoff.ts';
import type { Failover } from './failover.ts';
import type { LayoutKeeper } from './layout-keeper.ts';
import type { Limits } from './limits.ts';
import { follows, type Head, link } from './link.ts';
import { OutcomeRoots } from './outcome-roots.ts';
import { Pace } from './pace.ts';
import { type HeightReading, ReadAhead, type Wish } from './read-ahead.ts';
import { type FoundBlock, type Meter, releaseBlock } from './reader.ts';
import { Scanner } from './scan.ts';
import { waitForNext } from './tip.ts';
import type { TipFinder } from './tip-finder.ts';

export interface FollowParts {
  contract_ids: readonly string[];
  needles: readonly Buffer[];
  failover: Failover;
  keeper: LayoutKeeper;
  tips: TipFinder;
  first_height: bigint;
  clock: Clock;
  random: () => number;
  limits: Limits;
  observer: Partial<Observer>;
}

/** So many blocks in a row that were there at once: more are probably there than are known. */
const WAVE = 8;

export function follow(parts: FollowParts, options: StreamOptions): AsyncGenerator<SourceBlock> {
  return new Follower(parts, options).run();
}

class Follower {
  private readonly parts: FollowParts;
  private readonly options: StreamOptions;
  private readonly meter: Meter = { bytes: 0 };
  private readonly pace: Pace;
  private readonly roots = new OutcomeRoots();
  private head: Head = { height: -1n, hash: null };
  /** Blocks by which the source was seen to lag behind what is final. */
  private lag_blocks = 0n;
  /** Heights without a block since the last one that had one, within a span. */
  private missing = 0n;
  private at_once = 0;

  constructor(parts: FollowParts, options: StreamOptions) {
    this.parts = parts;
    this.options = options;
    this.pace = new Pace(parts.limits.idle_poll_ms);
  }

  async *run(): AsyncGenerator<SourceBlock> {
    const { tips, keeper } = this.parts;
    const { signal, to } = this.options;
    await tips.refresh(signal);
    signal.throwIfAborted();
    this.head = await this.begin();
    await keeper.learn(this.head.height + 1n);
    if (tips.height === null) await tips.probe(this.head.height + 1n, signal);
    while (to === undefined || this.head.height < to) {
      signal.throwIfAborted();
      const span = await this.openSpan();
      try {
        for (
          let item = await this.take(span);
          item !== null;
          item = span === null ? null : await this.take(span)
        ) {
          const { height, reading } = item;
          if (reading.kind === 'absent') continue;
          for (const block of follows(this.head, reading) ? [reading] : await this.link(height, reading)) {
            // A block behind the last one wanted shows that all heights up to that one are known.
            if (to !== undefined && block.head.facts.height > to) return;
            yield this.admit(block);
            this.release(block);
          }
        }
      } finally {
        span?.end();
      }
      if (span !== null) await tips.refresh(signal);
    }
  }

  private async begin(): Promise<Head> {
    const { start, signal } = this.options;
    if (start.kind === 'after') {
      const { height, hash } = start;
      return { height, hash, prev_hash: '', prev_height: null, timestamp_ns: 0n };
    }
    if (start.kind === 'height') return { height: start.height - 1n, hash: null };
    const { tips, failover, limits, first_height } = this.parts;
    if (tips.height === null) await tips.probe(first_height, signal);
    const tip = tips.height ?? first_height;
    for (let depth = 0n; depth < BigInt(limits.latest_depth) && depth <= tip; depth++) {
      const height = tip - depth;
      const wish = { guess: [], choose: () => [], keep: 'hits' as const };
      const reading = await failover.read({ height, ...wish, signal, meter: { bytes: 0 } });
      if (reading.kind === 'found') return { height: height - 1n, hash: null };
    }
    throw new RetryableError('SOURCE_UNREADY', {
      facts: { height: tip, reasons: `nor any of the ${limits.latest_depth} heights below it` },
    });
  }

  /** Null at the tip, where blocks are waited for one by one. */
  private async openSpan(): Promise<ReadAhead | null> {
    const { tips, failover, limits, observer } = this.parts;
    const { signal, to } = this.options;
    if (this.at_once >= WAVE) {
      this.at_once = 0;
      await tips.refresh(signal);
      if (tips.height === null || tips.height <= this.head.height) await tips.probe(this.head.height, signal);
    }
    if (!this.isBehind()) return null;
    const known = (tips.height ?? 0n) - this.lag_blocks;
    this.missing = 0n;
    return new ReadAhead({
      from: this.head.height + 1n,
      // One height more shows whether the last ones are skipped.
      to: to !== undefined && to < known ? to + 1n : known,
      wishFor: (height) => this.wishFor(height),
      meter: this.meter,
      ...{ failover, limits, observer, signal },
    });
  }

  private async take(span: ReadAhead | null): Promise<HeightReading | null> {
    if (span === null) return this.next();
    const item = await span.take();
    if (item === null)
      this.lag_blocks = this.missing > 0n ? this.lag_blocks + this.missing : this.lag_blocks / 2n;
    else this.missing = item.reading.kind === 'absent' ? this.missing + 1n : 0n;
    return item;
  }

  private async next(): Promise<HeightReading | null> {
    const { failover, tips, clock, limits } = this.parts;
    const { signal } = this.options;
    const { meter, pace } = this;
    const started = clock.now();
    const found = await waitForNext({
      next: this.head.height + 1n,
      wishFor: (height) => this.wishFor(height),
      isBehind: () => this.isBehind(),
      ...{ failover, tips, pace, clock, limits, meter, signal },
    });
    // As long as the waits of a steady chain are not counted.
    this.at_once = !pace.is_steady && clock.now() - started < limits.idle_poll_ms / 4 ? this.at_once + 1 : 0;
    return found;
  }

  private isBehind(): boolean {
    const { tips, limits } = this.parts;
    if (tips.height === null) return false;
    return tips.height - this.lag_blocks - this.head.height > BigInt(limits.near_tip_blocks);
  }

  private wishFor(height: bigint): Wish {
    const { keeper } = this.parts;
    const is_whole = this.isAudited(height) || keeper.wantsExecutors();
    return {
      guess: keeper.guess(),
      choose: (head) => {
        const shards = keeper.choose(head);
        return is_whole ? 'all' : shards;
      },
      keep: is_whole ? 'all' : 'hits',
    };
  }

  private async link(height: bigint, block: FoundBlock): Promise<FoundBlock[]> {
    const { failover, clock, random, limits, observer } = this.parts;
    const { signal } = this.options;
    observer.retried?.({
      source: failover.name,
      reason: `block ${height} does not follow ${this.head.height}`,
    });
    releaseBlock(block, this.meter);
    return await link({
      head: this.head,
      height,
      wishFor: (wanted) => this.wishFor(wanted),
      meter: this.meter,
      ...{ failover, clock, random, limits, signal },
    });
  }

  private admit(block: FoundBlock): SourceBlock {
    const { tips, keeper } = this.parts;
    const { facts } = block.head;
    keeper.observe(block);
    const found = block.shards.filter(({ bytes }) => this.names(bytes));
    this.audit(block, found.length > 0);
    tips.seen(facts.height);
    this.head = facts;
    return { facts, found, is_tip: tips.height === facts.height };
  }

  private release(block: FoundBlock): void {
    releaseBlock(block, this.meter);
    this.parts.observer.window?.(this.meter.bytes);
  }

  private audit(block: FoundBlock, has_hit: boolean): void {
    const { contract_ids, keeper } = this.parts;
    const { height } = block.head.facts;
    const broken = this.roots.check(block.head);
    if (broken !== null) this.refuse(broken.height, broken.what);
    const is_thorough = this.isAudited(height);
    if (!has_hit && !is_thorough) return;
    const shards = keeper.shardsOf(block.head.layout_key);
    const { differences, roots } = auditBlock(block, { is_thorough, contract_ids, shards });
    if (differences.length > 0) this.refuse(height, differences.join('; '));
    this.roots.expect(height, roots);
  }

  private isAudited(height: bigint): boolean {
    return height % BigInt(this.parts.limits.audit_every) === 0n;
  }

  private refuse(height: bigint, differences: string): never {
    const source = this.parts.failover.name;
    throw new DmrvError('SOURCE_FALSE', { facts: { source, height, differences } });
  }

  private names(bytes: Buffer): boolean {
    const scanner = new Scanner(this.parts.needles);
    scanner.push(bytes);
    return scanner.found;
  }
}
