// Owns the subcommands that compare and mend: verify, rebuild, redrive; leaves the work to indexer/ and the words of the line to scripts/indexer.ts.

import { randomBytes } from 'node:crypto';
import type { Config } from '../../core/config/index.ts';
import { redecode } from '../../indexer/decode/redecode.ts';
import { rpcViews } from '../../indexer/verify/contract-views.ts';
import { verifyTables } from '../../indexer/verify/verify-tables.ts';
import { type RebuildProgress, rebuild, verifyReplay } from '../../indexer/write/rebuild.ts';
import { redrive } from '../../indexer/write/redrive.ts';
import { openSession } from '../../indexer/write/session.ts';
import type { Reached } from './reach.ts';

export interface Mending {
  reached: Reached;
  config: Config;
  contract: string;
  signal: AbortSignal;
  say: (line: string) => void;
  note: (line: string) => void;
}

/** True where the tables are what the kept events give. */
export async function runVerifyReplay(about: Mending): Promise<boolean> {
  const { events, differences } = await verifyReplay(optionsOf(about));
  for (const { table, missing, extra, different, examples } of differences) {
    about.say(
      `${about.contract}: chain.${table}: ${missing} missing, ${extra} too many, ${different} different (${examples.join(', ')})`,
    );
  }
  if (differences.length === 0) about.say(`${about.contract}: ${events} events give these very tables.`);
  return differences.length === 0;
}

/** True where the contract's views say the same, or nothing could be asked. */
export async function runVerifyContract(about: Mending & { sample?: number }): Promise<boolean> {
  const { contract, config, reached, sample, signal, say, note } = about;
  const [rpc_url = ''] = config.network.rpc_urls;
  const session = await openSession(reached.indexer_url);
  const tell = every(PROGRESS_PAUSE_MS, note);
  const result = await verifyTables(session, {
    contract_id: contract,
    viewsAt: (height) => rpcViews({ rpc_url, contract_id: contract, height, signal }),
    on_progress: ({ tokens }) => tell(`${contract}: the contract was asked for ${tokens} tokens`),
    signal,
    // Another sample each time, so that every row's turn comes.
    ...(sample === undefined ? {} : { sample, from_hash: randomBytes(HASH_BYTES).toString('hex') }),
  }).finally(() => session.close());
  if (result.kind === 'not_checked') {
    say(`${contract}: not checked at block ${result.height ?? 'none'}: ${result.reason}`);
    return true;
  }
  for (const { what, field, table, contract: told } of result.differences) {
    say(`${contract}: ${what}: ${field} is ${table ?? 'nothing'} here and ${told ?? 'nothing'} on chain`);
  }
  const { tokens, retirements, consents, differences } = result;
  const verdict =
    differences.length === 0 ? 'the contract says the same' : `${differences.length} differences`;
  say(
    `${contract}: at block ${result.height}: supply, ${tokens} tokens, ${retirements} retirements, ` +
      `${consents} consents: ${verdict}${result.is_cut ? ' and perhaps more' : ''}.`,
  );
  return differences.length === 0;
}

export async function runRebuild(about: Mending): Promise<void> {
  const { events, differences, view_changes } = await rebuild(optionsOf(about));
  const changed = [
    ...differences.map(
      ({ table, missing, extra, different }) => `chain.${table} ${missing + extra + different}`,
    ),
    ...Object.entries(view_changes).flatMap(([table, rows]) => (rows > 0 ? [`${table} ${rows}`] : [])),
  ];
  const what = changed.length === 0 ? 'no row differed' : `mended rows: ${changed.join(', ')}`;
  about.say(`${about.contract}: ${events} events folded anew; ${what}.`);
}

export async function runRedrive(about: Mending): Promise<void> {
  const { tried, revived, revived_events } = await redrive({ ...optionsOf(about), redecode });
  about.say(
    tried === 0
      ? `${about.contract}: there are no dead letters.`
      : `${about.contract}: ${revived} of ${tried} dead letters can be read now; ${revived_events} events took their places.`,
  );
}

const PROGRESS_PAUSE_MS = 2_000;
const HASH_BYTES = 32;

function optionsOf({ reached, contract, signal, note }: Mending) {
  const tell = every(PROGRESS_PAUSE_MS, note);
  const on_progress = ({ phase, done, of }: RebuildProgress): void =>
    tell(`${contract}: ${phase}: ${done} of ${of}`);
  return { admin_url: reached.admin_url, contract, signal, on_progress };
}

/** Says a line at most so often; what comes between is passed over. */
function every(pause_ms: number, say: (line: string) => void): (line: string) => void {
  let said_at = performance.now();
  return (line) => {
    if (performance.now() - said_at < pause_ms) return;
    said_at = performance.now();
    say(line);
  };
}
