// Owns finding what a certificate says: in the index, or in the contract's last final block before that; leaves its words to facts.ts.

import type { Transaction } from 'kysely';
import { findBundle, findTask, type KeptBundle } from '../../core/db/proofs.ts';
import {
  findPublicRetirement,
  findPublishedPayload,
  isKnownCredit,
  listArticle6AsOf,
} from '../../core/db/public-chain.ts';
import type { DB } from '../../core/db/types.ts';
import { present } from '../acting.ts';
import { viewContract } from '../chain/view-contract.ts';
import type { Services } from '../services.ts';
import { type Certificate, makeCertificate, showRetirement, showViewed, viewedRetirement } from './facts.ts';

type Asking = {
  transact<T>(work: (trx: Transaction<DB>) => Promise<T>): Promise<T>;
  services: Pick<Services, 'chain'>;
};

export type FoundCertificate = { certificate: Certificate; bundle: KeptBundle | undefined };

export async function findCertificate(
  { transact, services }: Asking,
  token_id: string,
): Promise<FoundCertificate> {
  const { contract_account_id: near_contract_id } = services.chain;
  const indexed = await transact((trx) => findIndexed(trx, { near_contract_id, token_id, services }));
  if (indexed !== undefined) return indexed;
  const viewed = viewedRetirement.parse(
    await viewContract(services.chain, { method: 'retirement', args: { token_id } }),
  );
  const retirement = showViewed(
    present(viewed ?? undefined, { what: 'retirement', id: token_id }),
    near_contract_id,
  );
  const known = {
    network: services.chain.network,
    payload: undefined,
    article6: undefined,
    proof: noProof('waiting', 'its block is not indexed yet'),
  };
  return { certificate: makeCertificate(retirement, { ...known, source: 'final_block' }), bundle: undefined };
}

async function findIndexed(
  trx: Transaction<DB>,
  about: { near_contract_id: string; token_id: string; services: Asking['services'] },
): Promise<FoundCertificate | undefined> {
  const { near_contract_id, token_id, services } = about;
  const row = await findPublicRetirement(trx, { near_contract_id, token_id });
  if (row === undefined) return undefined;
  const on = row.retired_at.slice(0, 'YYYY-MM-DD'.length);
  const payload = await findPublishedPayload(trx, row.origin);
  const article6 = (await isKnownCredit(trx, token_id))
    ? await listArticle6AsOf(trx, { token_id, on })
    : undefined;
  const bundle = await findBundle(trx, { near_contract_id, token_id });
  const proof = bundle === undefined ? await whyNot(trx, { near_contract_id, token_id }) : proofOf(bundle);
  const known = { network: services.chain.network, payload, article6, proof };
  return { certificate: makeCertificate(showRetirement(row), { ...known, source: 'index' }), bundle };
}

function proofOf(bundle: KeptBundle): Certificate['proof'] {
  const { bundle_sha256, revision, head_block_hash, head_block_height } = bundle;
  return { state: 'kept', note: null, bundle_sha256, revision, head_block_hash, head_block_height };
}

async function whyNot(
  trx: Transaction<DB>,
  about: { near_contract_id: string; token_id: string },
): Promise<Certificate['proof']> {
  const task = await findTask(trx, about);
  if (task === undefined) return noProof('waiting', null);
  return noProof(task.is_waiting ? 'waiting' : 'impossible', task.note);
}

function noProof(state: 'waiting' | 'impossible', note: string | null): Certificate['proof'] {
  return {
    state,
    note,
    bundle_sha256: null,
    revision: null,
    head_block_hash: null,
    head_block_height: null,
  };
}
