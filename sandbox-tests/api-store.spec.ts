// Shows that a folder and an S3 store keep bytes the same way: whole, under their key, once, and only to whoever signs.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { createFolderStore } from '../api/store/folder-store.ts';
import { createS3Store } from '../api/store/s3-store.ts';
import { keyOf, type ObjectStore, withStaged } from '../api/store/store.ts';
import { refuseSignature } from '../localnet/lake/signature-v4.ts';
import { makeTestFolder, removeTestFolder } from './support/test-folder.ts';

const KEYS = { access_key_id: 'AKIDEXAMPLE', secret_access_key: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const TENANT = '0197b0e0-0000-7000-8000-000000000000';

type Opened = { store: ObjectStore; staging_folder: string };

async function openFolder(t: ExecutionContext): Promise<Opened & { folder: string }> {
  const folder = await makeTestFolder();
  t.teardown(() => removeTestFolder(folder));
  return {
    folder,
    store: createFolderStore({ folder: join(folder, 'kept') }),
    staging_folder: join(folder, 'staging'),
  };
}

/** Objects in memory; a request is judged by the verifier that serves the local Lake, which is not the signer's code. */
async function openS3(t: ExecutionContext, keys = KEYS): Promise<Opened> {
  const objects = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    answer(request, response, objects).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { staging_folder } = await openFolder(t);
  const endpoint = `http://127.0.0.1:${port}`;
  const store = createS3Store({
    endpoint,
    bucket: 'evidence',
    region: 'eu-central-1',
    ...keys,
    now: () => new Date(),
  });
  return { store, staging_folder };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  objects: Map<string, Buffer>,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  const body = await buffer(request);
  const fault = refuseSignature(
    { method, path: url, query: '', headers },
    { keys: [KEYS], now_ms: Date.now() },
  );
  const hash = createHash('sha256').update(body).digest('hex');
  const found = objects.get(url);
  if (fault !== null || hash !== headers['x-amz-content-sha256']) response.writeHead(403).end();
  else if (method === 'PUT') {
    objects.set(url, body);
    response.writeHead(200).end();
  } else if (found === undefined) response.writeHead(404).end();
  else if (method === 'DELETE') {
    objects.delete(url);
    response.writeHead(204).end();
  } else response.writeHead(200).end(method === 'HEAD' ? undefined : found);
}

for (const [name, open] of [
  ['a folder', openFolder],
  ['S3', openS3],
] as const) {
  test(`${name} keeps bytes under their key, gives them back, and forgets them`, async (t) => {
    const { store, staging_folder } = await open(t);
    const bytes = randomBytes(300_000);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const key = keyOf({ tenant_id: TENANT, sha256 });
    t.false(await store.has(key));
    t.is(await store.read(key), undefined);
    for (let times = 0; times < 2; times++) {
      await withStaged(
        { staging_folder },
        Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]),
        async (staged) => {
          t.is(staged.sha256, sha256);
          t.is(staged.size, bytes.length);
          t.deepEqual(Buffer.from(staged.first_bytes), bytes.subarray(0, 16));
          await store.keep(key, staged);
        },
      );
    }
    t.true(await store.has(key));
    const kept = await store.read(key);
    if (kept === undefined) throw new Error('it is kept');
    t.deepEqual(await buffer(kept), bytes);
    await store.remove(key);
    t.false(await store.has(key));
    t.deepEqual(await readdir(staging_folder), []);
  });

  test(`${name} refuses keys that lead elsewhere`, async (t) => {
    const { store } = await open(t);
    for (const key of ['../x', 'a/../b', '/etc/passwd', 'a//b', '', 'a/.', `${'x'.repeat(600)}`]) {
      await t.throwsAsync(async () => store.read(key), { instanceOf: TypeError }, key);
    }
  });
}

test('S3 refuses whoever does not hold the key', async (t) => {
  const { store, staging_folder } = await openS3(t, { ...KEYS, secret_access_key: 'another' });
  await t.throwsAsync(store.has('a/b'), { message: /answered 403/ });
  const keep = withStaged({ staging_folder }, Readable.from([Buffer.from('x')]), (staged) =>
    store.keep('a/b', staged),
  );
  await t.throwsAsync(keep, { message: /answered 403/ });
});

test('bytes that end early leave nothing behind', async (t) => {
  const { store, staging_folder, folder } = await openFolder(t);
  const broken = new Readable({
    read() {
      this.push('half');
      this.destroy(new Error('the client left'));
    },
  });
  await t.throwsAsync(
    withStaged({ staging_folder }, broken, (staged) => store.keep('a/b', staged)),
    { message: /left/ },
  );
  t.deepEqual(await readdir(staging_folder), []);
  await t.throwsAsync(stat(join(folder, 'kept')), { code: 'ENOENT' });
});
