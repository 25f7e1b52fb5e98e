// Owns how an import tells where it stands; leaves where the lines go to statements.ts.

import type { ImportProgress } from '../../api/registries/import-statement.ts';
import { showSeconds } from '../fill/progress.ts';

const LOG_EVERY_MS = 10_000;
const MS_PER_SECOND = 1000;

export type ImportProgressOptions = {
  name: string;
  /** A terminal gets one line that changes; a log gets a plain line now and then. */
  is_terminal: boolean;
  write: (text: string) => void;
  now: () => number;
};

export function createImportProgress({ name, is_terminal, write, now }: ImportProgressOptions): {
  show: (progress: ImportProgress) => void;
  end: () => void;
} {
  const started = now();
  let last_written = started;
  let is_open = false;
  return {
    show({ rows, bytes, total_bytes }) {
      if (!is_terminal && now() - last_written < LOG_EVERY_MS) return;
      last_written = now();
      const seconds = Math.max((now() - started) / MS_PER_SECOND, 1 / MS_PER_SECOND);
      const share = total_bytes === 0 ? 100 : Math.floor((100 * bytes) / total_bytes);
      const left =
        bytes === 0 ? '' : `, about ${showSeconds((seconds * (total_bytes - bytes)) / bytes)} left`;
      const rate = Math.round(rows / seconds);
      const line = `${name}: ${rows} rows (${share}%), ${rate} rows/s, ${showSeconds(seconds)} so far${left}`;
      write(is_terminal ? `\r\u001b[K${line}` : `${line}\n`);
      is_open = is_terminal;
    },
    end() {
      // What comes next stands on a line of its own.
      if (is_open) write('\r\u001b[K');
      is_open = false;
    },
  };
}
