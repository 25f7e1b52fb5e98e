// Owns running "npm run reconcile" as a process of its own and reading its reports; leaves what it must say to the specs.

import { readFile } from 'node:fs/promises';
import { type Child, startChild } from './child.ts';
import { PROJECT } from './product.ts';

export type Ended = { code: number | null; output: string };

export function startReconcile(args: readonly string[], env: Record<string, string> = {}): Child {
  return startChild({ file: `${PROJECT}/scripts/reconcile.ts`, args: [...args], env, cwd: PROJECT });
}

export async function reconcile(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return endOf(startReconcile(args, env));
}

export async function endOf(child: Child): Promise<Ended> {
  const { code } = await child.end;
  return { code, output: child.output() };
}

export type ReadReport = {
  run_id: string | null;
  unreconciled_co2e: string;
  in_transit_co2e: string;
  findings_open: number;
  findings_waived: number;
  rules_not_checked: Record<string, string>;
  findings: { code: string; severity: string; tonnes_at_stake: string; is_waived: boolean }[];
};

export async function readReport(path: string): Promise<ReadReport> {
  return JSON.parse(await readFile(path, 'utf8')) as ReadReport;
}
