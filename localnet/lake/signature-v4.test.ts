// Owns the rules of request signatures, on the examples that AWS publishes for S3; leaves answers to s3.
import test from 'ava';
import { refuseSignature, type SignedRequest } from './signature-v4.ts';

const KEY = {
  access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const NOW = Date.UTC(2013, 4, 24);
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function example(change: {
  query?: string;
  path?: string;
  signed: string;
  signature: string;
}): SignedRequest {
  const { query = '', path = '/', signed, signature } = change;
  const scope = `${KEY.access_key_id}/20130524/us-east-1/s3/aws4_request`;
  return {
    method: 'GET',
    path,
    query,
    headers: {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': EMPTY_HASH,
      'x-amz-date': '20130524T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signed},Signature=${signature}`,
    },
  };
}

const GET_OBJECT = example({
  path: '/test.txt',
  signed: 'host;range;x-amz-content-sha256;x-amz-date',
  signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
});
const LIST_OBJECTS = example({
  query: 'max-keys=2&prefix=J',
  signed: 'host;x-amz-content-sha256;x-amz-date',
  signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
});
const GET_LIFECYCLE = example({
  query: 'lifecycle',
  signed: 'host;x-amz-content-sha256;x-amz-date',
  signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
});

function refuse(request: SignedRequest, now_ms = NOW) {
  return refuseSignature(request, { keys: [KEY], now_ms });
}

test('the published examples are accepted', (t) => {
  for (const request of [GET_OBJECT, LIST_OBJECTS, GET_LIFECYCLE]) t.is(refuse(request), null, request.query);
  t.is(refuse({ ...LIST_OBJECTS, query: 'prefix=J&max-keys=2' }), null);
});

test('whatever is changed in a signed request, its signature no longer fits', (t) => {
  const { headers } = GET_OBJECT;
  const changed: SignedRequest[] = [
    { ...GET_OBJECT, method: 'HEAD' },
    { ...GET_OBJECT, path: '/test.tx' },
    { ...GET_OBJECT, query: 'versionId=1' },
    { ...GET_OBJECT, headers: { ...headers, range: 'bytes=0-8' } },
    { ...GET_OBJECT, headers: { ...headers, host: 'other.s3.amazonaws.com' } },
    { ...GET_OBJECT, headers: { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
    { ...GET_OBJECT, headers: { ...headers, 'x-amz-date': '20130524T000001Z' } },
    { ...LIST_OBJECTS, query: 'max-keys=3&prefix=J' },
  ];
  for (const request of changed) t.is(refuse(request), 'SignatureDoesNotMatch');
});

test('a request without a signature, with another key, or out of its time is refused for that', (t) => {
  const { headers } = GET_OBJECT;
  const { authorization = '' } = headers;
  const with_authorization = (text: string) =>
    refuse({ ...GET_OBJECT, headers: { ...headers, authorization: text } });
  t.is(refuse({ ...GET_OBJECT, headers: {} }), 'AccessDenied');
  t.is(with_authorization(authorization.replace('AKIA', 'BKIA')), 'InvalidAccessKeyId');
  for (const bad of [
    '',
    'AWS key:signature',
    authorization.replace('host;', ''),
    authorization.replace('/s3/', '/sqs/'),
  ]) {
    t.is(with_authorization(bad), 'AuthorizationHeaderMalformed', bad);
  }
  t.is(refuse(GET_OBJECT, NOW + 15 * 60_000), null);
  t.is(refuse(GET_OBJECT, NOW + 15 * 60_000 + 1), 'RequestTimeTooSkewed');
  t.is(refuse(GET_OBJECT, NOW - 15 * 60_000 - 1), 'RequestTimeTooSkewed');
});
