// Owns a contract's view of its shard's state for the VM; leaves keys and trie to the state.
import { contractDataKey } from '../state/keys.ts';
import type { ShardState } from '../state/types.ts';
import type { ExternalState, StorageAccess } from '../vm/context.ts';
import type { Stakes } from './types.ts';

export class ContractStorage implements ExternalState {
  private readonly state: ShardState;
  private readonly account_id: string;
  private readonly stakes: Stakes;

  constructor(options: { state: ShardState; account_id: string; stakes: Stakes }) {
    this.state = options.state;
    this.account_id = options.account_id;
    this.stakes = options.stakes;
  }

  read(key: Uint8Array): Uint8Array | null {
    return this.state.get(contractDataKey(this.account_id, key));
  }

  write(key: Uint8Array, value: Uint8Array): StorageAccess {
    const full = contractDataKey(this.account_id, key);
    const access = this.access(full);
    this.state.set(full, value);
    return access;
  }

  remove(key: Uint8Array): StorageAccess {
    const full = contractDataKey(this.account_id, key);
    const access = this.access(full);
    this.state.remove(full);
    return access;
  }

  validatorStake(account_id: string): bigint {
    return this.stakes.of(account_id);
  }

  validatorTotalStake(): bigint {
    return this.stakes.total();
  }

  private access(key: Uint8Array): StorageAccess {
    return { previous: this.state.get(key), trie_nodes: this.state.countPathNodes(key) };
  }
}
