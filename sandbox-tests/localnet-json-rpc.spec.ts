// Shows what each JSON-RPC method answers, errors included, request by request; leaves clients' own walks to their specs.
import test from 'ava';
import { METHODS } from '../localnet/rpc/methods.ts';
import { CASES } from './support/rpc-cases/all-cases.ts';
import { findDifference } from './support/rpc-cases/case.ts';
import { makeRpcWorld } from './support/rpc-world.ts';

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
