// Owns one GET over HTTP: its bytes scanned as they come, its status, length and ends checked, its times bounded; leaves trying again to failover.ts.
import type { Dispatcher } from 'undici';
import { SourceFault } from './fault.ts';
import type { Limits } from './limits.ts';
import type { Meter } from './reader.ts';
import { type Ending, groupOf, type RequestGroup } from './request-group.ts';
import { Scanner } from './scan.ts';

export interface GetOptions {
  dispatcher: Dispatcher;
  origin: string;
  path: string;
  headers: Record<string, string>;
  /** Bytes without any of them are dropped; null keeps all. */
  needles: readonly Buffer[] | null;
  /** The JSON `null` then says that there is no such block. */
  null_is_absent?: boolean;
  signal: AbortSignal;
  meter: Meter;
  limits: Limits;
}

export type GotObject =
  /** `bytes` is null where nothing in them was looked for. What is kept stays in the meter. */
  | { kind: 'object'; bytes: Buffer | null; size: number }
  | { kind: 'absent' }
  | { kind: 'moved'; location: string };

const OPENING = 0x7b;
const CLOSING = 0x7d;
/** With a line's end behind it. */
const NULL_LETTERS = 5;
const MOVED = new Set([301, 302, 303, 307, 308]);
const ABSENT = 404;
const SLOW_DOWN = new Set([429, 503]);

export function getObject(options: GetOptions): Promise<GotObject> {
  return new Promise((resolve, reject) => {
    const { dispatcher, origin, path, headers } = options;
    const handler = new Receiver(options, resolve, reject);
    if (options.signal.aborted) {
      handler.fail(options.signal.reason);
      return;
    }
    // Times are kept here, for headers and body alike.
    dispatcher.dispatch({ origin, path, method: 'GET', headers, headersTimeout: 0, bodyTimeout: 0 }, handler);
  });
}

class Receiver implements Dispatcher.DispatchHandler, Ending {
  private readonly options: GetOptions;
  private readonly resolve: (got: GotObject) => void;
  private readonly reject: (error: unknown) => void;
  private readonly scanner: Scanner | null;
  private readonly group: RequestGroup;
  private controller: Dispatcher.DispatchController | null = null;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private announced: number | null = null;
  private other: GotObject | SourceFault | null = null;
  private done = false;
  private readonly started = performance.now();
  private heard_at: number | null = null;

  constructor(options: GetOptions, resolve: (got: GotObject) => void, reject: (error: unknown) => void) {
    this.options = options;
    this.resolve = resolve;
    this.reject = reject;
    this.scanner = options.needles === null ? null : new Scanner(options.needles);
    this.group = groupOf(options.signal);
    this.group.add(this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.done) controller.abort(new Error('the request is not wanted any longer'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.heard_at = performance.now();
    if (status === 200) {
      const length = headers['content-length'];
      if (typeof length === 'string' && headers['content-encoding'] === undefined)
        this.announced = Number(length);
    } else this.other = this.judgeStatus(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // What stands in a refusal is read past, so that the connection can be used again.
    if (this.done || this.other !== null) return;
    this.heard_at = performance.now();
    this.size += chunk.length;
    if (this.size > this.options.limits.max_object_bytes) {
      this.fail(this.fault('corrupt', `has more than ${this.options.limits.max_object_bytes} bytes`));
      return;
    }
    this.options.meter.bytes += chunk.length;
    this.chunks.push(chunk);
    this.scanner?.push(chunk);
  }

  onResponseEnd(): void {
    if (this.done) return;
    const got = this.other ?? this.judgeBytes();
    if (got instanceof SourceFault) this.fail(got);
    else this.end(got);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.done) return;
    const kind = /timeout/i.test(error.name) ? 'timeout' : 'network';
    this.fail(this.fault(kind, `failed: ${error.message}`, { cause: error }));
  }

  endIfLate(now: number): void {
    const { headers_ms, stall_ms, request_ms } = this.options.limits;
    const { started, heard_at } = this;
    if (now - started > request_ms) this.fail(this.fault('timeout', `did not end within ${request_ms} ms`));
    else if (heard_at === null && now - started > headers_ms) {
      this.fail(this.fault('timeout', `was not answered within ${headers_ms} ms`));
    } else if (heard_at !== null && now - heard_at > stall_ms) {
      this.fail(this.fault('timeout', `gave nothing more for ${stall_ms} ms`));
    }
  }

  fail(error: unknown): void {
    if (this.done) return;
    this.finish();
    this.options.meter.bytes -= this.size;
    this.reject(error);
    this.controller?.abort(error instanceof Error ? error : new Error(String(error)));
  }

  private end(got: GotObject): void {
    this.finish();
    this.resolve(got);
  }

  private finish(): void {
    this.done = true;
    this.group.delete(this);
  }

  private judgeBytes(): GotObject | SourceFault {
    const { size, announced, chunks, options } = this;
    if (announced !== null && announced !== size) {
      return this.fault('corrupt', `has ${size} bytes of the ${announced} announced`);
    }
    const [first] = chunks;
    const last = chunks.at(-1);
    if (options.null_is_absent === true && first?.toString('latin1', 0, NULL_LETTERS).trim() === 'null') {
      options.meter.bytes -= size;
      return { kind: 'absent' };
    }
    if (first?.[0] !== OPENING || last?.[last.length - 1] !== CLOSING) {
      return this.fault('corrupt', `is no whole JSON object (${size} bytes)`);
    }
    if (this.scanner?.found === false) {
      options.meter.bytes -= size;
      return { kind: 'object', bytes: null, size };
    }
    const bytes = chunks.length === 1 ? first : Buffer.concat(chunks, size);
    return { kind: 'object', bytes, size };
  }

  private judgeStatus(
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): GotObject | SourceFault {
    if (status === ABSENT) return { kind: 'absent' };
    const { location } = headers;
    if (MOVED.has(status) && typeof location === 'string') return { kind: 'moved', location };
    const kind = SLOW_DOWN.has(status) ? 'busy' : 'status';
    const seconds = Number(headers['retry-after'] ?? Number.NaN);
    const retry_after_ms = Number.isFinite(seconds) ? seconds * 1000 : null;
    return this.fault(kind, `answered ${status}`, { retry_after_ms });
  }

  private fault(
    kind: SourceFault['kind'],
    what: string,
    more: { retry_after_ms?: number | null; cause?: unknown } = {},
  ): SourceFault {
    return new SourceFault(kind, `${this.options.path} ${what}`, more);
  }
}
