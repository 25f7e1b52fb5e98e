// Owns running one bench in a process of its own and reading its report; leaves the table to table.ts.

import { spawn } from 'node:child_process';
import { type BenchReport, benchReport } from './bench.ts';

// Twice what a quick bench may take; a full one may fill large tables first.
const QUICK_LIMIT_MS = 100_000;
const FULL_LIMIT_MS = 2 * 60 * 60 * 1000;

export type BenchOutcome = BenchReport | { bench: string; failure: string };

export async function runBenchProcess(options: {
  name: string;
  file: string;
  quick: boolean;
}): Promise<BenchOutcome> {
  const { name, file, quick } = options;
  const { end, output } = await readProcess({
    file,
    quick,
    limit_ms: quick ? QUICK_LIMIT_MS : FULL_LIMIT_MS,
  });
  if (end !== 0) return { bench: name, failure: `ended with ${end}; its error stands above` };
  const report = parseReport(output);
  if (report === undefined) return { bench: name, failure: 'printed something else than one report' };
  if (report.bench !== name) return { bench: name, failure: `reported as "${report.bench}"` };
  return report;
}

function readProcess(options: {
  file: string;
  quick: boolean;
  limit_ms: number;
}): Promise<{ end: number | string; output: string }> {
  const { file, quick, limit_ms } = options;
  return new Promise((resolve, reject) => {
    const args = [file, '--json', ...(quick ? ['--quick'] : [])];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: limit_ms });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ end: code ?? signal ?? 'no exit code', output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

function parseReport(output: string): BenchReport | undefined {
  try {
    return benchReport.parse(JSON.parse(output));
  } catch (error) {
    console.error(error);
    return undefined;
  }
}
