// Owns keeping bytes in a store that speaks S3, in path style; leaves taking them in to store.ts.

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { signS3 } from './sign-s3.ts';
import { assertKey, type ObjectStore, type Staged } from './store.ts';

export type S3Options = {
  /** Where the store answers: https://s3.eu-central-1.amazonaws.com. */
  endpoint: string;
  bucket: string;
  region: string;
  access_key_id: string;
  secret_access_key: string;
  now: () => Date;
};

const TIMEOUT_MS = 25_000;
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export function createS3Store(options: S3Options): ObjectStore {
  return {
    async keep(key, staged) {
      await ask(options, { method: 'PUT', key, staged });
      return { uri: `s3://${options.bucket}/${key}` };
    },
    async read(key) {
      const response = await ask(options, { method: 'GET', key });
      if (response === undefined || response.body === null) return undefined;
      return Readable.fromWeb(response.body as ReadableStream);
    },
    has: async (key) => (await ask(options, { method: 'HEAD', key })) !== undefined,
    async remove(key) {
      await ask(options, { method: 'DELETE', key });
    },
  };
}

type Asked = { method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'; key: string; staged?: Staged };

/** Nothing where there is no such object. */
async function ask(options: S3Options, { method, key, staged }: Asked): Promise<Response | undefined> {
  assertKey(key);
  const url = new URL(`/${options.bucket}/${key}`, options.endpoint);
  const headers = signS3({
    ...options,
    method,
    url,
    payload_sha256: staged?.sha256 ?? EMPTY_SHA256,
    at: options.now(),
  });
  const body =
    staged === undefined
      ? {}
      : {
          body: Readable.toWeb(createReadStream(staged.path)) as ReadableStream<Uint8Array>,
          duplex: 'half' as const,
        };
  const length = staged === undefined ? {} : { 'content-length': String(staged.size) };
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...length },
    ...body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 404 && method !== 'PUT') return undefined;
  throw new Error(`The object store answered ${response.status} to ${method} ${url.pathname}.`);
}
