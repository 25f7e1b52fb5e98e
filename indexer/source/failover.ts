// Owns trying again and passing from one source to the next; leaves one try to each source and the chain's judgement to follow.ts.
import { RetryableError } from '../../core/errors/index.ts';
import type { Observer } from '../types.ts';
import { backoffMs, type Clock } from './backoff.ts';
import { Concurrency } from './concurrency.ts';
import { asFault, type SourceFault } from './fault.ts';
import type { Limits } from './limits.ts';
import type { BlockReader, Reading, ReadRequest } from './reader.ts';

export interface FailoverOptions {
  readers: readonly BlockReader[];
  clock: Clock;
  random: () => number;
  limits: Limits;
  observer: Partial<Observer>;
}

/** An object that comes late says nothing of how much the source can bear. */
const HARMLESS: ReadonlySet<SourceFault['kind']> = new Set(['late']);

export class Failover {
  private readonly options: FailoverOptions;
  private readonly pacers: readonly Concurrency[];
  private current = 0;
  private left_first_at = 0;
  private under_way = 0;

  constructor(options: FailoverOptions) {
    this.options = options;
    this.pacers = options.readers.map(() => new Concurrency(options.limits.max_heights));
    if (options.readers.length === 0)
      throw new RangeError('No source of blocks was named. Name at least one.');
  }

  get readers(): readonly BlockReader[] {
    return this.options.readers;
  }

  get limit(): number {
    return this.pacers[this.current]?.limit ?? 1;
  }

  get name(): string {
    return this.options.readers[this.current]?.name ?? '';
  }

  /** The first source that can, beginning with the one that served last. Ends in a block, in none, or in SOURCE_UNREADY. */
  async read(request: ReadRequest): Promise<Reading> {
    if (this.current !== 0) this.rejoinFirst();
    const { readers } = this.options;
    const troubles: string[] = [];
    const first = this.current;
    for (let asked = 0; asked < readers.length; asked++) {
      const index = (first + asked) % readers.length;
      try {
        const reading = await this.readFrom(index, request);
        if (asked > 0) this.goTo(index);
        return reading;
      } catch (error) {
        request.signal.throwIfAborted();
        troubles.push(`${readers[index]?.name}: ${asFault(error).message}`);
      }
    }
    throw new RetryableError('SOURCE_UNREADY', {
      facts: { height: request.height, reasons: troubles.join('; ') },
    });
  }

  /** That one source, with its bounded tries; throws its last fault. */
  async readFrom(index: number, request: ReadRequest): Promise<Reading> {
    const { readers, clock, limits, observer } = this.options;
    const reader = readers[index];
    if (reader === undefined) throw new RangeError(`there is no source ${index}`);
    for (let failures = 0; ; ) {
      const started = clock.now();
      this.under_way += 1;
      try {
        const reading = await reader.read(request);
        this.succeeded(index, started, reading);
        this.under_way -= 1;
        return reading;
      } catch (error) {
        this.under_way -= 1;
        request.signal.throwIfAborted();
        const fault = asFault(error);
        if (!HARMLESS.has(fault.kind)) this.pacers[index]?.failed(this.under_way);
        failures += 1;
        observer.retried?.({ source: reader.name, reason: fault.message });
        if (failures >= limits.attempts) throw fault;
        await this.pause(fault, failures, request.signal);
      }
    }
  }

  /** The source in use has shown that it does not keep up; the next one is asked first from now on. */
  passOn(): void {
    if (this.options.readers.length > 1) this.goTo((this.current + 1) % this.options.readers.length);
  }

  private succeeded(index: number, started: number, reading: Reading): void {
    const { clock, observer } = this.options;
    const now = clock.now();
    const ms = now - started;
    this.pacers[index]?.succeeded({ latency_ms: ms, under_way: this.under_way, now });
    if (reading.kind === 'found') observer.fetched?.({ ms, bytes: reading.size });
  }

  private async pause(fault: SourceFault, failures: number, signal: AbortSignal): Promise<void> {
    const { clock, limits, random } = this.options;
    const asked_ms = Math.min(fault.retry_after_ms ?? 0, limits.max_backoff_ms);
    await clock.sleep(Math.max(backoffMs(failures, limits, random), asked_ms), signal);
  }

  private goTo(index: number): void {
    if (this.current === 0) this.left_first_at = this.options.clock.now();
    this.current = index;
  }

  private rejoinFirst(): void {
    const { clock, limits } = this.options;
    if (clock.now() - this.left_first_at > limits.rejoin_ms) this.current = 0;
  }
}
