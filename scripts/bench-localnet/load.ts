// Owns a load on a running localnet, sent over JSON-RPC as clients send it, and its pace; leaves the pace wanted to bench-localnet.ts.

import type { Action } from '../../core/near/transaction.ts';
import { type RunningLocalnet, startLocalnet } from '../../localnet/start-localnet.ts';
import { KEEPER } from '../../sandbox-tests/support/rpc-node.ts';
import { Client } from './client.ts';

export interface Load {
  clients: number;
  sent: number;
  seconds: number;
  per_second: number;
  /** Of each tenth of the time: a pace that falls is not sustained. */
  per_second_by_tenth: number[];
  blocks: number;
}

interface Duration {
  load_ms: number;
  warmup_ms: number;
}

const CLIENTS = 32;
const PARTS = 10;
const MS_PER_SECOND = 1000;
const SEED = 'bench';
const CONTRACT = 'keeper.bench';
const DEPOSIT = 1n;
const CALL: Action = {
  kind: 'function_call',
  method_name: 'keep',
  args: new TextEncoder().encode('{"kept":"a small value"}'),
  gas: 30n * 10n ** 12n,
  deposit: 0n,
};

/** Each client pays the next one. */
export function measureTransfers(duration: Duration): Promise<Load> {
  const transfer: Action = { kind: 'transfer', deposit: DEPOSIT };
  return withLocalnet((localnet) =>
    measure(localnet, {
      duration,
      send: (client, index) => client.send(clientId((index + 1) % CLIENTS), transfer),
    }),
  );
}

/** Each call reads its input, stores it and logs. */
export function measureCalls(duration: Duration): Promise<Load> {
  return withLocalnet((localnet) =>
    measure(localnet, { duration, send: (client) => client.send(CONTRACT, CALL) }),
  );
}

const clientId = (index: number): string => `client-${index}.bench`;

/** As it is where nothing is said: one shard, several validators, JSON-RPC and Lake served, nothing on disk. */
async function withLocalnet<T>(work: (localnet: RunningLocalnet) => Promise<T>): Promise<T> {
  const clients = Array.from({ length: CLIENTS }, (_, index) => ({ account_id: clientId(index) }));
  const failures: unknown[] = [];
  const localnet = await startLocalnet({
    seed: SEED,
    accounts: [...clients, { account_id: CONTRACT, code: KEEPER }],
    onFailure: (error) => failures.push(error),
  });
  try {
    const result = await work(localnet);
    if (failures.length > 0)
      throw new AggregateError(failures, 'The localnet failed under load; see its errors.');
    return result;
  } finally {
    await localnet.stop();
  }
}

async function measure(
  { rpc, node }: RunningLocalnet,
  { duration, send }: { duration: Duration; send: (client: Client, index: number) => Promise<void> },
): Promise<Load> {
  if (rpc === null) throw new Error('The localnet serves no JSON-RPC. Start it with a port.');
  const block_hash = node.chain.head.hash;
  const clients = Array.from(
    { length: CLIENTS },
    (_, index) => new Client({ seed: SEED, account_id: clientId(index), block_hash, url: rpc.url }),
  );
  try {
    await sendFor(duration.warmup_ms, { clients, send });
    const height = node.chain.head.height;
    const start = performance.now();
    const ends = await sendFor(duration.load_ms, { clients, send });
    const seconds = (performance.now() - start) / MS_PER_SECOND;
    return {
      clients: CLIENTS,
      sent: ends.length,
      seconds: round(seconds),
      per_second: ends.length / seconds,
      per_second_by_tenth: paceByPart(ends, duration.load_ms),
      blocks: Number(node.chain.head.height - height),
    };
  } finally {
    for (const client of clients) client.close();
  }
}

/** When each transaction was answered, in ms since the start. Each client sends its next one after the answer. */
async function sendFor(
  duration_ms: number,
  { clients, send }: { clients: readonly Client[]; send: (client: Client, index: number) => Promise<void> },
): Promise<number[]> {
  const ends: number[] = [];
  const start = performance.now();
  await Promise.all(
    clients.map(async (client, index) => {
      while (performance.now() - start < duration_ms) {
        await send(client, index);
        ends.push(performance.now() - start);
      }
    }),
  );
  return ends;
}

function paceByPart(ends: readonly number[], duration_ms: number): number[] {
  const part_ms = duration_ms / PARTS;
  const counts = new Array<number>(PARTS).fill(0);
  for (const end of ends) {
    const part = Math.floor(end / part_ms);
    if (part < PARTS) counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts.map((count) => round((count * MS_PER_SECOND) / part_ms));
}

const round = (value: number): number => Math.round(value * 10) / 10;
