// Owns speaking to any NEAR chain by JSON-RPC alone: signing, sending, reading balances; leaves what to send to scenarios.ts.
import { z } from 'zod';
import { decodeBase58 } from '../../core/near/base58.ts';
import { encodeBase64 } from '../../core/near/crypto.ts';
import { formatCurveBytes } from '../../core/near/keys.ts';
import { type Action, encodeSignedTransaction, hashTransaction } from '../../core/near/transaction.ts';
import { Signer } from '../../localnet/chain/signer.ts';

/** A chain that answers, and the account that pays for everything on it. */
export interface PlayedChain {
  name: string;
  url: string;
  root: { account_id: string; secret_key: string };
}

export interface Sent {
  signer_id: string;
  secret_key: string;
  receiver_id: string;
  actions: Action[];
}

const ANSWER_LIMIT_MS = 60_000;
/** A slow chain answers TIMEOUT_ERROR while the transaction still runs; sending it again waits on. */
const SEND_TRIES = 6;
const SECRET_BYTES = 32;

const status = z.union([
  z.object({ SuccessValue: z.string() }),
  z.object({ SuccessReceiptId: z.string() }),
  z.object({ Failure: z.unknown() }),
]);
const outcomeWithId = z.object({
  id: z.string(),
  outcome: z.object({
    logs: z.array(z.string()),
    receipt_ids: z.array(z.string()),
    gas_burnt: z.number(),
    tokens_burnt: z.string(),
    executor_id: z.string(),
    status,
  }),
});
const finalOutcome = z.object({
  status,
  transaction_outcome: outcomeWithId,
  receipts_outcome: z.array(outcomeWithId),
});
const rpcError = z.object({
  cause: z.object({ name: z.string() }).optional(),
  message: z.string().optional(),
  data: z.unknown(),
});
const envelope = z.object({ result: z.unknown().optional(), error: rpcError.optional() });
const chainStatus = z.object({ protocol_version: z.number(), version: z.unknown() });
const accountView = z.object({ amount: z.string(), storage_usage: z.number(), code_hash: z.string() });
const accessKeyView = z.object({ nonce: z.number() });
const blockView = z.object({ header: z.object({ hash: z.string() }) });

export type OutcomeWithId = z.infer<typeof outcomeWithId>;
export type FinalOutcome = z.infer<typeof finalOutcome>;
export type AccountView = z.infer<typeof accountView>;
export type RpcError = z.infer<typeof rpcError>;
export type SendResult = { kind: 'done'; outcome: FinalOutcome } | { kind: 'refused'; error: RpcError };

export class ChainClient {
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async protocolVersion(): Promise<number> {
    return chainStatus.parse(await this.get('status', {})).protocol_version;
  }

  /** Null where there is no such account. */
  async findAccount(account_id: string): Promise<AccountView | null> {
    const params = { request_type: 'view_account', account_id, finality: 'final' };
    const answer = await this.call('query', params);
    if (answer.error?.cause?.name === 'UNKNOWN_ACCOUNT') return null;
    return accountView.parse(resultOf(answer, `view_account of ${account_id}`));
  }

  /** Waits until everything that came of it, refunds too, is in final blocks. */
  async send({ signer_id, secret_key, receiver_id, actions }: Sent): Promise<SendResult> {
    const signer = new Signer(decodeBase58(secret_key.replace('ed25519:', '')).slice(0, SECRET_BYTES));
    const { public_key } = signer;
    const block = blockView.parse(await this.get('block', { finality: 'final' }));
    const transaction = {
      signer_id,
      public_key,
      nonce: (await this.nonceOf(signer_id, formatCurveBytes(public_key))) + 1n,
      receiver_id,
      block_hash: decodeBase58(block.header.hash),
      actions,
    };
    const signature = signer.sign(hashTransaction(transaction));
    const signed_tx_base64 = encodeBase64(encodeSignedTransaction({ transaction, signature }));
    for (let tries = 0; tries < SEND_TRIES; tries++) {
      const answer = await this.call('send_tx', { signed_tx_base64, wait_until: 'FINAL' });
      if (answer.error === undefined) return { kind: 'done', outcome: finalOutcome.parse(answer.result) };
      if (answer.error.cause?.name !== 'TIMEOUT_ERROR') return { kind: 'refused', error: answer.error };
    }
    throw new Error(`${this.url} did not finish a transaction of ${signer_id} in ${SEND_TRIES} tries.`);
  }

  /** 0 for a key that is not there: the chain itself shall refuse it. */
  private async nonceOf(account_id: string, public_key: string): Promise<bigint> {
    const params = { request_type: 'view_access_key', account_id, public_key, finality: 'optimistic' };
    const { result } = await this.call('query', params);
    const key = accessKeyView.safeParse(result);
    return key.success ? BigInt(key.data.nonce) : 0n;
  }

  private async get(method: string, params: object): Promise<unknown> {
    return resultOf(await this.call(method, params), method);
  }

  private async call(method: string, params: object): Promise<z.infer<typeof envelope>> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    return envelope.parse(await response.json());
  }
}

function resultOf(answer: z.infer<typeof envelope>, what: string): unknown {
  if (answer.error !== undefined)
    throw new Error(`${what} was answered with an error: ${JSON.stringify(answer.error)}`);
  return answer.result;
}
