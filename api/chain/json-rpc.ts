// Owns asking NEAR's JSON-RPC a question, over several endpoints, within bounds; leaves sending transactions to signing.

import { z } from 'zod';
import { RetryableError } from '../../core/errors/index.ts';
import { parseNearJson } from '../../core/near/json.ts';

const ANSWER_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

export type ChainEndpoints = { rpc_urls: readonly string[]; api_key?: string | undefined };

/** What a node says no to, in its own words: of a query for a key, that there is none. */
export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  readonly cause_name: string;
  /** What it adds: of a transaction that it would not take, why. */
  readonly data: unknown;

  constructor(cause_name: string, data?: unknown) {
    super(`The node refused: ${cause_name}`);
    this.cause_name = cause_name;
    this.data = data;
  }
}

const answerSchema = z.object({
  result: z.unknown().optional(),
  error: z
    .object({
      name: z.string().optional(),
      cause: z.object({ name: z.string() }).optional(),
      data: z.unknown().optional(),
    })
    .optional(),
});

export type AskChain = (method: string, params: unknown) => Promise<unknown>;

/** The first endpoint that answers; a refusal is an answer. CHAIN_UNREACHABLE where none does. */
export function createAskChain({ rpc_urls, api_key }: ChainEndpoints): AskChain {
  return async (method, params) => {
    let last: unknown;
    for (const url of rpc_urls) {
      try {
        return await askOne({ url, api_key, method, params });
      } catch (error) {
        if (error instanceof RpcRefusal) throw error;
        last = error;
      }
    }
    throw new RetryableError('CHAIN_UNREACHABLE', { facts: { reason: reasonOf(last) }, cause: last });
  };
}

async function askOne(about: {
  url: string;
  api_key: string | undefined;
  method: string;
  params: unknown;
}): Promise<unknown> {
  const { url, api_key, method, params } = about;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(api_key === undefined ? {} : { authorization: `Bearer ${api_key}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 'dmrv', method, params }),
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  const { result, error } = answerSchema.parse(parseNearJson(await readBounded(response)));
  if (error !== undefined) throw new RpcRefusal(error.cause?.name ?? error.name ?? 'UNKNOWN', error.data);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return result;
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

// Endpoints and their keys stay in the log.
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  if (error instanceof Error && /^HTTP \d{3}$/.test(error.message)) return error.message;
  return 'no connection or no valid answer';
}
