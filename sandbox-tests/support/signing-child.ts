// Owns a process that carries out calls of the contract, to be killed or to race with others; leaves what must come of it to
// the specs.

import { readFileSync } from 'node:fs';
import { createAskChain } from '../../api/chain/json-rpc.ts';
import { openSigning } from '../../api/signing/open-signing.ts';
import type { ContractCall } from '../../api/signing/types.ts';
import { createPool } from '../../core/db/pool.ts';
import { CONTRACT_ID } from './contract-chain.ts';
import { PACE, signerOf } from './signing-world.ts';

export type SigningOrders = {
  database_url: string;
  rpc_url: string;
  secrets: string[];
  /** Amounts as decimal strings. */
  calls: (Omit<ContractCall, 'deposit' | 'gas'> & { deposit: string; gas: string })[];
};

const orders = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as SigningOrders;
const pool = createPool({ url: orders.database_url, max: 20, on_idle_error: () => undefined });
const signing = openSigning({
  pool,
  contract_id: CONTRACT_ID,
  ask: createAskChain({ rpc_urls: [orders.rpc_url] }),
  signers: [signerOf(orders.secrets)],
  now: () => new Date(),
  log: () => undefined,
  pace: PACE,
});
const outcomes = await Promise.all(
  orders.calls.map((call) => signing.call({ ...call, deposit: BigInt(call.deposit), gas: BigInt(call.gas) })),
);
console.log(`outcomes ${JSON.stringify(outcomes)}`);
await pool.end();
