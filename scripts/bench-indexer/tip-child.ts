// Owns one process of the tip's measurement, the chain or the indexer; leaves comparing what they tell to tip.ts.

import { subscribe } from 'node:diagnostics_channel';
import { z } from 'zod';
import { openIndexer } from '../../indexer/operate/open-indexer.ts';
import { runIndexer } from '../../indexer/operate/run.ts';
import { StateKeeper } from '../../indexer/operate/state.ts';
import { startLake } from '../../localnet/lake/server.ts';
import { startRpcServer } from '../../localnet/rpc/server.ts';
import { CONTRACT_ID } from '../../sandbox-tests/support/contract-chain.ts';
import { openContractWorld } from '../../sandbox-tests/support/contract-world.ts';
import { SILENT_OBSERVER } from './silent-observer.ts';

const order = z.discriminatedUnion('role', [
  z.object({ role: z.literal('chain'), pace_ms: z.number() }),
  z.object({
    role: z.literal('indexer'),
    rpc_url: z.string(),
    lake_url: z.string(),
    bucket: z.string(),
    database_url: z.string(),
  }),
]);

process.once('message', (message) => {
  const wanted = order.parse(message);
  const run = wanted.role === 'chain' ? runChain(wanted) : follow(wanted);
  run.catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

/** One clock for both processes. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A mint on its way with each block, so that nearly every block has events. */
async function runChain({ pace_ms }: { pace_ms: number }): Promise<void> {
  const world = await openContractWorld({ node: { history_blocks: 2_000 } });
  const { node } = world.chain;
  const rpc = await startRpcServer({ node, port: 0 });
  const lake = await startLake({ node, port: 0 });
  let requests = 0;
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: { url?: string } };
    if (request.url?.startsWith(`/${lake.bucket}/`) === true) requests += 1;
  });
  node.onFinalBlock(({ block }) => process.send?.({ height: `${block.height}`, at: now(), requests }));
  process.send?.({ rpc_url: rpc.url, lake_url: lake.url, bucket: lake.bucket });
  setInterval(() => {
    world.chain.send(world.mintCall());
    node.produceBlocks();
  }, pace_ms);
}

async function follow(about: {
  rpc_url: string;
  lake_url: string;
  bucket: string;
  database_url: string;
}): Promise<void> {
  const { rpc_url, lake_url, bucket, database_url } = about;
  const indexer = openIndexer({
    network: 'bench',
    contract_ids: [CONTRACT_ID],
    sources: [{ kind: 's3_lake', bucket, region: 'eu-central-1', endpoint: lake_url }],
    rpc: { urls: [rpc_url] },
    first_height: 0n,
    database_url,
    indexer_id: 'bench',
    observer: {
      ...SILENT_OBSERVER,
      committed: ({ last }) => process.send?.({ height: `${last.height}`, at: now() }),
    },
    keeper: new StateKeeper(),
    log: { info: () => undefined, warn: (...words: unknown[]) => console.error(...words) },
  });
  await runIndexer(indexer, {
    start: { kind: 'height', height: 0n },
    signal: new AbortController().signal,
  });
}
