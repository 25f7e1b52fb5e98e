// Owns which chain the RPC endpoints speak for, told by the hash of its genesis; leaves comparing it to write/.
import { request } from 'undici';
import { z } from 'zod';
import { RetryableError } from '../../core/errors/index.ts';

const ANSWER_MS = 5_000;

const statusAnswer = z.object({ result: z.object({ genesis_hash: z.string() }) });

/** The first endpoint that answers is believed; that none does may pass. */
export async function readGenesisHash(
  rpc: { urls: readonly string[]; api_key?: string },
  signal: AbortSignal,
): Promise<string> {
  const reasons: string[] = [];
  for (const url of rpc.urls) {
    try {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(rpc.api_key === undefined ? {} : { authorization: `Bearer ${rpc.api_key}` }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 'indexer', method: 'status', params: [] }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      const text = await body.text();
      if (statusCode === 200) return statusAnswer.parse(JSON.parse(text)).result.genesis_hash;
      reasons.push(`${url} answered ${statusCode}`);
    } catch (error) {
      signal.throwIfAborted();
      reasons.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new RetryableError('RPC_UNREACHABLE', { facts: { reasons: reasons.join('; ') } });
}
