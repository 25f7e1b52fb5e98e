// Shows that a client of the bench counts only what was executed.

import test from 'ava';
import { startLocalnet } from '../../localnet/start-localnet.ts';
import { Client } from './client.ts';

const SEED = 'client';

test('a transfer is answered once it is executed, and one to nobody is no success', async (t) => {
  const accounts = [{ account_id: 'alice.near' }, { account_id: 'bob.near', amount: 0n }];
  const localnet = await startLocalnet({ seed: SEED, lake_port: null, accounts });
  t.teardown(() => localnet.stop());
  const url = localnet.rpc?.url ?? '';
  const block_hash = localnet.node.chain.head.hash;
  const client = new Client({ seed: SEED, account_id: 'alice.near', block_hash, url });
  t.teardown(() => client.close());
  await client.send('bob.near', { kind: 'transfer', deposit: 7n });
  await client.send('bob.near', { kind: 'transfer', deposit: 8n });
  const state = localnet.node.readState('bob.near', { kind: 'finality', finality: 'optimistic' });
  t.is(state.ok ? state.value.findAccount('bob.near')?.amount : null, 15n);
  await t.throwsAsync(client.send('nobody.near', { kind: 'transfer', deposit: 1n }), {
    message: /^Transaction 3 of alice\.near was not executed: .*AccountDoesNotExist/,
  });
  await localnet.stop();
  await t.throwsAsync(client.send('bob.near', { kind: 'transfer', deposit: 1n }), {
    message: /ECONN|socket hang up/,
  });
});
