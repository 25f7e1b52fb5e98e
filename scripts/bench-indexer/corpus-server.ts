// Owns serving a generated corpus as S3 does (GET, LIST) and as a chain's JSON-RPC, from memory, in a process of its own; leaves the blocks to corpus.ts.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { type Corpus, makeCorpus } from './corpus.ts';
import { corpusProcessOptions } from './corpus-process.ts';

const { latency_ms, ...wish } = corpusProcessOptions.parse(JSON.parse(process.argv[2] ?? '{}'));
const corpus = makeCorpus(wish);
const HEIGHT_DIGITS = 12;
const GENESIS = 'the bench';

/** Bodies are those of the corpus; written with their headers in one call, they leave in one packet or few. */
const server = createServer((socket) => {
  socket.setNoDelay(true);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      const body = text.slice(end + 4, end + 4 + length);
      text = text.slice(end + 4 + length);
      if (latency_ms > 0) setTimeout(() => answer(socket, head, body), latency_ms);
      else answer(socket, head, body);
    }
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const { first, last, bytes_per_block } = corpus;
  console.log(
    JSON.stringify({
      url: `http://127.0.0.1:${port}`,
      first,
      last,
      bytes_per_block,
      hash: corpus.hashOf(first),
    }),
  );
});

let requests = 0;

function answer(socket: Socket, head: string, body: string): void {
  const [method = '', target = ''] = head.slice(0, head.indexOf('\r\n')).split(' ');
  const found = method === 'POST' ? Buffer.from(rpc(corpus, body)) : find(target);
  send(socket, found === undefined ? 404 : 200, found ?? Buffer.from('none'));
}

function find(target: string): Buffer | undefined {
  if (target === '/requests') return Buffer.from(JSON.stringify({ requests }));
  requests += 1;
  const [path = '', question = ''] = target.split('?');
  const query = new URLSearchParams(question);
  if (query.has('list-type')) return Buffer.from(list(corpus, query));
  const [name = '', height = ''] = path.split('/').reverse();
  return corpus.object(Number(height), name);
}

function send(socket: Socket, status: number, body: Buffer): void {
  socket.cork();
  socket.write(
    `HTTP/1.1 ${status} x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  socket.uncork();
}

function list({ first, last }: Corpus, query: URLSearchParams): string {
  const after = Number((query.get('start-after') ?? '0').slice(0, HEIGHT_DIGITS));
  const from = Math.max(first, after);
  const to = Math.min(last, from + Number(query.get('max-keys') ?? 1000) - 1);
  const prefixes = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
    return `<CommonPrefixes><Prefix>${String(from + index).padStart(HEIGHT_DIGITS, '0')}/</Prefix></CommonPrefixes>`;
  });
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${prefixes.join('')}</ListBucketResult>`;
}

function rpc({ first, last, layout, hashOf }: Corpus, body: string): string {
  const { method } = JSON.parse(body) as { method: string };
  const result =
    method === 'block'
      ? { header: { height: last, hash: hashOf(last) } }
      : { chain_id: GENESIS, genesis_hash: hashOf(first), shard_layout: layout };
  return JSON.stringify({ jsonrpc: '2.0', id: 'indexer', result });
}
