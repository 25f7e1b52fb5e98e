// Owns asking for what a part of a page shows, and asking again; leaves showing it to the parts.

import { useEffect, useState } from 'preact/hooks';

export type Asked<T> =
  | { state: 'waiting' }
  | { state: 'here'; value: T }
  | { state: 'failed'; error: unknown };

export type Ask<T> = Asked<T> & { again: () => void };

/** What was here stays until the new answer comes, so that a page does not flicker. */
export function useAsk<T>(ask: () => Promise<T>, about: readonly unknown[], every_ms?: number): Ask<T> {
  const [asked, setAsked] = useState<Asked<T>>({ state: 'waiting' });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let is_gone = false;
    ask().then(
      (value) => {
        if (!is_gone) setAsked({ state: 'here', value });
      },
      (error: unknown) => {
        if (!is_gone) setAsked({ state: 'failed', error });
      },
    );
    const timer = every_ms === undefined ? undefined : setTimeout(() => setTurn(turn + 1), every_ms);
    return () => {
      is_gone = true;
      clearTimeout(timer);
    };
  }, [...about, turn]);
  return { ...asked, again: () => setTurn((now) => now + 1) };
}

/** Work that a person begins: one at a time, with its end told. */
export function useWork(): {
  is_busy: boolean;
  error: unknown;
  run: (work: () => Promise<void>) => void;
} {
  const [is_busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = (work: () => Promise<void>): void => {
    if (is_busy) return;
    setBusy(true);
    setError(undefined);
    work()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { is_busy, error, run };
}
