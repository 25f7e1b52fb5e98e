// Owns what every method is given; leaves making it to server.ts.
import type { LocalnetNode } from '../node/types.ts';

export interface RpcContext {
  node: LocalnetNode;
  /** How long a request waits for a transaction to come far enough. */
  wait_timeout_ms: number;
  /** Beyond it a contract's state cannot be viewed; without its code, in bytes of storage. */
  max_viewed_state: bigint;
  /** Seconds since the server began. */
  uptimeSeconds(): number;
}

/** Takes checked parameters on itself: what it is given came over the wire. */
export type Method = (context: RpcContext, params: unknown) => unknown;
