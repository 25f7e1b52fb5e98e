// Owns credits that the indexer's own writer brings to an API's database, and events after them; leaves what is asked to the
// specs.

import { openWriter, type Writer } from '../../indexer/write/writer.ts';
import { CONTRACT_ID, type TestApi, type TestTenant } from './api.ts';
import { walkToHashed } from './api-way.ts';
import { EventMaker, type Minted, type Receipt } from './event-maker.ts';
import { CHAIN, SILENT } from './indexed-tables.ts';

export type IndexedApi = {
  maker: EventMaker;
  /** Heights are those of the blocks that were written, in order. */
  write(receipts: readonly Receipt[]): Promise<bigint>;
  /** Walks a submission to its hash over HTTP and mints it on the chain. */
  mint(tenant: TestTenant, owner_id: string): Promise<Minted & { height: bigint; credit_id: string }>;
  close(): Promise<void>;
};

export async function openIndexedApi(api: TestApi, seed: string): Promise<IndexedApi> {
  const maker = new EventMaker(seed, CONTRACT_ID);
  const writer: Writer = await openWriter({
    url: api.database.urlFor('indexer'),
    contracts: [CONTRACT_ID],
    ...CHAIN,
    indexer_id: 'spec',
    signal: new AbortController().signal,
    log: SILENT,
  });
  const write = async (receipts: readonly Receipt[]): Promise<bigint> => {
    const block = maker.block(receipts);
    await writer.write([block]);
    return block.facts.height;
  };
  await write([maker.consent('consent-1')]);
  return {
    maker,
    write,
    async mint(tenant, owner_id) {
      const { mrv_hash } = await walkToHashed(tenant.client);
      const minted = maker.plan({ token_id: mrv_hash, owner_id });
      const height = await write([maker.mint([minted])]);
      const { credits } = await tenant.client.listCredits({ query: { page_size: 200 } });
      const credit_id = credits.find((credit) => credit.token_id === mrv_hash)?.credit_id;
      if (credit_id === undefined) throw new Error(`The credit ${mrv_hash} was not attached.`);
      return { ...minted, height, credit_id };
    },
    close: () => writer.close(),
  };
}
