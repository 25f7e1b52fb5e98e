// Owns what the chain begins with: accounts, keys from the seed, validators, each shard's first state; leaves options' defaults to options.ts.
import { encodeBase58 } from '../../core/near/base58.ts';
import { BorshWriter } from '../../core/near/borsh.ts';
import { sha256 } from '../../core/near/crypto.ts';
import type { CurveBytes } from '../../core/near/keys.ts';
import { Chain, type ChainRules } from '../chain/chain.ts';
import { rotatingProducers } from '../chain/epochs.ts';
import { boundaryLayout } from '../chain/layout.ts';
import { makeValidator, Signer, type Validator } from '../chain/signer.ts';
import { saveAccessKey, saveAccount } from '../runtime/accounts.ts';
import { type JournaledState, openShardState } from '../state/journal.ts';
import { contractCodeKey } from '../state/keys.ts';
import { accessKeyStorage, contractCodeStorage } from '../state/storage-usage.ts';
import type { Trie } from '../state/trie.ts';
import { type ProtocolParameters, parametersFor } from '../vm/params.ts';
import { type AccountWish, type ResolvedOptions, YOCTO_PER_NEAR } from './options.ts';
import type { ChainFacts, GenesisAccount } from './types.ts';

export interface Beginning {
  facts: ChainFacts;
  chain: Chain;
  tries: Map<bigint, Trie>;
}

const STAKE = 50_000n * YOCTO_PER_NEAR;
/** Beside its stake, so that a validator's account can also pay. */
const VALIDATOR_AMOUNT = 50_000n * YOCTO_PER_NEAR;
const MIN_GAS_PRICE = 100_000_000n;
/** NEAR lets the price rise to twenty times the lowest, by one percent a block. */
const GAS_PRICE = {
  min: MIN_GAS_PRICE,
  max: 20n * MIN_GAS_PRICE,
  adjustment: { numerator: 1n, denominator: 100n },
};
/** In blocks; about a day on mainnet. */
const TRANSACTION_VALIDITY_PERIOD = 86_400n;

export function begin(options: ResolvedOptions): Beginning {
  const parameters = parametersFor(options.protocol_version);
  const seed = seedBytes(options.seed);
  const validators = Array.from({ length: options.validators }, (_, index) =>
    makeValidator({ seed, index, stake: STAKE }),
  );
  const layout = boundaryLayout(options.layout);
  const states = new Map(layout.shard_ids.map((shard_id) => [shard_id, openShardState()]));
  const stateOf = (account_id: string) => getState(states, layout.shardOf(account_id));
  const accounts = options.accounts.map((wish) => genesisAccount(seed, wish));
  for (const [index, wish] of options.accounts.entries()) {
    const account = accounts[index];
    if (account === undefined) continue;
    const { account_id, amount, public_key } = account;
    const code = wish.code ?? null;
    putAccount(stateOf(account_id), { account_id, public_key, amount, locked: 0n, code, parameters });
  }
  for (const { account_id, public_key } of validators) {
    if (accounts.some((account) => account.account_id === account_id))
      throw new Error(`${account_id} is a validator's account; give the genesis account another name`);
    const money = { amount: VALIDATOR_AMOUNT, locked: STAKE };
    putAccount(stateOf(account_id), { account_id, public_key, ...money, code: null, parameters });
  }
  for (const state of states.values()) state.finishChunk();
  const tries = new Map([...states].map(([shard_id, state]) => [shard_id, state.trie]));
  const total_supply =
    accounts.reduce((sum, { amount }) => sum + amount, 0n) +
    BigInt(validators.length) * (STAKE + VALIDATOR_AMOUNT);
  const facts = factsOf(options, { parameters, accounts, validators, total_supply });
  const chain = new Chain({
    rules: rulesOf(options, validators),
    layout,
    height: facts.genesis_height,
    timestamp: facts.genesis_timestamp,
    total_supply,
    state_roots: new Map([...tries].map(([shard_id, trie]) => [shard_id, trie.root])),
  });
  return { facts, chain, tries };
}

/** The same seed and account id give the same key for ever; clients read it as "ed25519:" and 64 bytes in base58. */
export function accountKeyPair(
  seed: string,
  account_id: string,
): { signer: Signer; public_key: CurveBytes; secret_key: string } {
  return keyPair(seedBytes(seed), account_id);
}

function keyPair(seed: Uint8Array, account_id: string) {
  const secret = sha256(seed, new BorshWriter().string('account').string(account_id).finish());
  const signer = new Signer(secret);
  const whole = new BorshWriter().fixed(secret).fixed(signer.public_key.bytes).finish();
  return { signer, public_key: signer.public_key, secret_key: `ed25519:${encodeBase58(whole)}` };
}

function seedBytes(seed: string): Uint8Array {
  return sha256(new TextEncoder().encode(seed));
}

function genesisAccount(seed: Uint8Array, wish: AccountWish): GenesisAccount {
  const { account_id, amount = 0n } = wish;
  if (wish.public_key !== undefined)
    return { account_id, amount, public_key: wish.public_key, secret_key: null };
  const { public_key, secret_key } = keyPair(seed, account_id);
  return { account_id, amount, public_key, secret_key };
}

/** With one full-access key. */
function putAccount(
  state: JournaledState,
  account: {
    account_id: string;
    public_key: CurveBytes;
    amount: bigint;
    locked: bigint;
    code: Uint8Array | null;
    parameters: ProtocolParameters;
  },
): void {
  const { account_id, public_key, amount, locked, code, parameters } = account;
  const { storage } = parameters;
  state.setCause({ kind: 'initial_state' });
  const record = { nonce: 0n, permission: { kind: 'full' as const } };
  saveAccessKey(state, { account_id, public_key, record });
  let storage_usage = storage.bytes_per_account + accessKeyStorage({ public_key, record }, storage);
  if (code !== null) {
    state.set(contractCodeKey(account_id), code);
    storage_usage += contractCodeStorage(code);
  }
  saveAccount(state, account_id, {
    amount,
    locked,
    code_hash: code === null ? null : sha256(code),
    storage_usage,
  });
}

function getState(states: ReadonlyMap<bigint, JournaledState>, shard_id: bigint): JournaledState {
  const state = states.get(shard_id);
  if (state === undefined) throw new Error(`shard ${shard_id} is not in the layout`);
  return state;
}

function rulesOf(options: ResolvedOptions, validators: readonly Validator[]): ChainRules {
  return {
    epoch_length: options.epoch_length,
    producersOf: rotatingProducers({ validators, seats: options.seats }),
    gas_price: GAS_PRICE,
    gas_limit: options.gas_limit,
    protocol_version: options.protocol_version,
    isAbsent: options.isAbsent,
  };
}

function factsOf(
  options: ResolvedOptions,
  made: {
    parameters: ProtocolParameters;
    accounts: readonly GenesisAccount[];
    validators: readonly Validator[];
    total_supply: bigint;
  },
): ChainFacts {
  const { chain_id, protocol_version, genesis_height, genesis_timestamp, epoch_length, gas_limit } = options;
  return {
    chain_id,
    protocol_version,
    genesis_height,
    genesis_timestamp,
    epoch_length,
    gas_limit,
    gas_price: { min: GAS_PRICE.min, max: GAS_PRICE.max },
    transaction_validity_period: TRANSACTION_VALIDITY_PERIOD,
    ...made,
  };
}
