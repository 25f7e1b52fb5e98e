// Owns the port on which Lake objects and neardata are served, and its start and stop; leaves answers to s3.ts and neardata.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalnetNode } from '../node/types.ts';
import { FinalBlocks } from './final-blocks.ts';
import { followIntoFolder, type LakeFolder } from './folder.ts';
import { answerNeardata } from './neardata.ts';
import { type Answer, answerS3 } from './s3.ts';
import type { SigningKey } from './signature-v4.ts';

export interface LakeOptions {
  node: LocalnetNode;
  /** 0 takes a free one. */
  port?: number;
  host?: string;
  bucket?: string;
  /** Where given, S3 requests must be signed by one of them; neardata is open always. */
  keys?: readonly SigningKey[];
  /** Where given, the objects are written there too. */
  folder?: string;
  /** How long a neardata request waits for the next blocks. */
  wait_ms?: number;
  /** For signatures, which carry the time of their making. */
  now_ms?: () => number;
  /** Told when objects could not be written to the folder; serving goes on. */
  onFolderFailure?: (error: Error) => void;
}

export interface RunningLake {
  port: number;
  /** The S3 endpoint, for path-style requests, and neardata's base. */
  url: string;
  bucket: string;
  blocks: FinalBlocks;
  stop(): Promise<void>;
}

export const DEFAULT_BUCKET = 'near-lake-data-localnet';
const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_WAIT_MS = 5_000;
/** A request of a client that stalls in the middle of its headers ends then. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Requests that wait for a block hold one each. */
const MAX_CONNECTIONS = 1_000;
const MAX_URL = 8_192;
/** Statuses whose answers have no body, not even an empty one. */
const BODILESS = new Set([204, 304]);
/** Any page may read; there is nothing to write. */
const OPEN_TO_BROWSERS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

export async function startLake(options: LakeOptions): Promise<RunningLake> {
  const { host = DEFAULT_HOST, bucket = DEFAULT_BUCKET } = options;
  const blocks = new FinalBlocks(options.node);
  const folder = openFolder(options, blocks);
  const answer = answerer(options, { blocks, bucket });
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(request).then(
      (answered) => send({ request, response, answered }),
      (error: unknown) => send({ request, response, answered: failed(error) }),
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await listen(server, { host, port: options.port ?? 0 });
  } catch (error) {
    folder?.stop();
    blocks.stop();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host}:${port}`,
    bucket,
    blocks,
    stop: async () => {
      folder?.stop();
      blocks.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function openFolder(options: LakeOptions, blocks: FinalBlocks): LakeFolder | null {
  const { folder, onFolderFailure = warn } = options;
  return folder === undefined ? null : followIntoFolder(blocks, { folder, onFailure: onFolderFailure });
}

function answerer(options: LakeOptions, served: { blocks: FinalBlocks; bucket: string }) {
  const { node, keys, wait_ms = DEFAULT_WAIT_MS, now_ms = Date.now } = options;
  return async (request: IncomingMessage): Promise<Answer> => {
    const { method = 'GET', url = '/', headers } = request;
    // A body has no use here; what comes is read past, so that the connection can be used again.
    request.resume();
    if (url.length > MAX_URL) return plain(414, 'the address is too long');
    if (method === 'OPTIONS') return preflight();
    const [path = '/', query = ''] = splitOnce(url, '?');
    const readable = method === 'GET' || method === 'HEAD';
    const neardata = readable ? await answerNeardata({ node, blocks: served.blocks, wait_ms }, path) : null;
    return neardata ?? answerS3({ ...served, keys, now_ms }, { method, path, query, headers });
  };
}

function send(options: { request: IncomingMessage; response: ServerResponse; answered: Answer }): void {
  const { request, response, answered } = options;
  if (response.destroyed) return;
  const { status, headers, body } = answered;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const sized = BODILESS.has(status) ? {} : { 'content-length': `${length}` };
  response.writeHead(status, { ...sized, ...OPEN_TO_BROWSERS, ...headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function preflight(): Answer {
  const headers = { 'access-control-allow-methods': 'GET, HEAD', 'access-control-allow-headers': '*' };
  return { status: 204, headers, body: '' };
}

function failed(error: unknown): Answer {
  const reason = error instanceof Error ? error.message : String(error);
  return plain(500, `the block could not be shown: ${reason}`);
}

function plain(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function listen(server: Server, at: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Error(`port ${at.port} for Lake is taken; choose another or 0 for a free one`, {
              cause: error,
            })
          : error,
      );
    });
    server.listen(at.port, at.host, resolve);
  });
}

function warn(error: Error): void {
  process.emitWarning(error);
}
