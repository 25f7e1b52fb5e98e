// Owns starting a whole localnet, node and servers, and stopping it in order; leaves each to its folder, and the world's clock and folders to its caller.
import { type RunningLake, startLake } from './lake/server.ts';
import type { SigningKey } from './lake/signature-v4.ts';
import { startNode } from './node/node.ts';
import type { NodeOptions } from './node/options.ts';
import type { GenesisAccount, LocalnetNode } from './node/types.ts';
import { type RpcServer, startRpcServer } from './rpc/server.ts';

export interface LocalnetOptions extends NodeOptions {
  host?: string;
  /** 0 takes a free one; null serves no JSON-RPC. */
  rpc_port?: number | null;
  /** 0 takes a free one; null serves neither Lake nor neardata. */
  lake_port?: number | null;
  lake?: {
    bucket?: string;
    /** Where given, the objects are written there too. */
    folder?: string;
    /** Where given, S3 requests must be signed by one of them. */
    keys?: readonly SigningKey[];
  };
}

export interface RunningLocalnet {
  node: LocalnetNode;
  rpc: RpcServer | null;
  lake: RunningLake | null;
  /** Those of genesis, with the keys that can be shown. */
  accounts: readonly GenesisAccount[];
  /** Servers first, so that nobody is answered by a chain that has stopped. */
  stop(): Promise<void>;
}

export async function startLocalnet(options: LocalnetOptions = {}): Promise<RunningLocalnet> {
  const { host = '127.0.0.1', rpc_port = 0, lake_port = 0, lake: lake_options = {}, ...rest } = options;
  const node = startNode(rest);
  const started: { stop(): Promise<void> }[] = [node];
  const stop = async () => {
    for (const item of started.splice(0).reverse()) await item.stop();
  };
  try {
    const rpc = rpc_port === null ? null : await startRpcServer({ node, host, port: rpc_port });
    if (rpc !== null) started.push(rpc);
    const lake =
      lake_port === null ? null : await startLake({ node, host, port: lake_port, ...lake_options });
    if (lake !== null) started.push(lake);
    return { node, rpc, lake, accounts: node.facts.accounts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
