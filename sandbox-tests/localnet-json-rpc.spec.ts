// Shows what each JSON-RPC method answers, errors included, request by request; leaves clients' own walks to their specs.
import test from 'ava';
import { METHODS } from '../localnet/rpc/methods.ts';
import { BLOCKS, CHUNKS, PRICES, RECEIPTS } from './support/rpc-cases/block-cases.ts';
import { type Case, findDifference } from './support/rpc-cases/case.ts';
import { CHANGES, TOUCHED } from './support/rpc-cases/change-cases.ts';
import {
  FORWARDS,
  GENESIS_CONFIGS,
  HEALTH,
  ORDERED,
  PATCHES,
  PEERS,
  PROTOCOL_CONFIGS,
  STATUS,
  VALIDATORS,
} from './support/rpc-cases/network-cases.ts';
import { BLOCK_PROOFS, NEXT_BLOCKS, PROOFS } from './support/rpc-cases/proof-cases.ts';
import { QUERIES } from './support/rpc-cases/query-cases.ts';
import { TRANSACTIONS } from './support/rpc-cases/transaction-cases.ts';
import { makeRpcWorld } from './support/rpc-world.ts';

const CASES: Record<string, Case[]> = {
  ...TRANSACTIONS,
  block: BLOCKS,
  block_effects: TOUCHED,
  changes: CHANGES,
  chunk: CHUNKS,
  gas_price: PRICES,
  genesis_config: GENESIS_CONFIGS,
  health: HEALTH,
  light_client_proof: PROOFS,
  network_info: PEERS,
  next_light_client_block: NEXT_BLOCKS,
  query: QUERIES,
  status: STATUS,
  validators: VALIDATORS,
  EXPERIMENTAL_changes: CHANGES,
  EXPERIMENTAL_changes_in_block: TOUCHED,
  EXPERIMENTAL_genesis_config: GENESIS_CONFIGS,
  EXPERIMENTAL_light_client_block_proof: BLOCK_PROOFS,
  EXPERIMENTAL_light_client_proof: PROOFS,
  EXPERIMENTAL_protocol_config: PROTOCOL_CONFIGS,
  EXPERIMENTAL_receipt: RECEIPTS,
  EXPERIMENTAL_validators_ordered: ORDERED,
  sandbox_fast_forward: FORWARDS,
  sandbox_patch_state: PATCHES,
};

/** Methods that leave something behind get a chain each. */
const CHANGES_CHAIN = /^(send_|broadcast_|sandbox_)/;

const endings: (() => Promise<void>)[] = [];
const shared = makeRpcWorld({ teardown: (end) => void endings.push(end) });
test.after.always(async () => {
  for (const end of endings) await end();
});

test('each method has its requests', (t) => {
  t.deepEqual(Object.keys(CASES).sort(), [...METHODS.keys()].sort());
});

for (const [method, cases] of Object.entries(CASES)) {
  test(`${method} is answered as on NEAR`, async (t) => {
    const world = await (CHANGES_CHAIN.test(method) ? makeRpcWorld(t) : shared);
    for (const wanted of cases) {
      const answer = await world.call(method, wanted.params(world));
      t.is(findDifference(answer, wanted, world), undefined, `${method}, ${wanted.title}`);
    }
    t.deepEqual(world.faults, []);
  });
}

test('a method that is not there is refused', async (t) => {
  const world = await shared;
  const { status, body } = await world.call('EXPERIMENTAL_check_tx', []);
  t.is(status, 400);
  t.deepEqual(body, {
    jsonrpc: '2.0',
    id: 1,
    error: {
      name: 'REQUEST_VALIDATION_ERROR',
      cause: { name: 'METHOD_NOT_FOUND', info: { method_name: 'EXPERIMENTAL_check_tx' } },
      code: -32_601,
      message: 'Method not found',
      data: 'EXPERIMENTAL_check_tx',
    },
  });
});
