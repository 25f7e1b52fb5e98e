// Owns reading Lake objects from any S3-compatible store, signed and at the reader's expense; leaves the block made of them to object-reader.ts.
import type { Dispatcher } from 'undici';
import { getObject } from './get-object.ts';
import type { Limits } from './limits.ts';
import { type GetKey, readObjects } from './object-reader.ts';
import type { BlockReader } from './reader.ts';
import { createSigner, type LakeKeys } from './sign-request.ts';

export interface S3LakeOptions {
  bucket: string;
  region: string;
  /** Of a store that is not AWS's; the bucket then stands in the path. */
  endpoint?: string;
  /** Without them requests are not signed. */
  keys?: LakeKeys;
}

export function openS3Lake(
  options: S3LakeOptions,
  about: {
    needles: readonly Buffer[];
    limits: Limits;
    wall_ms: () => number;
    openDispatcher: (origin: string) => Dispatcher;
  },
): BlockReader {
  const { bucket, region, endpoint, keys } = options;
  const { needles, limits, wall_ms } = about;
  const url = new URL(endpoint ?? `https://${bucket}.s3.${region}.amazonaws.com`);
  const base = endpoint === undefined ? '/' : `${url.pathname.replace(/\/$/, '')}/${bucket}/`;
  const signer = keys === undefined ? null : createSigner({ keys, host: url.host, region, wall_ms });
  const dispatcher = about.openDispatcher(url.origin);
  const get: GetKey = (key, how) => {
    const path = `${base}${key}`;
    const headers = { 'x-amz-request-payer': 'requester', ...signer?.headersFor(path) };
    return getObject({ dispatcher, origin: url.origin, path, headers, limits, ...how });
  };
  return {
    name: `lake ${url.host}/${bucket}`,
    read: (request) => readObjects(get, request, needles),
    // A bucket tells it only by listing, which costs more than all else at the tip.
    findTip: () => Promise.resolve(null),
    close: () => dispatcher.destroy(),
  };
}
