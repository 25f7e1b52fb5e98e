// Owns starting localnets to be compared, right or with wrong prices; leaves comparing them to run-compare.ts.
import type { NodeOptions } from '../../localnet/node/options.ts';
import { startLocalnet } from '../../localnet/start-localnet.ts';
import type { RunningChain } from './run-binary.ts';

const ROOT_ID = 'test.near';

export interface LocalnetWish {
  name: string;
  options?: NodeOptions;
  /** With wrong prices, which a comparison must find. */
  is_spoilt?: boolean;
}

export async function runLocalnet({
  name,
  options = {},
  is_spoilt = false,
}: LocalnetWish): Promise<RunningChain> {
  const { node, rpc, accounts, stop } = await startLocalnet({ ...options, lake_port: null });
  const secret_key = accounts.find(({ account_id }) => account_id === ROOT_ID)?.secret_key;
  if (rpc === null || secret_key === undefined || secret_key === null) {
    await stop();
    throw new Error(`${name} has no JSON-RPC or no key of ${ROOT_ID}; leave both at their defaults`);
  }
  if (is_spoilt) {
    const { parameters } = node.facts;
    // Before the first block, so nothing has been charged by the right prices.
    const delete_key = {
      ...parameters.actions.delete_key,
      execution: parameters.actions.delete_key.execution + 1n,
    };
    const actions = { ...parameters.actions, delete_key };
    const storage = { ...parameters.storage, bytes_per_account: parameters.storage.bytes_per_account + 1n };
    Object.assign(node.facts, { parameters: { ...parameters, actions, storage } });
  }
  return { name, url: rpc.url, root: { account_id: ROOT_ID, secret_key }, stop };
}
