// Owns a keeper of proofs as a process of its own, which kills itself where it is told to; leaves what must come of it to the specs.

import type pg from 'pg';
import { createAskChain } from '../../api/chain/json-rpc.ts';
import { proveAlways } from '../../api/proofs/prove-always.ts';
import { createPool } from '../../core/db/pool.ts';
import { CONTRACT_ID } from './contract-chain.ts';
import { patient } from './proof-story.ts';

const [url = '', rpc_url = '', kill_at = ''] = process.argv.slice(2);
const EVERY_MS = 100;

/** Of the statements that keep something: each may be its process's last, before the commit or behind it. */
const KEEPING: Readonly<Record<string, RegExp>> = {
  receipts: /insert into chain\.outcome_proofs/,
  outcome: /update chain\.outcome_proofs set status = 'proven'/,
  file: /insert into chain\.proof_bundles/,
};

const pool = createPool({ url, max: 2, on_idle_error: () => undefined });
pool.on('connect', (client) => {
  const query = client.query.bind(client) as (...args: unknown[]) => Promise<pg.QueryResult>;
  let written: string | undefined;
  client.query = (async (...args: unknown[]) => {
    const [given] = args;
    const text = typeof given === 'string' ? given : String((given as { text?: string } | undefined)?.text);
    const answer = await query(...args);
    const kept = Object.keys(KEEPING).find((name) => KEEPING[name]?.test(text));
    if (kept !== undefined) {
      written = kept;
      dieAt(`${kept}:written`);
    } else if (text === 'commit' && written !== undefined) {
      dieAt(`${written}:kept`);
      written = undefined;
    }
    return answer;
  }) as typeof client.query;
});

function dieAt(point: string): void {
  if (point === kill_at) process.kill(process.pid, 'SIGKILL');
}

const ask = patient(createAskChain({ rpc_urls: [rpc_url] }));
proveAlways({
  pool,
  chain: { network: 'localnet', contract_account_id: CONTRACT_ID, ask },
  now: () => new Date(),
  log: (line) => console.log(line),
  onTrouble: (error) => console.error(error),
  every_ms: EVERY_MS,
});
// Its own timers do not keep it alive.
setInterval(() => undefined, 60_000);
