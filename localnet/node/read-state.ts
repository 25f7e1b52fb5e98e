// Owns reading a shard's state after a block, and view calls over it; leaves choosing the block to node.ts.
import { BorshWriter } from '../../core/near/borsh.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { Block } from '../chain/block-header.ts';
import { findAccessKey, findAccount } from '../runtime/accounts.ts';
import { ContractStorage } from '../runtime/contract-storage.ts';
import type { Stakes } from '../runtime/types.ts';
import { openShardState } from '../state/journal.ts';
import { accessKeyPrefix, contractCodeKey, contractDataKey, contractDataPrefix } from '../state/keys.ts';
import { parseStateKey } from '../state/parse-key.ts';
import { decodeAccessKey } from '../state/records.ts';
import type { Trie } from '../state/trie.ts';
import type { CallOutcome } from '../vm/context.ts';
import type { ContractCache } from '../vm/prepare.ts';
import { runContract } from '../vm/run.ts';
import type { ChainFacts, StateAt } from './types.ts';

const NO_ACTION = new Uint8Array(32);
/** Borsh of the all-zero ed25519 key, which stands for "nobody" in view calls. */
const NOBODYS_KEY = new BorshWriter().u8(0).fixed(new Uint8Array(32)).finish();

export function stateAt(options: {
  block: Block;
  shard_id: bigint;
  trie: Trie;
  facts: ChainFacts;
  contracts: ContractCache;
  stakes: Stakes;
}): StateAt {
  const { block, shard_id, trie } = options;
  const state = openShardState(trie);
  return {
    block,
    shard_id,
    trie,
    findAccount: (account_id) => findAccount(state, account_id),
    findAccessKey: (account_id, public_key) => findAccessKey(state, account_id, public_key),
    listAccessKeys: (account_id) => listAccessKeys(trie, account_id),
    findCode: (account_id) => trie.get(contractCodeKey(account_id)),
    listContractState: (account_id, prefix) => {
      const skipped = contractDataPrefix(account_id).length;
      return [...trie.entries(contractDataKey(account_id, prefix))].map(({ key, value }) => ({
        key: key.subarray(skipped),
        value,
      }));
    },
    proveContractState: (account_id, prefix) => trie.proveEntries(contractDataKey(account_id, prefix)),
    view: (call) => view(options, call),
  };
}

function listAccessKeys(trie: Trie, account_id: string) {
  return [...trie.entries(accessKeyPrefix(account_id))].map(({ key, value }) => {
    const parsed = parseStateKey(key);
    if (parsed.kind !== 'access_key') throw new Error(`a key among ${account_id}'s access keys is none`);
    return { public_key: parsed.public_key, record: decodeAccessKey(value) };
  });
}

/** As nodes run it: the contract calls itself, with nothing attached and all the gas that a call may burn. */
function view(
  at: { block: Block; trie: Trie; facts: ChainFacts; contracts: ContractCache; stakes: Stakes },
  call: { account_id: string; method_name: string; args: Uint8Array },
): CallOutcome | null {
  const { block, trie, facts, contracts, stakes } = at;
  const { account_id } = call;
  const { parameters } = facts;
  // Opened anew, so that nothing of one call is left for the next.
  const state = openShardState(trie);
  const account = findAccount(state, account_id);
  const code = trie.get(contractCodeKey(account_id));
  if (account === null || account.code_hash === null || code === null) return null;
  return runContract({
    contract: contracts.get(code, account.code_hash),
    method: call.method_name,
    parameters,
    external: new ContractStorage({ state, account_id, stakes }),
    context: {
      current_account_id: account_id,
      signer_account_id: account_id,
      signer_account_pk: NOBODYS_KEY,
      predecessor_account_id: account_id,
      refund_to_account_id: account_id,
      chain_id: facts.chain_id,
      input: call.args,
      promise_results: [],
      block_height: block.height,
      block_timestamp: block.header.inner_lite.timestamp,
      epoch_height: block.epoch.epoch_height,
      account_balance: account.amount,
      account_locked_balance: account.locked,
      storage_usage: account.storage_usage,
      attached_deposit: 0n,
      prepaid_gas: parameters.limits.max_gas_burnt_view,
      random_seed: sha256(NO_ACTION, trie.root),
      code_hash: account.code_hash,
      is_view: true,
      output_data_receivers: [],
    },
  });
}
