// Owns asking a contract's views at one height over JSON-RPC; leaves what their answers should be to compare-*.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { z } from 'zod';
import { DmrvError } from '../../core/errors/index.ts';

export interface ContractViews {
  contract_id: string;
  view(method: string, args: object): Promise<unknown>;
}

/** The node does not keep the state of that height any more, or not yet: nothing can be said. */
export class HeightUnavailable extends Error {
  override readonly name = 'HeightUnavailable';
}

const TIMEOUT_MS = 20_000;
const ATTEMPTS = 4;
const PAUSE_MS = 500;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const UNAVAILABLE = new Set([
  'UNKNOWN_BLOCK',
  'GARBAGE_COLLECTED_BLOCK',
  'UNAVAILABLE_SHARD',
  'NO_SYNCED_BLOCKS',
  'NOT_SYNCED_YET',
]);

const answerSchema = z.object({
  result: z
    .object({ result: z.array(z.int().min(0).max(255)).optional(), error: z.string().optional() })
    .optional(),
  error: z
    .object({
      message: z.string().optional(),
      data: z.unknown().optional(),
      cause: z.object({ name: z.string().optional() }).optional(),
    })
    .optional(),
});

export function rpcViews(options: {
  rpc_url: string;
  contract_id: string;
  height: bigint;
  signal?: AbortSignal;
}): ContractViews {
  const { rpc_url, contract_id, height } = options;
  const signal = options.signal ?? new AbortController().signal;
  return {
    contract_id,
    async view(method, args) {
      const body = bodyOf({ contract_id, method, args, height });
      for (let attempt = 1; ; attempt++) {
        try {
          return readAnswer(await post(rpc_url, body, signal), method);
        } catch (error) {
          const is_final = error instanceof HeightUnavailable || error instanceof DmrvError || signal.aborted;
          if (is_final) throw error;
          if (attempt === ATTEMPTS) throw failed(method, error);
        }
        await sleep(PAUSE_MS * attempt, undefined, { signal });
      }
    },
  };
}

/** The height as its digits: JSON.stringify writes no bigint. */
function bodyOf(call: { contract_id: string; method: string; args: object; height: bigint }): string {
  const { contract_id, method, args, height } = call;
  const args_base64 = Buffer.from(JSON.stringify(args)).toString('base64');
  const account_id = JSON.stringify(contract_id);
  const method_name = JSON.stringify(method);
  return `{"jsonrpc":"2.0","id":"verify","method":"query","params":{"request_type":"call_function","account_id":${account_id},"method_name":${method_name},"args_base64":"${args_base64}","block_id":${height}}}`;
}

async function post(rpc_url: string, body: string, signal: AbortSignal): Promise<unknown> {
  const { statusCode, body: answer } = await request(rpc_url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    signal,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  // Nodes answer errors of a query with other statuses too, and say in the body what was wrong.
  if (!text.startsWith('{')) throw new Error(`the node answered ${statusCode} without JSON`);
  return JSON.parse(text);
}

function readAnswer(answer: unknown, method: string): unknown {
  const { result, error } = answerSchema.parse(answer);
  if (error !== undefined) {
    const name = error.cause?.name ?? '';
    const words = `${name} ${error.message ?? ''} ${JSON.stringify(error.data ?? '')}`;
    if (UNAVAILABLE.has(name)) throw new HeightUnavailable(words);
    throw new Error(words);
  }
  if (result?.result === undefined) {
    throw failed(method, result?.error ?? 'the node gave neither an answer nor an error');
  }
  const text = Buffer.from(result.result).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function failed(method: string, cause: unknown): DmrvError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DmrvError('INDEXER_VIEW_FAILED', { facts: { method, reason }, cause });
}
