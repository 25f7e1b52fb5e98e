// Owns the questions that the source has for a chain's JSON-RPC: the newest final height, the layout of shards, the genesis; leaves what follows to its callers.
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { parseNearJson } from '../../core/near/json.ts';
import { asFault, SourceFault } from './fault.ts';
import { readShardLayout, type ShardLayout } from './layout.ts';
import type { Limits } from './limits.ts';

export interface ChainRpc {
  finalHeight(signal: AbortSignal): Promise<bigint>;
  /** At a height, or now where the height is null or the node does not know it any longer. */
  shardLayout(height: bigint | null, signal: AbortSignal): Promise<ShardLayout>;
  genesisHash(signal: AbortSignal): Promise<string>;
}

export interface RpcOptions {
  urls: readonly string[];
  api_key?: string;
}

const whole = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,20}$/)]).transform(BigInt);
const blockAnswer = z.object({ result: z.object({ header: z.object({ height: whole }) }) });
const statusAnswer = z.object({ result: z.object({ genesis_hash: z.string() }) });
const configAnswer = z.object({ result: z.object({ shard_layout: z.unknown() }) });

const FINAL = '{"finality":"final"}';

export function openRpc(options: RpcOptions, about: { limits: Limits; dispatcher: Dispatcher }): ChainRpc {
  const { urls, api_key } = options;
  const headers = {
    'content-type': 'application/json',
    ...(api_key === undefined ? {} : { authorization: `Bearer ${api_key}` }),
  };
  // The one that answered last is asked first.
  let first = 0;
  const ask = async (method: string, params: string, signal: AbortSignal): Promise<unknown> => {
    let trouble: unknown = new SourceFault('network', 'no JSON-RPC endpoint is known');
    for (let offset = 0; offset < urls.length; offset++) {
      const index = (first + offset) % urls.length;
      try {
        const answer = await post(urls[index] ?? '', method, params, signal);
        first = index;
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        trouble = error;
      }
    }
    throw asFault(trouble);
  };
  const post = async (url: string, method: string, params: string, signal: AbortSignal) => {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers,
      // As text: a height has more digits than JSON.stringify can write.
      body: `{"jsonrpc":"2.0","id":"indexer","method":"${method}","params":${params}}`,
      dispatcher: about.dispatcher,
      signal: AbortSignal.any([signal, AbortSignal.timeout(about.limits.rpc_ms)]),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new SourceFault('status', `${method} was answered ${statusCode}`);
    return parseNearJson(text);
  };
  const layoutAt = async (reference: string, signal: AbortSignal) =>
    readShardLayout(
      configAnswer.parse(await ask('EXPERIMENTAL_protocol_config', reference, signal)).result.shard_layout,
    );
  return {
    genesisHash: async (signal) => statusAnswer.parse(await ask('status', '[]', signal)).result.genesis_hash,
    finalHeight: async (signal) => blockAnswer.parse(await ask('block', FINAL, signal)).result.header.height,
    shardLayout: async (height, signal) => {
      if (height === null) return layoutAt(FINAL, signal);
      try {
        return await layoutAt(`{"block_id":${height}}`, signal);
      } catch (error) {
        signal.throwIfAborted();
        // Ordinary nodes forget after five epochs. The present layout may still be that of the height.
        return await layoutAt(FINAL, signal).catch(() => {
          throw asFault(error);
        });
      }
    },
  };
}
