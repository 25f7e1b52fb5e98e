// Owns the chain that a spec speaks to by JSON-RPC alone: a localnet, or a near-sandbox binary where the run names one; leaves expectations to specs.
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import { ChainClient, type PlayedChain } from '../../scripts/test-sandbox/chain-client.ts';
import { runBinary } from '../../scripts/test-sandbox/run-binary.ts';
import { BINARY_VARIABLE } from '../../scripts/test-sandbox/specs.ts';
import { type Ends, ROOT, serveNode } from './rpc-node.ts';

export interface ServedChain {
  url: string;
  /** False for the binary: numbers of the localnet's own making do not hold there. */
  is_localnet: boolean;
  root: PlayedChain['root'];
  secretOf(account_id: string): string;
  /** What a localnet's server reported of itself; nothing is known of the binary's. */
  faults: unknown[];
}

/** The localnet's genesis has them; on the binary the root account makes them. */
const GUESTS = ['bob.test.near', 'carol.test.near'];
const GUEST_AMOUNT = 1_000_000n * 10n ** 24n;
const KEY_SEED = 'guests';

export async function serveChain(t: Ends): Promise<ServedChain> {
  const path = process.env[BINARY_VARIABLE];
  if (path === undefined || path === '') {
    const { url, faults, secretOf } = await serveNode(t);
    return {
      url,
      faults,
      secretOf,
      is_localnet: true,
      root: { account_id: ROOT, secret_key: secretOf(ROOT) },
    };
  }
  const { url, root, stop } = await runBinary(path);
  t.teardown(stop);
  for (const account_id of GUESTS) await makeGuest(url, root, account_id);
  const secretOf = (account_id: string) =>
    account_id === root.account_id ? root.secret_key : accountKeyPair(KEY_SEED, account_id).secret_key;
  return { url, faults: [], secretOf, is_localnet: false, root };
}

async function makeGuest(url: string, root: PlayedChain['root'], account_id: string): Promise<void> {
  const { public_key } = accountKeyPair(KEY_SEED, account_id);
  const sent = await new ChainClient(url).send({
    signer_id: root.account_id,
    secret_key: root.secret_key,
    receiver_id: account_id,
    actions: [
      { kind: 'create_account' },
      { kind: 'transfer', deposit: GUEST_AMOUNT },
      { kind: 'add_key', public_key, nonce: 0n, permission: { kind: 'full' } },
    ],
  });
  if (sent.kind === 'refused' || 'Failure' in sent.outcome.status)
    throw new Error(`${account_id} could not be made: ${JSON.stringify(sent)}`);
}
