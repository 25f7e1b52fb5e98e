// Owns how a long filling tells where it stands; leaves where the lines go to fill.ts.
import type { FillProgress } from './fill-database.ts';

const LOG_EVERY_MS = 10_000;
const MS_PER_SECOND = 1000;

export type ProgressOptions = {
  /** A terminal gets one line that changes; a log gets a plain line now and then. */
  is_terminal: boolean;
  write: (text: string) => void;
  now: () => number;
};

export function createProgress({
  is_terminal,
  write,
  now,
}: ProgressOptions): (progress: FillProgress) => void {
  const started = now();
  let begun: FillProgress | undefined;
  let last_written = Number.NEGATIVE_INFINITY;
  return (progress) => {
    // Chunks that stood already pass in no time; the estimate counts from the first report.
    begun ??= progress;
    const is_last = progress.credits === progress.of;
    if (!is_terminal && !is_last && now() - last_written < LOG_EVERY_MS) return;
    last_written = now();
    const line = describe({ progress, begun, elapsed_ms: now() - started });
    write(is_terminal ? `\r\u001b[K${line}${is_last ? '\n' : ''}` : `${line}\n`);
  };
}

function describe(about: { progress: FillProgress; begun: FillProgress; elapsed_ms: number }): string {
  const { progress, begun, elapsed_ms } = about;
  const seconds = Math.max(elapsed_ms / MS_PER_SECOND, 1 / MS_PER_SECOND);
  const done = progress.credits - begun.credits;
  const left =
    done === 0 ? '' : `, about ${showSeconds((seconds * (progress.of - progress.credits)) / done)} left`;
  const rate = Math.round(progress.rows / seconds);
  const share = Math.floor((100 * progress.credits) / progress.of);
  return `${progress.credits} of ${progress.of} credits (${share}%), ${rate} rows/s, ${showSeconds(seconds)} so far${left}`;
}

export function showSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
