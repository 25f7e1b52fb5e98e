// Owns ending requests: all of a stream with its signal, each that is late; leaves what late means to get-object.ts.

export interface Ending {
  endIfLate(now: number): void;
  fail(error: unknown): void;
}

/** Requests end by this much too late; timers and a listener for each would cost a twentieth of reading a block. */
const LOOK_EVERY_MS = 100;

const groups = new WeakMap<AbortSignal, RequestGroup>();

export function groupOf(signal: AbortSignal): RequestGroup {
  const known = groups.get(signal);
  if (known !== undefined) return known;
  const group = new RequestGroup(signal);
  groups.set(signal, group);
  return group;
}

export class RequestGroup {
  private readonly requests = new Set<Ending>();
  private timer: NodeJS.Timeout | null = null;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => {
      for (const request of [...this.requests]) request.fail(signal.reason);
    });
  }

  add(request: Ending): void {
    this.requests.add(request);
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  delete(request: Ending): void {
    this.requests.delete(request);
  }

  private look(): void {
    const now = performance.now();
    for (const request of this.requests) request.endIfLate(now);
    if (this.requests.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
