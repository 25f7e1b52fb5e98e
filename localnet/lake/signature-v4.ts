// Owns checking AWS's fourth form of request signatures; leaves what a refused request is answered to s3.ts.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface SigningKey {
  access_key_id: string;
  secret_access_key: string;
}

export interface SignedRequest {
  method: string;
  /** As it was sent, still encoded. */
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
}

export type SignatureFault =
  | 'AccessDenied'
  | 'AuthorizationHeaderMalformed'
  | 'InvalidAccessKeyId'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60 * 1000;
const SERVICE = 's3';

/** Null for a request that one of the keys signed, within the time that S3 allows. */
export function refuseSignature(
  request: SignedRequest,
  options: { keys: readonly SigningKey[]; now_ms: number },
): SignatureFault | null {
  const { authorization } = request.headers;
  if (authorization === undefined) return 'AccessDenied';
  const parts = parseAuthorization(authorization);
  const time = singleHeader(request, 'x-amz-date');
  const at = time === undefined ? Number.NaN : parseTime(time);
  if (parts === null || time === undefined || Number.isNaN(at)) return 'AuthorizationHeaderMalformed';
  if (!parts.signed_headers.includes('host') || parts.date !== time.slice(0, 8)) {
    return 'AuthorizationHeaderMalformed';
  }
  const key = options.keys.find(({ access_key_id }) => access_key_id === parts.access_key_id);
  if (key === undefined) return 'InvalidAccessKeyId';
  if (Math.abs(at - options.now_ms) > MAX_SKEW_MS) return 'RequestTimeTooSkewed';
  const expected = sign(request, { ...parts, time, secret: key.secret_access_key });
  const given = Buffer.from(parts.signature, 'hex');
  const same = given.length === expected.length && timingSafeEqual(given, expected);
  return same ? null : 'SignatureDoesNotMatch';
}

interface Authorization {
  access_key_id: string;
  date: string;
  region: string;
  signed_headers: string[];
  signature: string;
}

function parseAuthorization(text: string): Authorization | null {
  const form =
    /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;
  const match = form.exec(text);
  if (match === null) return null;
  const [, access_key_id = '', date = '', region = '', service, headers = '', signature = ''] = match;
  if (service !== SERVICE) return null;
  return { access_key_id, date, region, signed_headers: headers.split(';'), signature };
}

function sign(request: SignedRequest, options: Authorization & { time: string; secret: string }): Buffer {
  const { date, region, time, secret } = options;
  const scope = `${date}/${region}/${SERVICE}/aws4_request`;
  const hash = createHash('sha256').update(canonicalRequest(request, options.signed_headers)).digest('hex');
  const key = [region, SERVICE, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, date));
  return hmac(key, [ALGORITHM, time, scope, hash].join('\n'));
}

function canonicalRequest(request: SignedRequest, signed_headers: readonly string[]): string {
  const headers = signed_headers.map((name) => `${name}:${headerText(request, name)}\n`).join('');
  return [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers,
    signed_headers.join(';'),
    singleHeader(request, 'x-amz-content-sha256') ?? '',
  ].join('\n');
}

function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query.replaceAll('+', '%20'))];
  const encoded = pairs.map(([name, value]): [string, string] => [
    encodeStrictly(name),
    encodeStrictly(value),
  ]);
  encoded.sort(([name, value], [other, other_value]) =>
    name === other ? order(value, other_value) : order(name, other),
  );
  return encoded.map(([name, value]) => `${name}=${value}`).join('&');
}

/** All but letters, digits and four signs, where encodeURIComponent leaves five more as they are. */
export function encodeStrictly(text: string): string {
  const code = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, code);
}

function headerText(request: SignedRequest, name: string): string {
  const value = request.headers[name] ?? '';
  const text = Array.isArray(value) ? value.join(',') : value;
  return text.trim().replace(/ +/g, ' ');
}

function singleHeader(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parseTime(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return Number.NaN;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hours, minutes, seconds);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function order(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
