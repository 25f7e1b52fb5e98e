// Owns a served chain on which something of everything has happened, for tables of requests; leaves the requests to specs.
import { encodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import { type Action, encodeSignedTransaction, hashTransaction } from '../../core/near/transaction.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import type { LocatedOutcome } from '../../localnet/node/types.ts';
import type { RpcServerOptions } from '../../localnet/rpc/server.ts';
import { SEED, signFor } from './near-node.ts';
import { type Ends, KEEPER, ROOT, type ServedNode, serveNode } from './rpc-node.ts';

export const KEPT = '{"kept":1}';
export const HOLDER = 'bob.test.near';
const GAS = 100_000_000_000_000n;
const BLOCKS_AFTER = 30n;

export interface RpcWorld extends ServedNode {
  /** Hashes as clients write them. */
  tx_hash: string;
  receipt_id: string;
  /** Of the receipt of the call to `keep`. */
  executed: LocatedOutcome;
  block_hash: string;
  chunk_hash: string;
  head_hash: string;
  genesis_hash: string;
  root_key: string;
  /** Hashes of the transfers made for requests so far. */
  sent: string[];
  /** A signed transfer in base64; the nonce follows on the key's. */
  transfer(options?: { nonce?: bigint; from?: string; deposit?: bigint; forged?: boolean }): string;
}

/** The root deploys a contract on HOLDER, calls `keep` there, and blocks pass. */
export async function makeRpcWorld(t: Ends, server: Partial<RpcServerOptions> = {}): Promise<RpcWorld> {
  const served = await serveNode(t, { node: { seed: SEED }, server });
  const { node } = served;
  await run(served, { from: HOLDER, to: HOLDER, actions: [{ kind: 'deploy_contract', code: KEEPER }] });
  const call = await run(served, { from: ROOT, to: HOLDER, actions: [keep()] });
  await node.fastForward(BLOCKS_AFTER);
  const status = node.findTransaction(call);
  const executed = status?.receipt_outcomes[0];
  if (status === undefined || executed === undefined) throw new Error('the call did not run; see the node');
  const chunk = executed.block.chunks[0];
  if (chunk === undefined) throw new Error('the block of the call has no chunk');
  const sent: string[] = [];
  return {
    ...served,
    sent,
    tx_hash: encodeBase58(call),
    receipt_id: encodeBase58(executed.outcome.id),
    executed,
    block_hash: encodeBase58(executed.block.hash),
    chunk_hash: encodeBase58(chunk.hash),
    head_hash: encodeBase58(node.chain.head.hash),
    genesis_hash: encodeBase58(node.chain.genesis.hash),
    root_key: formatCurveBytes(accountKeyPair(SEED, ROOT).public_key),
    transfer: ({ nonce, from = ROOT, deposit = 1n, forged = false } = {}) => {
      const actions: Action[] = [{ kind: 'transfer', deposit }];
      const signed = signFor(node, { from, to: HOLDER, actions, ...(nonce === undefined ? {} : { nonce }) });
      sent.push(encodeBase58(hashTransaction(signed.transaction)));
      if (forged) signed.signature.bytes.fill(1);
      return encodeBase64(encodeSignedTransaction(signed));
    },
  };
}

function keep(): Action {
  const args = new TextEncoder().encode(KEPT);
  return { kind: 'function_call', method_name: 'keep', args, gas: GAS, deposit: 0n };
}

async function run(
  { node }: ServedNode,
  transaction: { from: string; to: string; actions: Action[] },
): Promise<Uint8Array> {
  const signed = signFor(node, transaction);
  const submitted = node.submit(signed);
  if (submitted.kind !== 'accepted') throw new Error(`the node says ${submitted.kind} to a transaction`);
  await node.settled();
  return hashTransaction(signed.transaction);
}
