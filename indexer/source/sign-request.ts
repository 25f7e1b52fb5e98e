// Owns signing S3's GET requests in AWS's fourth form; leaves sending them to s3-lake.ts.
import { createHash, createHmac } from 'node:crypto';

export interface LakeKeys {
  access_key_id: string;
  secret_access_key: string;
}

export interface Signer {
  /** The headers that go with a GET of that path, which must be spelled as it is sent. */
  headersFor(path: string): Record<string, string>;
}

const EMPTY_SHA256 = createHash('sha256').digest('hex');
const SIGNED = 'host;x-amz-content-sha256;x-amz-date;x-amz-request-payer';

export function createSigner(options: {
  keys: LakeKeys;
  host: string;
  region: string;
  /** Milliseconds since 1970: a signature carries its time, and S3 refuses one that is 15 minutes off. */
  wall_ms: () => number;
}): Signer {
  const { keys, host, region, wall_ms } = options;
  let day = '';
  let key: Buffer = Buffer.alloc(0);
  const keyFor = (date: string): Buffer => {
    if (date !== day) {
      // Four rounds of HMAC that are the same for a whole day.
      key = [region, 's3', 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${keys.secret_access_key}`, date));
      day = date;
    }
    return key;
  };
  return {
    headersFor(path) {
      const time = new Date(wall_ms()).toISOString().replace(/[-:]|\.\d{3}/g, '');
      const date = time.slice(0, 8);
      const scope = `${date}/${region}/s3/aws4_request`;
      const canonical = `GET\n${path}\n\nhost:${host}\nx-amz-content-sha256:${EMPTY_SHA256}\nx-amz-date:${time}\nx-amz-request-payer:requester\n\n${SIGNED}\n${EMPTY_SHA256}`;
      const hash = createHash('sha256').update(canonical).digest('hex');
      const signature = hmac(keyFor(date), `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash}`).toString('hex');
      return {
        'x-amz-content-sha256': EMPTY_SHA256,
        'x-amz-date': time,
        authorization: `AWS4-HMAC-SHA256 Credential=${keys.access_key_id}/${scope}, SignedHeaders=${SIGNED}, Signature=${signature}`,
      };
    },
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
