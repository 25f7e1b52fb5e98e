// Shows which configurations make "npm start" run the localnet itself, and on which ports.

import test from 'ava';
import { findLocalPort, isEmbedded } from './chain.ts';

test('a URL names a port of this machine by http and a loopback address', (t) => {
  for (const [url, port] of [
    ['http://127.0.0.1:8481', 8481],
    ['http://127.1.2.3:1/', 1],
    ['http://localhost:3030', 3030],
    ['http://[::1]:8481', 8481],
    ['http://localhost', 80],
    ['https://localhost:8481', undefined],
    ['http://localhost.example:8481', undefined],
    ['http://10.0.0.1:8481', undefined],
    ['https://rpc.testnet.near.org', undefined],
  ] as const)
    t.is(findLocalPort(url), port, url);
});

test('the localnet is ours to start on its own network alone, where the first RPC endpoint is here', (t) => {
  const [here, elsewhere] = ['http://127.0.0.1:8481', 'http://chain.example:3030'];
  t.true(isEmbedded({ name: 'localnet', rpc_urls: [here] }));
  t.true(isEmbedded({ name: 'localnet', rpc_urls: [here, elsewhere] }));
  t.false(isEmbedded({ name: 'localnet', rpc_urls: [elsewhere, here] }));
  t.false(isEmbedded({ name: 'testnet', rpc_urls: [here] }));
  t.false(isEmbedded({ name: 'mainnet', rpc_urls: [here] }));
});
