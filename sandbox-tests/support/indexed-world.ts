// Owns a contract's world whose blocks are decoded and folded as the indexer does it; leaves what must come of it to the specs.
import { decodeAhead } from '../../indexer/decode/decode-ahead.ts';
import type { DecodeContext } from '../../indexer/decode/decode-block.ts';
import { createTracer } from '../../indexer/decode/trace.ts';
import type { ChainEvent, DecodedBlock } from '../../indexer/types.ts';
import { sumSupply } from '../../indexer/verify/supply.ts';
import { type Verification, verifyAgainstContract } from '../../indexer/verify/verify-contract.ts';
import { CONTRACT_ID, type ContractChain, type ContractChainOptions } from './contract-chain.ts';
import { type ContractWorld, openContractWorld } from './contract-world.ts';
import { type Form, MemorySource } from './memory-source.ts';
import { MemoryTables } from './memory-tables.ts';

export interface IndexedWorld {
  world: ContractWorld;
  source: MemorySource;
}

export async function openIndexedWorld(
  options: ContractChainOptions & { form?: Form } = {},
): Promise<IndexedWorld> {
  const source = new MemorySource([CONTRACT_ID], options.form);
  const world = await openContractWorld({ ...options, on_block: source.add });
  return { world, source };
}

/** All blocks so far, their events traced. */
export async function decodeAll(
  source: MemorySource,
  context: Partial<DecodeContext> = {},
): Promise<DecodedBlock[]> {
  const whole: DecodeContext = {
    contract_ids: new Set(source.contract_ids),
    tracer: createTracer(source),
    signal: new AbortController().signal,
    ...context,
  };
  const decoded: DecodedBlock[] = [];
  for await (const block of decodeAhead(source.all(), whole)) decoded.push(block);
  return decoded;
}

/** In batches of so many blocks. */
export function foldAll(decoded: readonly DecodedBlock[], blocks_a_batch = 7): MemoryTables {
  const tables = new MemoryTables();
  for (let from = 0; from < decoded.length; from += blocks_a_batch) {
    const events = decoded.slice(from, from + blocks_a_batch).flatMap((block) => block.events);
    if (events.length > 0) tables.take(events);
  }
  return tables;
}

export async function indexAll(
  source: MemorySource,
  blocks_a_batch?: number,
): Promise<{ decoded: DecodedBlock[]; events: ChainEvent[]; tables: MemoryTables }> {
  const decoded = await decodeAll(source);
  const events = decoded.flatMap((block) => block.events);
  return { decoded, events, tables: foldAll(decoded, blocks_a_batch) };
}

/** Every row there is against the contract's own views. */
export function verifyAll(chain: ContractChain, tables: MemoryTables): Promise<Verification> {
  const tokens = [...tables.tokens.values()];
  return verifyAgainstContract(
    { contract_id: CONTRACT_ID, view: async (method, args) => chain.view(method, args) },
    {
      tokens,
      retirements: [...tables.retirements.values()],
      consents: [...tables.consents.values()],
      supply: sumSupply(tokens.map((token) => ({ ...token, count: 1 }))),
    },
  );
}
