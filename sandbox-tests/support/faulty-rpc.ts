// Owns a proxy before a JSON-RPC server that fails in chosen ways; leaves the choice to the specs.

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RpcFault =
  | 'pass'
  /** The request never reaches the node. */
  | 'lose_request'
  /** The node does what it is asked, and nobody hears of it. */
  | 'lose_answer'
  | { kind: 'status'; status: number }
  /** An error of the proxy's own, by the name that NEAR gives it. */
  | { kind: 'refuse'; name: string };

export type RpcAsked = { method: string; params: Record<string, unknown> };

export type FaultyRpc = {
  url: string;
  /** Consulted for each request. */
  choose: (asked: RpcAsked) => RpcFault;
  /** Methods in the order in which they came. */
  asked: string[];
  stop(): Promise<void>;
};

export async function startFaultyRpc(rpc_url: string): Promise<FaultyRpc> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { method, params } = JSON.parse(body) as RpcAsked;
      faulty.asked.push(method);
      answer({ fault: faulty.choose({ method, params }), rpc_url, body, response }).catch(() =>
        response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const faulty: FaultyRpc = {
    url: `http://127.0.0.1:${port}`,
    choose: () => 'pass',
    asked: [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return faulty;
}

async function answer(about: {
  fault: RpcFault;
  rpc_url: string;
  body: string;
  response: ServerResponse;
}): Promise<void> {
  const { fault, rpc_url, body, response } = about;
  if (fault === 'lose_request') {
    response.destroy();
    return;
  }
  if (typeof fault === 'object' && fault.kind === 'refuse') {
    const error = { name: 'HANDLER_ERROR', cause: { name: fault.name, info: {} }, data: {} };
    response.end(JSON.stringify({ jsonrpc: '2.0', id: 'dmrv', error }));
    return;
  }
  if (typeof fault === 'object') {
    response.writeHead(fault.status).end('{"error": "of the proxy"}');
    return;
  }
  const headers = { 'content-type': 'application/json' };
  const passed = await fetch(rpc_url, { method: 'POST', headers, body });
  const text = await passed.text();
  if (fault === 'lose_answer') response.destroy();
  else response.writeHead(passed.status, headers).end(text);
}
