// Owns the limits and economic constants that the runtime checks beside the VM's table; leaves prices of gas use to vm/params.ts.

/** The same from protocol 85 to 88. */
export const RUNTIME_LIMITS = {
  max_actions_per_receipt: 100n,
  max_deploy_actions_per_receipt: 10n,
  max_total_prepaid_gas: 1_000_000_000_000_000n,
  max_transaction_size: 1_572_864n,
  max_receipt_size: 4_194_304n,
  max_length_method_name: 256n,
  max_number_bytes_method_names: 2_000n,
  max_arguments_length: 4_194_304n,
  /** An account with more state than this, its contract left out, cannot be deleted. */
  max_deletion_storage: 10_000n,
  /** Accounts of at most this many bytes need no balance for their storage. */
  zero_balance_storage: 770n,
  /** Gas is bought at no less than this; what the block's price is lower comes back. */
  min_gas_purchase_price: 1_000_000_000n,
  /** What a new account costs at least: 0.007 NEAR, its gas included. */
  account_creation_charge: 7_000_000_000_000_000_000_000n,
  min_top_level_length: 65,
  registrar_id: 'registrar',
  /** Nonces of a key are bounded by the block height times this, so that no key can be used up at once. */
  nonce_range: 1_000_000n,
} as const;

/** The account from which refunds come; nobody can hold it. */
export const SYSTEM_ID = 'system';
