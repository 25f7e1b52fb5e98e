// Owns one client of a localnet: signs its transactions, sends them one after the other, and insists on success; leaves how many to load.ts.

import { Agent, request } from 'node:http';
import { z } from 'zod';
import { type Action, encodeSignedTransaction, hashTransaction } from '../../core/near/transaction.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';

const answer = z.object({
  result: z.object({
    status: z.object({ SuccessValue: z.string() }),
    receipts_outcome: z.array(z.unknown()).min(1),
  }),
});

const ANSWER_TIMEOUT_MS = 30_000;

export class Client {
  private readonly account_id: string;
  private readonly block_hash: Uint8Array;
  private readonly url: string;
  private readonly keys: ReturnType<typeof accountKeyPair>;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private nonce = 0n;

  constructor(options: { seed: string; account_id: string; block_hash: Uint8Array; url: string }) {
    this.account_id = options.account_id;
    this.block_hash = options.block_hash;
    this.url = options.url;
    this.keys = accountKeyPair(options.seed, options.account_id);
  }

  /** Resolves when the transaction and its receipts have been executed; throws where one of them failed. */
  async send(receiver_id: string, action: Action): Promise<void> {
    this.nonce += 1n;
    const transaction = {
      signer_id: this.account_id,
      public_key: this.keys.public_key,
      nonce: this.nonce,
      receiver_id,
      block_hash: this.block_hash,
      actions: [action],
    };
    const signature = this.keys.signer.sign(hashTransaction(transaction));
    const bytes = encodeSignedTransaction({ transaction, signature });
    const params = {
      signed_tx_base64: Buffer.from(bytes).toString('base64'),
      wait_until: 'EXECUTED_OPTIMISTIC',
    };
    const text = await this.post(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'send_tx', params }));
    const parsed = answer.safeParse(JSON.parse(text));
    if (!parsed.success)
      throw new Error(`Transaction ${this.nonce} of ${this.account_id} was not executed: ${text}`);
  }

  close(): void {
    this.agent.destroy();
  }

  private post(body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const options = { method: 'POST', agent: this.agent, timeout: ANSWER_TIMEOUT_MS, headers };
      const sent = request(this.url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
      });
      sent.once('timeout', () =>
        sent.destroy(new Error(`${this.url} did not answer within ${ANSWER_TIMEOUT_MS} ms.`)),
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }
}
