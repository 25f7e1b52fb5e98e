// Owns reading a profile of gas into the columns of the tables; leaves measuring and showing to others.
import {
  emptyProfile,
  type GasProfile,
  addProfiles as joinProfiles,
  sumCosts,
} from '../../localnet/vm/gas-profile.ts';
import { DEFAULT_PROTOCOL_VERSION, type ExtCost, parametersFor } from '../../localnet/vm/params.ts';
import type { CallResult, ViewResult } from '../../sandbox-tests/support/contract-chain.ts';

/** All in gas but the counts. */
export interface Gas {
  ops: bigint;
  /** Host functions without loading the code. */
  host: bigint;
  /** Of the host fees: it grows with the depth of the whole state's tree, whatever the contract does. */
  trie_nodes: bigint;
  loading: bigint;
  /** Sending and executing receipts and actions, refunds too; none in a view. */
  fees: bigint;
  whole: bigint;
  accesses: { read: number; write: number; remove: number; has_key: number };
}

const { ext } = parametersFor(DEFAULT_PROTOCOL_VERSION);
const LOADING = ['contract_loading_base', 'contract_loading_bytes'] as const;

/** Of all its receipts, ours and others'. */
export function gasOfCall({ receipts, gas_burnt }: CallResult): Gas {
  const profile = receipts.map((receipt) => receipt.gas_profile).reduce(joinProfiles, emptyProfile());
  return readProfile(profile, gas_burnt);
}

/** Of one contract call within a transaction; its action fees stand with the transaction. */
export function gasOfReceipt(result: CallResult, method: string): { gas: Gas; error: string } {
  const receipt = result.receipts.find((item) => item.method === method);
  if (receipt === undefined) throw new Error(`no receipt of the call ran ${method}`);
  return { gas: readProfile(receipt.gas_profile, receipt.gas_burnt), error: receipt.error ?? '' };
}

export function gasOfView({ gas_profile, gas_burnt }: ViewResult): Gas {
  return readProfile(gas_profile, gas_burnt);
}

function readProfile(profile: GasProfile, whole: bigint): Gas {
  const { host, wasm: ops } = profile;
  const loading = LOADING.reduce((sum, cost) => sum + (host[cost] ?? 0n), 0n);
  const all_host = sumCosts(host);
  const count = (cost: ExtCost) => Number((host[cost] ?? 0n) / ext[cost]);
  return {
    ops,
    host: all_host - loading,
    trie_nodes: host.touching_trie_node ?? 0n,
    loading,
    fees: whole - ops - all_host,
    whole,
    accesses: {
      read: count('storage_read_base'),
      write: count('storage_write_base'),
      remove: count('storage_remove_base'),
      has_key: count('storage_has_key_base'),
    },
  };
}
