// Owns what the rest of the API knows of signing: what it asks for and what it is told; leaves doing it to its neighbours.

import type { JsonObject } from '../../core/db/types.ts';

export type ContractCall = {
  tenant_id: string;
  /**
   * The unique name of the effect, such as `mint:<mrv_hash>`, `consent:<registry>:<consent_ref>` or
   * `retire:<process_id>`: it has one transaction that lives or succeeded, whoever asks, and however often.
   */
  purpose: string;
  account_id: string;
  method: string;
  args: JsonObject;
  /** In yoctoNEAR. */
  deposit: bigint;
  gas: bigint;
};

export type Settled =
  | { status: 'succeeded'; transaction_hash: string; value: unknown; block_height: string }
  /** The code is that of the contract's `CODE: words`, or NEAR's name of the failure. */
  | { status: 'failed'; transaction_hash: string; code: string; message: string };

export type CallOutcome =
  | Settled
  /** Ask again later with the same purpose: nothing is lost. */
  | { status: 'pending' };

export type SignerRole = { kind: 'minter' | 'registry_agent'; registry: string } | { kind: 'custody' };

export type Signing = {
  /** A purpose that succeeded is told again. One that failed was settled: who asks again asks for a new transaction. */
  call(call: ContractCall): Promise<CallOutcome>;
  /** Undefined where no key of such an account is here. */
  accountFor(role: SignerRole): string | undefined;
};

/** A key of a role account. Its secret is in the closure alone, where nothing that prints an object finds it. */
export type SigningKey = {
  account_id: string;
  public_key: string;
  sign(message: Uint8Array): Uint8Array;
};

export type SignerEntry = {
  account_id: string;
  role: SignerRole['kind'];
  /** Of minters and agents; absent where the account has the role for all registries. */
  registry?: string | undefined;
  keys: SigningKey[];
};
