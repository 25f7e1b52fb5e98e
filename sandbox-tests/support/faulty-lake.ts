// Owns a proxy before a Lake server that fails in chosen ways and counts what is asked for; leaves the choice to the specs.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Fault =
  | 'pass'
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  /** Announces all bytes, sends some, and closes. */
  | { kind: 'cut' }
  /** Sends fewer bytes than there are, and announces no more. */
  | { kind: 'shorten' }
  /** Sends some bytes and then none. */
  | { kind: 'stall' }
  /** Answers nothing at all. */
  | { kind: 'silence' }
  | { kind: 'replace'; text(original: string): string }
  | { kind: 'delay'; ms: number };

export interface Asked {
  /** `000000000012/block.json`, or neardata's path. */
  key: string;
  height: bigint;
  /** How often it was asked for before. */
  before: number;
}

export interface FaultyLake {
  url: string;
  /** Consulted for each request. */
  choose: (asked: Asked) => Fault;
  onHeaders: (headers: NodeJS.Dict<string | string[]>) => void;
  /** Requests in the order in which they came. */
  asked: string[];
  stop(): Promise<void>;
}

const HALF = 2;

export async function startFaultyLake(options: { lake_url: string; bucket: string }): Promise<FaultyLake> {
  const { lake_url, bucket } = options;
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const key = path.startsWith(`/${bucket}/`) ? path.slice(bucket.length + 2) : path;
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    faulty.asked.push(key);
    faulty.onHeaders(request.headers);
    const height = BigInt(/(\d+)(?:\/[^/]*)?$/.exec(key)?.[1] ?? 0);
    const fault = faulty.choose({ key, height, before });
    answer({ fault, url: `${lake_url}${path}`, headers: request.headers, response }).catch(() =>
      response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const faulty: FaultyLake = {
    url: `http://127.0.0.1:${port}`,
    choose: () => 'pass',
    onHeaders: () => undefined,
    asked: [],
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return faulty;
}

async function answer(options: {
  fault: Fault;
  url: string;
  headers: NodeJS.Dict<string | string[]>;
  response: ServerResponse;
}): Promise<void> {
  const { fault, url, headers, response } = options;
  if (fault !== 'pass') {
    if (fault.kind === 'silence') return;
    if (fault.kind === 'status') {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    if (fault.kind === 'delay') await sleep(fault.ms);
  }
  const forwarded = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && /^(x-amz-|authorization)/.test(name) ? [[name, value]] : [],
    ),
  );
  const original = await fetch(url, { headers: forwarded, redirect: 'manual' });
  const bytes = Buffer.from(await original.arrayBuffer());
  const location = original.headers.get('location');
  const told = location === null ? {} : { location };
  if (fault === 'pass' || fault.kind === 'delay' || original.status !== 200) {
    response.writeHead(original.status, { ...told, 'content-length': bytes.length }).end(bytes);
    return;
  }
  sendBadly(fault, bytes, response);
}

function sendBadly(fault: Exclude<Fault, 'pass'>, bytes: Buffer, response: ServerResponse): void {
  const part = bytes.subarray(0, Math.floor(bytes.length / HALF));
  if (fault.kind === 'replace') {
    const text = Buffer.from(fault.text(bytes.toString('utf8')));
    response.writeHead(200, { 'content-length': text.length }).end(text);
  } else if (fault.kind === 'shorten') {
    response.writeHead(200, { 'content-length': part.length }).end(part);
  } else {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(part, () => {
      if (fault.kind === 'cut') response.destroy();
    });
  }
}
