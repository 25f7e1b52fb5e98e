// Owns timing starts of a localnet, each in a fresh process; leaves one start to start-once.ts.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type Spread, spread } from '../bench/measure.ts';

export interface Starts {
  /** The call alone, as a test or a program that has loaded its modules pays it. */
  call_ms: Spread;
  /** Reading the modules before it. */
  load_ms: Spread;
  /** Once more in the same process: what every further test pays. */
  again_ms: Spread;
}

const START_LIMIT_MS = 60_000;
const startReport = z.strictObject({ load_ms: z.number(), call_ms: z.number(), again_ms: z.number() });
const execFileAsync = promisify(execFile);

export async function measureStarts(count: number): Promise<Starts> {
  const reports: z.infer<typeof startReport>[] = [];
  for (let index = 0; index < count; index += 1) reports.push(await startOnce());
  return {
    call_ms: spread(reports.map(({ call_ms }) => call_ms)),
    load_ms: spread(reports.map(({ load_ms }) => load_ms)),
    again_ms: spread(reports.map(({ again_ms }) => again_ms)),
  };
}

async function startOnce(): Promise<z.infer<typeof startReport>> {
  const file = join(import.meta.dirname, 'start-once.ts');
  const { stdout } = await execFileAsync(process.execPath, [file], { timeout: START_LIMIT_MS });
  return startReport.parse(JSON.parse(stdout));
}
