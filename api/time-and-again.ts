// Owns doing a thing time and again, one round at a time, until it is stopped; leaves the thing to its users.

export type Repeated = { stop(): Promise<void> };

/** A round that lasts longer than the time between two leaves the next ones out. */
export function timeAndAgain(about: {
  every_ms: number;
  /** The first round begins now, and not only when the time has passed. */
  is_due_now?: boolean;
  /** The signal says that what can wait for the next process should. */
  work: (stopped: AbortSignal) => Promise<unknown>;
  onTrouble: (error: unknown) => void;
}): Repeated {
  const { every_ms, is_due_now = false, work, onTrouble } = about;
  const stopped = new AbortController();
  let running: Promise<unknown> | undefined;
  const round = (): void => {
    running ??= work(stopped.signal)
      .catch(onTrouble)
      .finally(() => {
        running = undefined;
      });
  };
  if (is_due_now) round();
  const timer = setInterval(round, every_ms);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      stopped.abort();
      await running;
    },
  };
}
