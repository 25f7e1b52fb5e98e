// Owns what specs of the JSON-RPC share: a served node that ends with its test, raw calls, a small contract; leaves expectations to them.
import { startNode } from '../../localnet/node/node.ts';
import type { NodeOptions } from '../../localnet/node/options.ts';
import type { LocalnetNode } from '../../localnet/node/types.ts';
import { type RpcServerOptions, startRpcServer } from '../../localnet/rpc/server.ts';
import { contract } from './near-runtime.ts';

export interface RpcAnswer {
  status: number;
  /** Digits beyond 2^53 are lost in it, as in every client's. */
  body: { jsonrpc?: string; id?: unknown; result?: unknown; error?: unknown };
}

export interface ServedNode {
  node: LocalnetNode;
  url: string;
  /** What the server reported of itself; a test that ends with something in it has found a fault. */
  faults: unknown[];
  call(method: string, params?: unknown): Promise<RpcAnswer>;
  post(body: string | Uint8Array, headers?: Record<string, string>): Promise<RpcAnswer>;
  secretOf(account_id: string): string;
  /** Before the test ends; once more is fine. */
  stop(): Promise<void>;
}

export const ROOT = 'test.near';
export const KEPT_LOG = 'kept';

const TEXTS = { 0: 'key', 8: KEPT_LOG, 16: 'no "such" luck' };
const INPUT_AT = 1_024;
const ALL = '(i64.const -1)';

/** `keep` stores and logs, `read` gives what was kept, `echo` its input; the others fail, each in its way. */
export const KEEPER = contract(
  {
    keep: `(call $input (i64.const 0))
      (drop (call $storage_write (i64.const 3) (i64.const 0) ${ALL} (i64.const 0) (i64.const 1)))
      (call $log_utf8 (i64.const ${KEPT_LOG.length}) (i64.const 8))`,
    read: `(if (i64.eq (call $storage_read (i64.const 3) (i64.const 0) (i64.const 0)) (i64.const 1))
      (then (call $value_return ${ALL} (i64.const 0))))`,
    echo: `(call $input (i64.const 0)) (call $read_register (i64.const 0) (i64.const ${INPUT_AT}))
      (call $value_return (call $register_len (i64.const 0)) (i64.const ${INPUT_AT}))`,
    refuse: '(call $panic_utf8 (i64.const 14) (i64.const 16))',
    trap: '(unreachable)',
    spin: '(loop $again (br $again))',
    who: '(call $signer_account_id (i64.const 0))',
  },
  TEXTS,
);

/** A test, or whatever else says when all is over. */
export interface Ends {
  teardown(end: () => Promise<void>): void;
}

export async function serveNode(
  t: Ends,
  options: { node?: NodeOptions; server?: Partial<RpcServerOptions> } = {},
): Promise<ServedNode> {
  const node = startNode(options.node ?? {});
  const faults: unknown[] = [];
  const server = await startRpcServer({
    node,
    reportFault: (method, error) => faults.push({ method, error }),
    ...options.server,
  });
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopped ??= server.stop().then(() => node.stop());
    return stopped;
  };
  t.teardown(stop);
  const { url } = server;
  const post: ServedNode['post'] = async (body, headers = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : Buffer.from(body),
    });
    return { status: response.status, body: (await response.json()) as RpcAnswer['body'] };
  };
  return {
    node,
    url,
    faults,
    post,
    stop,
    call: (method, params) => post(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })),
    secretOf: (account_id) => {
      const secret = node.facts.accounts.find((account) => account.account_id === account_id)?.secret_key;
      if (secret === null || secret === undefined) throw new Error(`no secret key of ${account_id} is known`);
      return secret;
    },
  };
}
