// Owns a contract's view of the state layers for the VM; leaves layers and trie to their files.
import type { ExternalState, StorageAccess } from '../vm/context.ts';
import { contractDataKey } from './keys.ts';
import type { StateLayers } from './layers.ts';

export interface Stakes {
  of(account_id: string): bigint;
  total(): bigint;
}

export class ContractState implements ExternalState {
  private readonly layers: StateLayers;
  private readonly account_id: string;
  private readonly stakes: Stakes;

  constructor(options: { layers: StateLayers; account_id: string; stakes: Stakes }) {
    this.layers = options.layers;
    this.account_id = options.account_id;
    this.stakes = options.stakes;
  }

  read(key: Uint8Array): Uint8Array | null {
    return this.layers.get(contractDataKey(this.account_id, key));
  }

  write(key: Uint8Array, value: Uint8Array): StorageAccess {
    const full = contractDataKey(this.account_id, key);
    const access = { previous: this.layers.get(full), trie_nodes: this.layers.touched(full) };
    this.layers.set(full, value);
    return access;
  }

  remove(key: Uint8Array): StorageAccess {
    const full = contractDataKey(this.account_id, key);
    const access = { previous: this.layers.get(full), trie_nodes: this.layers.touched(full) };
    this.layers.remove(full);
    return access;
  }

  validatorStake(account_id: string): bigint {
    return this.stakes.of(account_id);
  }

  validatorTotalStake(): bigint {
    return this.stakes.total();
  }
}
