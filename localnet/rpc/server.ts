// Owns the HTTP side of JSON-RPC: one port, its bounds, CORS and stopping; leaves answers to handle.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalnetNode } from '../node/types.ts';
import { stringifyNearJson } from '../views/json.ts';
import { readBody } from './body.ts';
import type { RpcContext } from './context.ts';
import { parseError } from './errors.ts';
import { handle } from './handle.ts';
import { answerError } from './message.ts';
import { health, status } from './methods/network.ts';
import { RateBound } from './rate-bound.ts';

export interface RpcServerOptions {
  node: LocalnetNode;
  /** This machine alone, where nothing is said. */
  host?: string;
  /** A free one, where nothing is said. */
  port?: number;
  max_body_bytes?: number;
  requests_per_second?: number;
  /** How long send_tx and tx wait for the level that was asked for. */
  wait_timeout_ms?: number;
  max_viewed_state?: bigint;
  /** Milliseconds, never going back. */
  now?: () => number;
  reportFault?: (method: string, error: unknown) => void;
}

export interface RpcServer {
  url: string;
  port: number;
  /** Ends open connections, requests under way included. */
  stop(): Promise<void>;
}

/** Those of nearcore, but for the number of requests: it leaves that to a server in front. */
export const RPC_BOUNDS = {
  max_body_bytes: 10 * 1024 * 1024,
  requests_per_second: 10_000,
  wait_timeout_ms: 10_000,
  max_viewed_state: 50_000n,
};
const MAX_CONNECTIONS = 2_000;
const MAX_REQUEST_MS = 30_000;
const MS_PER_SECOND = 1_000;

export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { node, host = '127.0.0.1', port = 0, now = () => performance.now() } = options;
  const bounds = { ...RPC_BOUNDS, ...definedOf(options) };
  const started = now();
  const context: RpcContext = {
    node,
    wait_timeout_ms: bounds.wait_timeout_ms,
    max_viewed_state: bounds.max_viewed_state,
    uptimeSeconds: () => Math.floor((now() - started) / MS_PER_SECOND),
  };
  const rate = new RateBound({ per_second: bounds.requests_per_second, now });
  const reportFault =
    options.reportFault ?? ((method, error) => console.error(`JSON-RPC ${method} failed:`, error));
  const max_body_bytes = bounds.max_body_bytes;
  const server = createServer({ requestTimeout: MAX_REQUEST_MS }, (request, response) => {
    serve({ context, rate, reportFault, max_body_bytes }, { request, response }).catch((error: unknown) => {
      reportFault('HTTP', error);
      response.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  const bound = await listen(server, { host, port });
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${bound}`, port: bound, stop: () => close(server) };
}

interface Serving {
  context: RpcContext;
  rate: RateBound;
  max_body_bytes: number;
  reportFault: (method: string, error: unknown) => void;
}
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

async function serve(serving: Serving, { request, response }: Exchange): Promise<void> {
  allowBrowsers(response);
  const path = (request.url ?? '/').split('?')[0];
  const verb = request.method ?? '';
  if (verb === 'OPTIONS') return end(response, { status: 204 });
  if (!serving.rate.take()) {
    response.setHeader('retry-after', '1');
    return end(response, {
      status: 429,
      text: 'too many requests; wait a second, or start with a higher bound\n',
    });
  }
  if (path === '/' && verb === 'POST') return servePost(serving, { request, response });
  const reads = verb === 'GET' || verb === 'HEAD';
  if (reads && path === '/status')
    return endJson(response, { status: 200, text: stringifyNearJson(status(serving.context)) });
  if (reads && path === '/health')
    return endJson(response, { status: 200, text: stringifyNearJson(health()) });
  if (path === '/') {
    response.setHeader('allow', 'POST, OPTIONS');
    return end(response, {
      status: 405,
      text: 'JSON-RPC is spoken here by POST; GET has /status and /health\n',
    });
  }
  end(response, { status: 404, text: `nothing at ${path}; POST / for JSON-RPC, GET /status and /health\n` });
}

async function servePost(serving: Serving, { request, response }: Exchange): Promise<void> {
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    return endJson(
      response,
      answerError(null, parseError('Content type error: application/json was expected')),
    );
  }
  const body = await readBody(request, serving.max_body_bytes);
  switch (body.kind) {
    case 'gone':
      return;
    case 'too_large':
      // What is still on its way is not read, so the connection is of no more use.
      response.setHeader('connection', 'close');
      return end(response, {
        status: 413,
        text: `JSON payload is larger than allowed (limit: ${serving.max_body_bytes} bytes).\n`,
      });
    case 'no_utf8':
      return endJson(response, answerError(null, parseError('the body is not UTF-8')));
    case 'text': {
      const { context, reportFault } = serving;
      return endJson(response, await handle(context, { text: body.text, reportFault }));
    }
  }
}

/** Wallets and pages of any origin read a public node. */
function allowBrowsers(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
  response.setHeader('access-control-allow-headers', 'authorization, accept, content-type');
  response.setHeader('access-control-max-age', '3600');
}

function endJson(response: ServerResponse, answer: { status: number; text: string }): void {
  response.setHeader('content-type', 'application/json');
  end(response, answer);
}

function end(response: ServerResponse, answer: { status: number; text?: string }): void {
  response.writeHead(answer.status);
  response.end(answer.text);
}

function listen(server: Server, at: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

type Bounds = { -readonly [Name in keyof typeof RPC_BOUNDS]: (typeof RPC_BOUNDS)[Name] };

function definedOf(options: Partial<Bounds>): Partial<Bounds> {
  const names = Object.keys(RPC_BOUNDS) as (keyof Bounds)[];
  return Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}
