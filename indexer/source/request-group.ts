// Owns ending requests: all of a stream with its signal, each at its time; leaves what a request does then to get-object.ts.

export interface Ending {
  endLate(): void;
  fail(error: unknown): void;
}

/** Requests end by this much too late; a timer and a listener for each would cost a twentieth of reading a block. */
const LOOK_EVERY_MS = 250;

const groups = new WeakMap<AbortSignal, RequestGroup>();

export function groupOf(signal: AbortSignal): RequestGroup {
  const known = groups.get(signal) ?? new RequestGroup(signal);
  groups.set(signal, known);
  return known;
}

export class RequestGroup {
  private readonly deadlines = new Map<Ending, number>();
  private timer: NodeJS.Timeout | null = null;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => {
      for (const request of [...this.deadlines.keys()]) request.fail(signal.reason);
    });
  }

  add(request: Ending, limit_ms: number): void {
    this.deadlines.set(request, performance.now() + limit_ms);
    this.timer ??= setInterval(() => this.endLate(), LOOK_EVERY_MS);
  }

  delete(request: Ending): void {
    this.deadlines.delete(request);
  }

  private endLate(): void {
    const now = performance.now();
    for (const [request, deadline] of this.deadlines) if (deadline <= now) request.endLate();
    if (this.deadlines.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
