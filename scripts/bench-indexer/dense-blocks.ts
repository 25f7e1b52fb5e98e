// Owns made-up dense blocks (8 events in each) and the database they are written into; leaves measuring to writing.ts.

import pg from 'pg';
import type { DecodedBlock } from '../../indexer/types.ts';
import { openWriter, type Writer } from '../../indexer/write/writer.ts';
import { EventMaker, MADE_CONTRACT, type Minted } from '../../sandbox-tests/support/event-maker.ts';

/** Besides them each block has one mint or one retirement, which are two events each. */
const TRANSFERS_PER_BLOCK = 6;
const MINTS_PER_BLOCK = 400;
const GENESIS = 'G'.repeat(44);

export interface Dense {
  /** Tokens that stand before: each is touched once, so that a batch's rows are the last ones of their keys. */
  before: DecodedBlock[];
  blocks: DecodedBlock[];
  /** Of every credit, those that are minted on the way too. */
  hashes: string[];
}

export function makeDense(count: number): Dense {
  const maker = new EventMaker('dense');
  const standing = Array.from({ length: count * (TRANSFERS_PER_BLOCK + 1) }, () => maker.plan());
  const before = [maker.block([maker.consent('consent-1')])];
  for (let from = 0; from < standing.length; from += MINTS_PER_BLOCK) {
    before.push(maker.block([maker.mint(standing.slice(from, from + MINTS_PER_BLOCK))]));
  }
  const rest = [...standing];
  const take = (): Minted => {
    const next = rest.pop();
    if (next === undefined) throw new RangeError('There are fewer credits than the blocks need.');
    return next;
  };
  const minted: Minted[] = [];
  const blocks = Array.from({ length: count }, (_, index) => {
    const transfers = Array.from({ length: TRANSFERS_PER_BLOCK }, () =>
      maker.transfer(take().token_id, 'alice.near', `buyer-${index % 100}.near`),
    );
    if (index % 2 === 1) return maker.block([...transfers, maker.retire(take())]);
    const credit = maker.plan();
    minted.push(credit);
    return maker.block([...transfers, maker.mint([credit])]);
  });
  return { before, blocks, hashes: [...standing, ...minted].map(({ token_id }) => token_id) };
}

export function openDense(url: string): Promise<Writer> {
  return openWriter({
    url,
    contracts: [MADE_CONTRACT],
    network: 'localnet',
    genesis_hash: GENESIS,
    indexer_id: 'bench',
    signal: new AbortController().signal,
    log: { info: () => undefined, warn: () => undefined },
  });
}

/** A tenant who knows every hash, and what stands before the measured blocks. */
export async function fillBefore(url: string, dense: Dense): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(
    `insert into core.tenants (tenant_id, slug, name) values ('${TENANT}', 'bench', 'Bench')`,
  );
  await client.query(
    `insert into project.projects (project_id, tenant_id, name, project_type, location, host_country)
     values ('${PROJECT}', '${TENANT}', 'Bench', 'biochar', '{"lat": 1, "lon": 1}', 'CH')`,
  );
  await client.query(
    `with known as (select mrv_hash, uuidv7() as mrv_submission_id from unnest($1::text[]) as mrv_hash),
       submitted as (insert into mrv.mrv_submissions
         (mrv_submission_id, tenant_id, project_id, source_type, raw_payload, period_start_on, period_end_on)
         select mrv_submission_id, '${TENANT}', '${PROJECT}', 'sensor', '{}', '2025-01-01', '2025-12-31' from known),
       held as (insert into registry.global_hash_registry (mrv_hash, origin, first_seen_tenant_id)
         select mrv_hash, mrv_hash, '${TENANT}' from known)
     insert into hashing.mrv_hashes (tenant_id, mrv_submission_id, mrv_hash, canonical_payload)
     select '${TENANT}', mrv_submission_id, mrv_hash, '{}' from known`,
    [dense.hashes],
  );
  const writer = await openDense(url);
  for (const block of dense.before) await writer.write([block]);
  await writer.close();
  await client.query('vacuum (analyze)');
  await client.end();
}

const TENANT = '00000000-0000-4000-8000-000000000001';
const PROJECT = '00000000-0000-4000-8000-000000000002';
