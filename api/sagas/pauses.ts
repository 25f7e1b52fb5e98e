// Owns how long a saga sleeps before it is asked again or tried again; leaves sleeping to the row's due_at.

const FIRST_POLL_MS = 500;
const LONGEST_POLL_MS = 60_000;
/** A step that has waited for an hour is asked every minute, one that has waited for ten seconds every second. */
const POLL_SHARE = 10;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;

/** Longer the longer it has waited already. */
export function pollPause(waited_ms: number): number {
  return clamp(waited_ms / POLL_SHARE, FIRST_POLL_MS, LONGEST_POLL_MS);
}

/** Doubled with each retry, and spread over its second half, so that many that failed together do not come back together. */
export function retryPause(retries: number, random: () => number): number {
  const whole = clamp(FIRST_RETRY_MS * 2 ** Math.min(retries, 16), FIRST_RETRY_MS, LONGEST_RETRY_MS);
  return whole / 2 + (whole / 2) * random();
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
