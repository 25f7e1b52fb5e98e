// Owns which method has which name; leaves what each does to methods/.
import type { Method } from './context.ts';
import { block, chunk, gasPrice, receipt } from './methods/blocks.ts';
import { changes, changesInBlock } from './methods/changes.ts';
import { genesisConfig, protocolConfig } from './methods/config.ts';
import { blockProof, executionProof, nextBlock } from './methods/light-client.ts';
import { health, networkInfo, status } from './methods/network.ts';
import { query } from './methods/query.ts';
import { fastForward, patchState } from './methods/sandbox.ts';
import {
  broadcastTxAsync,
  broadcastTxCommit,
  sendTx,
  tx,
  txStatusWithReceipts,
} from './methods/transactions.ts';
import { validators, validatorsOrdered } from './methods/validators.ts';

/** Names that NEAR has given up `EXPERIMENTAL_` for are known under both. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['block', block],
  ['block_effects', changesInBlock],
  ['broadcast_tx_async', broadcastTxAsync],
  ['broadcast_tx_commit', broadcastTxCommit],
  ['changes', changes],
  ['chunk', chunk],
  ['gas_price', gasPrice],
  ['genesis_config', genesisConfig],
  ['health', health],
  ['light_client_proof', executionProof],
  ['network_info', networkInfo],
  ['next_light_client_block', nextBlock],
  ['query', query],
  ['send_tx', sendTx],
  ['status', status],
  ['tx', tx],
  ['validators', validators],
  ['EXPERIMENTAL_changes', changes],
  ['EXPERIMENTAL_changes_in_block', changesInBlock],
  ['EXPERIMENTAL_genesis_config', genesisConfig],
  ['EXPERIMENTAL_light_client_block_proof', blockProof],
  ['EXPERIMENTAL_light_client_proof', executionProof],
  ['EXPERIMENTAL_protocol_config', protocolConfig],
  ['EXPERIMENTAL_receipt', receipt],
  ['EXPERIMENTAL_tx_status', txStatusWithReceipts],
  ['EXPERIMENTAL_validators_ordered', validatorsOrdered],
  ['sandbox_fast_forward', fastForward],
  ['sandbox_patch_state', patchState],
]);
