// Owns putting an indexer's rooms together: source, decoding, writer; leaves its life to run.ts and each room to itself.
import { decodeAhead } from '../decode/decode-ahead.ts';
import { createTracer } from '../decode/trace.ts';
import { type OpenSource, openSource, type SourceWish } from '../source/open-source.ts';
import type { Observer, StartPoint } from '../types.ts';
import { batchBlocks } from '../write/batch-blocks.ts';
import type { Cursor } from '../write/cursors.ts';
import { openWriter, type Writer, type WriterOptions } from '../write/writer.ts';
import type { Leader, RunDeps } from './run.ts';
import type { StateKeeper } from './state.ts';

export interface IndexerOptions {
  network: string;
  contract_ids: readonly string[];
  /** In the order in which they are asked. */
  sources: readonly SourceWish[];
  rpc: { urls: readonly string[]; api_key?: string };
  /** No block is looked for below it. */
  first_height: bigint;
  /** The way in of the login `indexer`. */
  database_url: string;
  /** For people: who leads. */
  indexer_id: string;
  observer: Observer;
  keeper: StateKeeper;
  log: WriterOptions['log'];
}

export interface OpenIndexer extends RunDeps {
  close(): Promise<void>;
}

export function openIndexer(options: IndexerOptions): OpenIndexer {
  const { contract_ids, sources, rpc, first_height, observer, keeper, log } = options;
  const source = openSource({ contract_ids, sources, rpc, first_height, observer });
  const tracer = createTracer(source, observer);
  return {
    keeper,
    source,
    log,
    random: Math.random,
    lead: (signal) => lead(options, source, signal),
    decode: (blocks, signal) =>
      decodeAhead(blocks, { contract_ids: new Set(contract_ids), tracer, observer, signal }),
    close: () => source.close(),
  };
}

async function lead(options: IndexerOptions, source: OpenSource, signal: AbortSignal): Promise<Leader> {
  const { contract_ids, network, indexer_id, observer, keeper, log } = options;
  const genesis_hash = await source.genesisHash(signal);
  const writer = await openWriter({
    url: options.database_url,
    contracts: contract_ids,
    network,
    genesis_hash,
    indexer_id,
    observer,
    log,
    signal,
    on_standby: () => keeper.set({ state: 'standby', reason: '' }),
  });
  const sweep = sweepNowAndThen(writer, log);
  return {
    resume: resumeFrom(contract_ids, writer.cursors()),
    writeAll: (blocks, committed) =>
      batchBlocks(blocks, async (batch) => {
        await writer.write(batch);
        const last = batch.at(-1);
        if (last !== undefined) committed(last.facts);
        await sweep();
      }),
    close: () => writer.close(),
  };
}

/** A hash that was written under another isolation than usual is seen by nobody else. */
const SWEEP_PAUSE_MS = 600_000;

/** With the first batch, and then at most so often: it looks at every token of a tenant. */
function sweepNowAndThen(writer: Writer, log: IndexerOptions['log']): () => Promise<void> {
  let due_at = 0;
  return async () => {
    if (performance.now() < due_at) return;
    const found = await writer.sweep();
    due_at = performance.now() + SWEEP_PAUSE_MS;
    if (found > 0) log.warn({ tokens: found }, 'the sweep attached what was missed');
  };
}

/** A contract that is new to the database is followed from the start; those that are further pass those blocks by. */
export function resumeFrom(
  contract_ids: readonly string[],
  cursors: ReadonlyMap<string, Cursor>,
): StartPoint | null {
  let lowest: Cursor | undefined;
  for (const contract_id of contract_ids) {
    const cursor = cursors.get(contract_id);
    if (cursor === undefined) return null;
    if (lowest === undefined || cursor.height < lowest.height) lowest = cursor;
  }
  return lowest === undefined ? null : { kind: 'after', height: lowest.height, hash: lowest.hash };
}
