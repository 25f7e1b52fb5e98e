// Owns the rules of the Lake endpoint, spoken to by the AWS SDK as it is, and of neardata; leaves the objects' form to its tests.
import { request } from 'node:http';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import test from 'ava';
import { DEFAULT_BUCKET as Bucket, type RunningLake, startLake } from '../localnet/lake/server.ts';
import { get, KEY, LAYOUT, listFolders, newFolder, startLakeNode } from './support/lake-node.ts';
import { type ReadBlock, readBlock } from './support/lake-replay.ts';

test('only final blocks are served, each from the moment it is final', async (t) => {
  const { node, s3 } = await startLakeNode(t);
  node.produceBlocks({ count: 5 });
  const final = node.findBlock({ kind: 'finality', finality: 'final' });
  t.is(final.ok && final.value.block.height, 3n);
  t.deepEqual(
    await listFolders(s3, '', 10),
    [0, 1, 2, 3].map((height) => `${`${height}`.padStart(12, '0')}/`),
  );
  t.is(readBlock(await get(s3, '000000000003/block.json')).header.height, 3);
  const missing = await t.throwsAsync(get(s3, '000000000004/block.json'));
  t.like(missing, { name: 'NoSuchKey', Key: '000000000004/block.json', $metadata: { httpStatusCode: 404 } });
  node.produceBlocks();
  t.is(readBlock(await get(s3, '000000000004/block.json')).header.height, 4);
});

test('a get answers with what S3 says of an object: length, tag, time, and a part where asked', async (t) => {
  const { node, s3 } = await startLakeNode(t);
  node.produceBlocks({ count: 5 });
  const Key = '000000000002/shard_0.json';
  const text = await get(s3, Key);
  const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  t.is(head.ContentLength, Buffer.byteLength(text));
  t.regex(head.ETag ?? '', /^"[0-9a-f]{32}"$/);
  const block = node.findBlock({ kind: 'height', height: 2n });
  const seconds = block.ok ? block.value.block.header.inner_lite.timestamp / 1_000_000_000n : 0n;
  t.is(BigInt((head.LastModified?.getTime() ?? 0) / 1000), seconds);
  const part = await s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=2-9' }));
  t.is(await part.Body?.transformToString(), text.slice(2, 10));
  t.is(part.ContentRange, `bytes 2-9/${head.ContentLength}`);
  const paid = await s3.send(new GetObjectCommand({ Bucket, Key, RequestPayer: 'requester' }));
  t.is(paid.RequestCharged, 'requester');
  t.is((await paid.Body?.transformToString())?.length, text.length);
});

test('what S3 refuses is refused in its words', async (t) => {
  const { node, s3, lake } = await startLakeNode(t);
  node.produceBlocks({ count: 4 });
  const Key = '000000000001/block.json';
  const send = (command: GetObjectCommand | ListObjectsV2Command) =>
    t.throwsAsync(s3.send(command as GetObjectCommand));
  t.is((await send(new GetObjectCommand({ Bucket: 'other', Key })))?.name, 'NoSuchBucket');
  t.is((await send(new GetObjectCommand({ Bucket, Key: `${Key}l` })))?.name, 'NoSuchKey');
  t.is((await send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=99999999-' })))?.name, 'InvalidRange');
  t.is((await send(new GetObjectCommand({ Bucket, Key, IfMatch: '"other"' })))?.name, 'PreconditionFailed');
  t.is((await send(new ListObjectsV2Command({ Bucket, MaxKeys: -1 })))?.name, 'InvalidArgument');
  t.is((await send(new ListObjectsV2Command({ Bucket, ContinuationToken: 'x' })))?.name, 'InvalidArgument');
  const head = await t.throwsAsync(s3.send(new HeadObjectCommand({ Bucket, Key: 'none' })));
  t.is(head?.name, 'NotFound');
  const cases: [string, string, number, string][] = [
    ['GET', '/', 403, 'AccessDenied'],
    ['GET', `/${Bucket}`, 501, 'NotImplemented'],
    ['GET', `/${Bucket}?acl`, 501, 'NotImplemented'],
    ['GET', `/${Bucket}/%ff`, 400, 'InvalidURI'],
    ['PUT', `/${Bucket}/${Key}`, 405, 'MethodNotAllowed'],
    ['DELETE', `/${Bucket}/${Key}`, 405, 'MethodNotAllowed'],
    ['GET', `/${Bucket}/${'9'.repeat(20)}/block.json`, 404, 'NoSuchKey'],
    ['GET', `/${Bucket}/../etc/passwd`, 404, 'NoSuchKey'],
    ['GET', `/${Bucket}/%2e%2e/x`, 404, 'NoSuchKey'],
  ];
  for (const [method, path, status, code] of cases) {
    const answer = await askAsWritten(lake, { method, path });
    t.is(answer.status, status, `${method} ${path}`);
    t.true(answer.text.includes(`<Code>${code}</Code>`), `${method} ${path}`);
  }
});

test('names in XML are written so that any reader gets them back', async (t) => {
  const { node, s3 } = await startLakeNode(t);
  node.produceBlocks({ count: 3 });
  const prefix = '<a href="x">&amp;\r\n';
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, Delimiter: '&' }));
  t.is(listed.Prefix, prefix);
  t.is(listed.Delimiter, '&');
  const encoded = await s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: '00000000000', EncodingType: 'url' }),
  );
  t.is(encoded.EncodingType, 'url');
  t.is(encoded.Contents?.[0]?.Key, '000000000000/block.json');
});

test('pages follow one another by their tokens until all objects were listed', async (t) => {
  const { node, s3 } = await startLakeNode(t, { node: { layout: LAYOUT } });
  node.produceBlocks({ count: 6 });
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  let pages = 0;
  do {
    const page: ListObjectsV2CommandOutput = await s3.send(
      new ListObjectsV2Command({ Bucket, MaxKeys: 3, ContinuationToken }),
    );
    for (const { Key = '', Size } of page.Contents ?? []) {
      t.is(Buffer.byteLength(await get(s3, Key)), Size ?? 0);
      keys.push(Key);
    }
    ContinuationToken = page.NextContinuationToken;
    pages += 1;
  } while (ContinuationToken !== undefined && pages < 20);
  t.is(pages, 7);
  t.is(keys.length, 5 * 4);
  t.deepEqual(keys, [...keys].sort());
});

test('with keys only signed requests are answered, without keys all are', async (t) => {
  const { node, s3, lake } = await startLakeNode(t, { lake: { keys: [KEY] } });
  node.produceBlocks({ count: 4 });
  t.is(readBlock(await get(s3, '000000000001/block.json')).header.height, 1);
  t.is((await listFolders(s3, '000000000001', 2)).length, 2);
  const unsigned = await fetch(`${lake.url}/${Bucket}/000000000001/block.json`);
  t.is(unsigned.status, 403);
  t.true((await unsigned.text()).includes('<Code>AccessDenied</Code>'));
  const other = await startLakeNode(t, { lake: { keys: [KEY] }, secret: 'another' });
  other.node.produceBlocks({ count: 4 });
  const wrong = await t.throwsAsync(get(other.s3, '000000000001/block.json'));
  t.is(wrong?.name, 'SignatureDoesNotMatch');
  const open = await startLakeNode(t);
  open.node.produceBlocks({ count: 4 });
  t.is((await fetch(`${open.lake.url}/${Bucket}/000000000001/block.json`)).status, 200);
});

test('neardata answers and refuses heights as its servers do', async (t) => {
  const { node, lake } = await startLakeNode(t, { node: { genesis_height: 10n } });
  node.produceBlocks({ count: 3 });
  node.produceBlocks({ count: 4, skipped: 2n });
  const last = lake.blocks.last.height;
  const ask = async (path: string) => {
    const response = await fetch(`${lake.url}${path}`, { redirect: 'manual' });
    return {
      status: response.status,
      location: response.headers.get('location'),
      text: await response.text(),
    };
  };
  t.like(await ask('/v0/last_block/final'), { status: 302, location: `/v0/block/${last}` });
  t.like(await ask('/v0/last_block/optimistic'), {
    status: 302,
    location: `/v0/block_opt/${node.chain.head.height}`,
  });
  t.like(await ask('/v0/first_block'), { status: 302, location: '/v0/block/10' });
  const followed = await fetch(`${lake.url}/v0/last_block/final`);
  const { block } = (await followed.json()) as { block: ReadBlock };
  t.is(BigInt(block.header.height), last);
  t.like(await ask('/v0/block/14'), { status: 200, text: 'null' });
  t.like(await ask('/v0/block_opt/14'), { status: 200, text: 'null' });
  t.is(
    (JSON.parse((await ask(`/v0/block_opt/${node.chain.head.height}`)).text) as { block: ReadBlock }).block
      .header.height,
    Number(node.chain.head.height),
  );
  const refusals: [string, number, string][] = [
    ['/v0/block/9', 404, 'BLOCK_HEIGHT_TOO_LOW'],
    ['/v0/block/1000000000000001', 404, 'BLOCK_HEIGHT_TOO_HIGH'],
    [`/v0/block/${last + 11n}`, 404, 'BLOCK_DOES_NOT_EXIST'],
    ['/v0/block/eleven', 400, 'Invalid argument'],
    ['/v0/block/-1', 400, 'Invalid argument'],
    ['/v0/blocks/11', 404, 'no such path'],
  ];
  for (const [path, status, text] of refusals) {
    const answer = await ask(path);
    t.is(answer.status, status, path);
    t.true(answer.text.includes(text), `${path}: ${answer.text}`);
  }
});

test('a neardata request for one of the next blocks waits until it is final', async (t) => {
  const { node, lake } = await startLakeNode(t, { lake: { wait_ms: 60_000 } });
  node.produceBlocks({ count: 4 });
  const asked = fetch(`${lake.url}/v0/block/4`);
  await fetch(`${lake.url}/health`);
  node.produceBlocks({ count: 2 });
  const { block } = (await (await asked).json()) as { block: ReadBlock };
  t.is(block.header.height, 4);
});

test('a request that waits in vain is told that the block is not there', async (t) => {
  const { node, lake } = await startLakeNode(t, { lake: { wait_ms: 20 } });
  node.produceBlocks({ count: 4 });
  const response = await fetch(`${lake.url}/v0/block/5`);
  t.is(response.status, 404);
  t.like(await response.json(), { type: 'BLOCK_DOES_NOT_EXIST' });
});

test('stopping ends requests that wait', async (t) => {
  const { node, lake } = await startLakeNode(t, { lake: { wait_ms: 60_000 } });
  node.produceBlocks({ count: 4 });
  const asked = fetch(`${lake.url}/v0/block/5`);
  await fetch(`${lake.url}/health`);
  await lake.stop();
  await t.throwsAsync(asked);
  await t.throwsAsync(fetch(`${lake.url}/health`));
});

test('a port that is taken is refused by name', async (t) => {
  const { node, lake } = await startLakeNode(t);
  await t.throwsAsync(startLake({ node, port: lake.port }), { message: /port \d+ for Lake is taken/ });
});

test('blocks that the node has forgotten are neither listed nor taken for skipped ones', async (t) => {
  const { node, s3, lake } = await startLakeNode(t, { node: { history_blocks: 10, epoch_length: 4n } });
  node.produceBlocks({ count: 40 });
  const [first = ''] = await listFolders(s3, '', 5);
  t.true(Number(first.slice(0, -1)) > 20, first);
  t.truthy(await get(s3, `${first}block.json`));
  await t.throwsAsync(get(s3, '000000000005/block.json'));
  t.like(await (await fetch(`${lake.url}/v0/block/5`)).json(), { type: 'BLOCK_DOES_NOT_EXIST' });
});

test('a node with a data folder serves all blocks, after a restart too', async (t) => {
  const data_folder = newFolder(t);
  const options = { history_blocks: 10, epoch_length: 4n, data_folder };
  const { node, s3 } = await startLakeNode(t, { node: options });
  node.produceBlocks({ count: 40 });
  const text = await get(s3, '000000000005/block.json');
  t.is((await listFolders(s3, '', 100)).length, 39);
  await node.stop();
  const again = await startLakeNode(t, { node: options });
  t.is(await get(again.s3, '000000000005/block.json'), text);
  t.is((await listFolders(again.s3, '', 100)).length, 39);
});

/** The path goes out letter by letter, where fetch would tidy it. */
function askAsWritten(
  lake: RunningLake,
  asked: { method: string; path: string },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: lake.port, host: '127.0.0.1', ...asked }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}
