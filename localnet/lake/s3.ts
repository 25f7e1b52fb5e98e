// Owns the read requests of S3 over Lake objects: get, head, list, and refusals as S3 words them; leaves sockets to server.ts.
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { byteRange } from './byte-range.ts';
import type { FinalBlocks } from './final-blocks.ts';
import { type ListedName, type ListPage, listKeys } from './list-keys.ts';
import { encodeStrictly, refuseSignature, type SignatureFault, type SigningKey } from './signature-v4.ts';
import { type XmlElement, xmlDocument } from './xml.ts';

export interface S3Options {
  blocks: FinalBlocks;
  bucket: string;
  /** Where given, only requests signed by one of them are answered. */
  keys?: readonly SigningKey[] | undefined;
  now_ms(): number;
}

export interface S3Request {
  method: string;
  /** Still encoded. */
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

const MAX_KEYS = 1000;
/** Keys of Lake objects are far shorter; S3's own bound. */
const MAX_KEY_LENGTH = 1024;
const NANOSECONDS_PER_MS = 1_000_000n;
const XML = { 'content-type': 'application/xml' };
/** Parts of S3 that a store of blocks to read has no use for. */
const SUBRESOURCES = ['acl', 'policy', 'tagging', 'torrent', 'uploads', 'uploadId', 'versioning', 'versions'];

const REFUSALS: Record<SignatureFault, { status: number; message: string }> = {
  AccessDenied: { status: 403, message: 'Access Denied' },
  AuthorizationHeaderMalformed: {
    status: 400,
    message: 'The authorization header you provided is invalid; sign with AWS4-HMAC-SHA256.',
  },
  InvalidAccessKeyId: {
    status: 403,
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  RequestTimeTooSkewed: {
    status: 403,
    message: 'The difference between the request time and the current time is too large.',
  },
  SignatureDoesNotMatch: {
    status: 403,
    message: 'The request signature we calculated does not match the signature you provided.',
  },
};

export function answerS3(options: S3Options, request: S3Request): Answer {
  const answer = refuse(options, request) ?? route(options, request);
  const charged = request.headers['x-amz-request-payer'] === 'requester';
  const headers = charged ? { ...answer.headers, 'x-amz-request-charged': 'requester' } : answer.headers;
  return { ...answer, headers };
}

function refuse({ keys, now_ms }: S3Options, request: S3Request): Answer | null {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const answer = fault(
      405,
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
    );
    return { ...answer, headers: { ...answer.headers, allow: 'GET, HEAD' } };
  }
  if (keys === undefined) return null;
  const code = refuseSignature(request, { keys, now_ms: now_ms() });
  return code === null ? null : fault(REFUSALS[code].status, code, REFUSALS[code].message);
}

function route(options: S3Options, request: S3Request): Answer {
  const path = decodePath(request.path);
  if (path === null) return fault(400, 'InvalidURI', "Couldn't parse the specified URI.");
  const query = new URLSearchParams(request.query);
  const unsupported = SUBRESOURCES.find((name) => query.has(name));
  if (unsupported !== undefined) {
    return fault(501, 'NotImplemented', `The subresource ${unsupported} is not served here.`);
  }
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (bucket === '') return fault(403, 'AccessDenied', 'Buckets are not listed here; name one in the path.');
  if (bucket !== options.bucket) {
    return fault(404, 'NoSuchBucket', 'The specified bucket does not exist', [['BucketName', bucket]]);
  }
  if (key !== '') return getObject(options, key, request);
  if (request.method === 'HEAD') return { status: 200, headers: XML, body: '' };
  if (query.has('location'))
    return { status: 200, headers: XML, body: xmlDocument(['LocationConstraint', '']) };
  if (query.get('list-type') !== '2') {
    return fault(501, 'NotImplemented', 'Only the second form of listing is served here: list-type=2.');
  }
  return listObjects(options, query);
}

function getObject({ blocks }: S3Options, key: string, { headers, method }: S3Request): Answer {
  const found = findObject(blocks, key);
  if (found === undefined) {
    return fault(404, 'NoSuchKey', 'The specified key does not exist.', [['Key', key]]);
  }
  const { bytes, modified_ms } = found;
  const etag = etagOf(bytes);
  const described = {
    etag,
    'last-modified': new Date(modified_ms).toUTCString(),
    'accept-ranges': 'bytes',
    'content-type': 'application/json',
  };
  if (headers['if-match'] !== undefined && !namesEtag(headers['if-match'], etag)) {
    return fault(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
  if (headers['if-none-match'] !== undefined && namesEtag(headers['if-none-match'], etag)) {
    return { status: 304, headers: { etag, 'last-modified': described['last-modified'] }, body: '' };
  }
  const range = byteRange(headers.range, bytes.length);
  if (range === 'unsatisfiable') {
    const answer = fault(416, 'InvalidRange', 'The requested range is not satisfiable', [
      ['ActualObjectSize', bytes.length],
    ]);
    return { ...answer, headers: { ...answer.headers, 'content-range': `bytes */${bytes.length}` } };
  }
  const part = range === null ? bytes : bytes.subarray(range.start, range.end + 1);
  const content: Record<string, string> = { ...described, 'content-length': `${part.length}` };
  if (range !== null) content['content-range'] = `bytes ${range.start}-${range.end}/${bytes.length}`;
  return { status: range === null ? 200 : 206, headers: content, body: method === 'HEAD' ? '' : part };
}

function findObject(blocks: FinalBlocks, key: string): { bytes: Buffer; modified_ms: number } | undefined {
  const height = key.length > MAX_KEY_LENGTH ? null : /^(\d{12,20})\//.exec(key);
  const block = height === null ? undefined : blocks.read(BigInt(height[1] ?? ''));
  const bytes = block?.objects.get(key);
  if (block === undefined || bytes === undefined) return undefined;
  const { timestamp } = block.full.block.header.inner_lite;
  return { bytes, modified_ms: Number(timestamp / NANOSECONDS_PER_MS) };
}

function listObjects({ blocks, bucket }: S3Options, query: URLSearchParams): Answer {
  const max_keys = parseMaxKeys(query.get('max-keys'));
  if (max_keys === null) {
    return fault(400, 'InvalidArgument', 'max-keys must be a whole number from 0 to 2147483647.');
  }
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url') {
    return fault(400, 'InvalidArgument', 'Invalid Encoding Method specified in Request');
  }
  const token = query.get('continuation-token');
  const continue_after = token === null ? null : decodeToken(token);
  if (continue_after === undefined) {
    return fault(400, 'InvalidArgument', 'The continuation token provided is incorrect');
  }
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const start_after = query.get('start-after') ?? '';
  const request = { prefix, delimiter, start_after, continue_after, max_keys };
  const page = listKeys(request, (key) => blocks.keysFrom(key));
  const spell = encoding === null ? (text: string) => text : encodeKey;
  const result: XmlElement[] = [
    ['Name', bucket],
    ['Prefix', spell(prefix)],
    ['MaxKeys', max_keys],
    ['KeyCount', page.names.length],
    ['IsTruncated', page.next !== null],
  ];
  if (delimiter !== '') result.push(['Delimiter', spell(delimiter)]);
  if (encoding !== null) result.push(['EncodingType', encoding]);
  if (start_after !== '') result.push(['StartAfter', spell(start_after)]);
  if (token !== null) result.push(['ContinuationToken', token]);
  if (page.next !== null) result.push(['NextContinuationToken', encodeToken(page.next)]);
  result.push(...contents(blocks, page, spell));
  return { status: 200, headers: XML, body: xmlDocument(['ListBucketResult', result]) };
}

function contents(blocks: FinalBlocks, page: ListPage, spell: (text: string) => string): XmlElement[] {
  return page.names.flatMap(({ kind, name }): XmlElement[] => {
    if (kind === 'prefix') return [['CommonPrefixes', [['Prefix', spell(name)]]]];
    const found = findObject(blocks, name);
    if (found === undefined) return [];
    const { bytes, modified_ms } = found;
    return [
      [
        'Contents',
        [
          ['Key', spell(name)],
          ['LastModified', new Date(modified_ms).toISOString()],
          ['ETag', etagOf(bytes)],
          ['Size', bytes.length],
          ['StorageClass', 'STANDARD'],
        ],
      ],
    ];
  });
}

/** S3 takes more than a thousand for a thousand. */
function parseMaxKeys(text: string | null): number | null {
  if (text === null || text === '') return MAX_KEYS;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2 ** 31 - 1) return null;
  return Math.min(Number(text), MAX_KEYS);
}

function encodeToken({ kind, name }: ListedName): string {
  return Buffer.from(`${kind}:${name}`).toString('base64url');
}

/** Undefined for what no page of ours ended with. */
function decodeToken(token: string): ListedName | undefined {
  const match = /^(key|prefix):(.+)$/s.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) return undefined;
  return { kind: match[1] === 'key' ? 'key' : 'prefix', name: match[2] ?? '' };
}

function encodeKey(text: string): string {
  return text.split('/').map(encodeStrictly).join('/');
}

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function namesEtag(header: string, etag: string): boolean {
  return header.split(',').some((item) => item.trim() === '*' || item.trim().replace(/^W\//, '') === etag);
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function fault(status: number, code: string, message: string, facts: XmlElement[] = []): Answer {
  const error: XmlElement[] = [['Code', code], ['Message', message], ...facts];
  return { status, headers: XML, body: xmlDocument(['Error', error]) };
}
