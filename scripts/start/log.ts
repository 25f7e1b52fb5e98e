// Owns where the lines of the log go while the product runs; leaves what they say to those who write them.

import { renameSync, statSync } from 'node:fs';
import pino from 'pino';
import { z } from 'zod';
import type { Config } from '../../core/config/index.ts';
import type { Shown } from './chain.ts';

export type LogStream = { write(line: string): void };

export type Log = { stream: LogStream; shown: Shown; close(): void };

/** The file before it is kept beside it, so that both together stay small. */
const MAX_BYTES = 16 * 1024 * 1024;
const WARN = 40;
const TELL_AGAIN_MS = 60_000;
const MAX_TOLD = 1_000;

/**
 * On a chain of this machine a person watches: the lines go to a file, and the terminal is told of troubles alone. Elsewhere
 * standard error is what somebody collects.
 */
export function openLog(about: { config: Config; note: (line: string) => void; now: () => number }): Log {
  const { log_file } = about.config;
  if (log_file === undefined) return { stream: process.stderr, shown: [], close: () => undefined };
  keepSmall(log_file);
  // Each line at once: those before a sudden end are the ones that are wanted.
  const file = pino.destination({ dest: log_file, mkdir: true, sync: true });
  const told = new Map<string, number>();
  let is_closed = false;
  return {
    stream: {
      write: (line) => {
        // Who is still heard of after the end is told of all the same: a part that did not stop.
        if (!is_closed) file.write(line);
        const trouble = troubleIn(line);
        if (trouble !== undefined && isNews(told, { trouble, at: about.now() })) about.note(trouble);
      },
    },
    shown: [['Log', log_file]],
    close: () => {
      is_closed = true;
      file.end();
    },
  };
}

/** What goes wrong for many at once is told once. */
function isNews(told: Map<string, number>, { trouble, at }: { trouble: string; at: number }): boolean {
  const before = told.get(trouble);
  if (before !== undefined && at - before < TELL_AGAIN_MS) return false;
  if (told.size >= MAX_TOLD) told.clear();
  told.set(trouble, at);
  return true;
}

const spoken = z.object({
  level: z.number(),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).optional(),
});

/** In words, where a line is a warning or worse. */
export function troubleIn(line: string): string | undefined {
  // As the logger writes it, and most lines are no trouble.
  if (line.startsWith('{"level":30,') || line.startsWith('{"level":20,')) return undefined;
  const { level, msg, err } = spoken.parse(JSON.parse(line));
  if (level < WARN) return undefined;
  const reason = err === undefined || err.message === msg ? '' : ` (${err.message})`;
  return `${msg}${reason}`;
}

function keepSmall(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && found.size > MAX_BYTES) renameSync(file, `${file}.1`);
}
