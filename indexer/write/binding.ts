// Owns that a database holds one chain; leaves which chain that is to the caller.

import { DmrvError } from '../../core/errors/index.ts';
import type { Session } from './session.ts';

export interface Chain {
  network: string;
  /** Hash of the genesis block, in base58: a test network that began anew has another. */
  genesis_hash: string;
}

/** Binds an unbound database; refuses one that is bound to another chain. */
export async function bindDatabase(session: Session, { network, genesis_hash }: Chain): Promise<void> {
  await session.query(
    'insert into chain.binding (network, genesis_hash) values ($1, $2) on conflict (is_the_one) do nothing',
    [network, genesis_hash],
  );
  const { rows } = await session.query<Chain>('select network, genesis_hash from chain.binding');
  const bound = rows[0];
  if (bound?.network === network && bound.genesis_hash === genesis_hash) return;
  throw new DmrvError('INDEXER_OTHER_NETWORK', {
    facts: {
      bound_network: bound?.network ?? 'nothing',
      bound_genesis_hash: bound?.genesis_hash ?? 'none',
      network,
      genesis_hash,
    },
  });
}
