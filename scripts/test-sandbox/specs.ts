// Owns which specs speak to a chain by JSON-RPC alone and how they learn of a binary; leaves starting it to their support.

export const CHAIN_SPECS = [
  'sandbox-tests/localnet-near-api-js.spec.ts',
  'sandbox-tests/localnet-scenarios.spec.ts',
];

/** Set by the command alone: with it, the specs' chains are runs of this near-sandbox binary. */
export const BINARY_VARIABLE = 'DMRV_TEST_SANDBOX_BINARY';
