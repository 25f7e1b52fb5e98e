// Owns signing requests to S3 in AWS's fourth form, in headers; leaves sending them to s3-store.ts.

import { createHash, createHmac } from 'node:crypto';

export type S3Request = {
  method: string;
  url: URL;
  payload_sha256: string;
  region: string;
  access_key_id: string;
  secret_access_key: string;
  at: Date;
};

/** The names of the signed headers, in their order. */
const SIGNED = 'host;x-amz-content-sha256;x-amz-date';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html; for paths that need no escaping. */
export function signS3(request: S3Request): Record<string, string> {
  const { method, url, payload_sha256, region, access_key_id, secret_access_key, at } = request;
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const canonical = [
    method,
    url.pathname,
    '',
    `host:${url.host}`,
    `x-amz-content-sha256:${payload_sha256}`,
    `x-amz-date:${time}`,
    '',
    SIGNED,
    payload_sha256,
  ].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secret_access_key}`);
  const hash = createHash('sha256').update(canonical).digest('hex');
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash}`).toString('hex');
  return {
    'x-amz-content-sha256': payload_sha256,
    'x-amz-date': time,
    authorization: `AWS4-HMAC-SHA256 Credential=${access_key_id}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`,
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
