// Shows what stands around every route: envelopes, ids, headers, limits, and faults that tell nothing of the inside.

import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import test from 'ava';
import { failureSchema } from '../api/schemas/envelope.ts';
import { MAX_BODY_BYTES } from '../api/serve-route.ts';
import { startApi, type TestApi } from './support/api.ts';
import { oddRoutes, SECRET, UPLOAD_BYTES } from './support/api-odd-routes.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi(undefined, { routes: oddRoutes });
});

test.after.always(() => api?.close());

async function get(path: string, init: RequestInit = {}): Promise<{ response: Response; text: string }> {
  const response = await fetch(`${api.base_url}${path}`, init);
  return { response, text: await response.text() };
}

function asTenant(more: Record<string, string> = {}): RequestInit {
  return { headers: { authorization: `Bearer ${api.a.key}`, ...more } };
}

test.serial('every answer has the envelope, a request id in body and header, and the time', async (t) => {
  const { response, text } = await get('/api/v1/me');
  const answer = JSON.parse(text);
  t.is(answer.success, true);
  t.is(answer.meta.request_id, response.headers.get('x-request-id'));
  t.is(answer.meta.version, 'v1');
  t.is(new Date(answer.meta.timestamp).toISOString(), answer.meta.timestamp);
  t.is(response.headers.get('cache-control'), 'no-store');
  const given = await get('/api/v1/me', { headers: { 'x-request-id': 'client-17.a:b' } });
  t.is(given.response.headers.get('x-request-id'), 'client-17.a:b');
  for (const wrong of ['short', 'with blanks in it', 'x'.repeat(101), '"quoted-text"']) {
    const replaced = await get('/api/v1/me', { headers: { 'x-request-id': wrong } });
    t.not(replaced.response.headers.get('x-request-id'), wrong);
  }
});

test.serial('what is not there is told in the envelope, and so is a URL that is none', async (t) => {
  for (const path of ['/', '/api/v1/nothing', '/api/v2/me', '/api/v1/me/', '/API/v1/me', '/health/x']) {
    const { response, text } = await get(path);
    t.is(response.status, 404, path);
    t.is(failureSchema.parse(JSON.parse(text)).error.code, 'NOT_FOUND');
  }
  t.is((await get('/api/v1/me', { method: 'POST' })).response.status, 404);
  const broken = await sendRaw('GET /api/v1/%E0%A4%A HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  t.regex(broken, /^HTTP\/1\.1 400/);
  t.regex(broken, /"code":"VALIDATION_FAILED"/);
});

test.serial('what is no request, or has headers without end, is answered in the envelope', async (t) => {
  const long = `GET /health HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`;
  for (const [text, status, code] of [
    ['no request at all\r\n\r\n', 400, 'VALIDATION_FAILED'],
    ['GET /health HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n', 400, 'VALIDATION_FAILED'],
    [long, 413, 'REQUEST_TOO_LARGE'],
  ] as const) {
    const answer = await sendRaw(text);
    t.true(answer.startsWith(`HTTP/1.1 ${status} `), answer.slice(0, 100));
    const [, body = ''] = answer.split('\r\n\r\n', 2);
    t.is(failureSchema.parse(JSON.parse(body)).error.code, code);
  }
});

test.serial(
  'a fault of ours is INTERNAL with an id, its cause in the log, and nothing of it outside',
  async (t) => {
    for (const path of ['/api/v1/test/throw', '/api/v1/test/wrong-answer', '/api/v1/test/sql']) {
      const { response, text } = await get(path, asTenant());
      t.is(response.status, 500, path);
      const { error, meta } = failureSchema.parse(JSON.parse(text));
      t.is(error.code, 'INTERNAL');
      t.deepEqual(error.details, { incident_id: meta.request_id });
      t.false(text.includes(SECRET));
      t.notRegex(text, /no_such_table|select|\.ts/);
      t.true(api.log.some((line) => line.includes(meta.request_id) && /"level":50/.test(line)));
    }
  },
);

test.serial('a field that an answer does not declare is left out of it', async (t) => {
  const { text } = await get('/api/v1/test/too-much');
  t.deepEqual(JSON.parse(text).data, { id: '1' });
});

test.serial('what the database refuses has its code, and no words of the database', async (t) => {
  const headers = { authorization: `Bearer ${api.a.key}`, 'content-type': 'application/json' };
  const { response, text } = await get('/api/v1/test/rule', {
    method: 'POST',
    headers,
    body: '{"status":"unheard of"}',
  });
  t.is(response.status, 400);
  const { error } = failureSchema.parse(JSON.parse(text));
  t.is(error.code, 'VALIDATION_FAILED');
  t.deepEqual(error.details, { rule: 'tenants_status_check' });
  t.notRegex(text, /unheard of|23514/);
});

test.serial(
  'browsers are told to load, run and frame nothing; pages have a policy of their own',
  async (t) => {
    for (const path of ['/api/v1/me', '/health', '/api/v1/nothing']) {
      const { headers } = (await get(path)).response;
      t.is(
        headers.get('content-security-policy'),
        "default-src 'none';frame-ancestors 'none';form-action 'none';base-uri 'none'",
        path,
      );
      t.is(headers.get('x-content-type-options'), 'nosniff');
      t.is(headers.get('referrer-policy'), 'no-referrer');
      t.truthy(headers.get('strict-transport-security'));
      t.is(headers.get('x-powered-by'), null);
    }
  },
);

test.serial('only pages of the configured origins may call from a browser', async (t) => {
  const ours = 'https://app.example';
  const other = await startApi(t, { settings: { cors_origins: [ours] } });
  const ask = async (base_url: string, origin: string) => {
    const response = await fetch(`${base_url}/api/v1/me`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    return response.headers.get('access-control-allow-origin');
  };
  t.is(await ask(other.base_url, ours), ours);
  t.not(await ask(other.base_url, 'https://evil.example'), 'https://evil.example');
  t.is(await ask(api.base_url, ours), null);
  const { headers } = await fetch(`${other.base_url}/api/v1/me`, { headers: { origin: ours } });
  t.is(headers.get('access-control-allow-origin'), ours);
  t.is(headers.get('access-control-allow-credentials'), null);
  t.true((headers.get('access-control-expose-headers') ?? '').includes('x-request-id'));
});

test.serial('a body above the limit is refused, announced or not', async (t) => {
  const headers = { authorization: `Bearer ${api.operator.key}`, 'content-type': 'application/json' };
  const text = JSON.stringify({ slug: 'x', name: 'x'.repeat(MAX_BODY_BYTES) });
  const whole = await get('/api/v1/tenants', { method: 'POST', headers, body: text });
  t.is(whole.response.status, 413);
  t.like(JSON.parse(whole.text).error, { code: 'REQUEST_TOO_LARGE', details: { limit: MAX_BODY_BYTES } });
  const pieces = Readable.toWeb(Readable.from([Buffer.from(text)])) as ReadableStream;
  const init: RequestInit = { method: 'POST', headers, body: pieces, duplex: 'half' };
  t.is((await get('/api/v1/tenants', init)).response.status, 413);
});

test.serial('bytes are counted as they come, and only media types of the route are read', async (t) => {
  const send = async (body: RequestInit['body'] & {}, content_type = 'application/octet-stream') => {
    const headers = { authorization: `Bearer ${api.a.key}`, 'content-type': content_type };
    const { text } = await get('/api/v1/test/bytes', { method: 'POST', headers, body, duplex: 'half' });
    const { data, error } = JSON.parse(text);
    return error?.code ?? data;
  };
  t.is(await send(new Uint8Array(UPLOAD_BYTES)), UPLOAD_BYTES);
  t.is(await send(new Uint8Array(3), 'image/png'), 3);
  t.is(await send(new Uint8Array(UPLOAD_BYTES + 1)), 'REQUEST_TOO_LARGE');
  const chunks = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(100)));
  t.is(await send(Readable.toWeb(chunks) as ReadableStream), 'REQUEST_TOO_LARGE');
  t.is(await send('{}', 'application/json'), 'MEDIA_TYPE_UNSUPPORTED');
});

test.serial('a key and an address may send so many requests a minute, and are told when again', async (t) => {
  const other = await startApi(t, { settings: { limits: { per_key: 20, per_address: 30 } } });
  const me = async (token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${other.base_url}/api/v1/me`, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const statuses: number[] = [];
  for (let index = 0; index < 21; index++) statuses.push((await me(other.a.key)).status);
  t.deepEqual(statuses, [...Array(20).fill(200), 429]);
  // Five were spent on making the tenants: the address is at its limit before the key of tenant B is.
  let last = await me(other.b.key);
  for (let index = 0; index < 20 && last.status === 200; index++) last = await me(other.b.key);
  t.is(last.status, 429);
  const { error } = failureSchema.parse(JSON.parse(last.text));
  t.is(error.code, 'RATE_LIMITED');
  t.is(error.details?.limit, 30);
  t.true(Number(last.headers.get('retry-after')) > 0);
  t.is((await fetch(`${other.base_url}/health`)).status, 200);
});

test.serial('the address behind a proxy counts, where the proxy is trusted', async (t) => {
  const settings = { limits: { per_key: 1_000, per_address: 12 }, trusted_proxies: ['127.0.0.1'] };
  const other = await startApi(t, { settings });
  const from = async (address: string) => {
    const headers = { 'x-forwarded-for': address };
    return (await fetch(`${other.base_url}/api/v1/me`, { headers })).status;
  };
  const statuses = [];
  for (let index = 0; index < 13; index++) statuses.push(await from('203.0.113.7'));
  t.deepEqual(statuses, [...Array(12).fill(200), 429]);
  t.is(await from('203.0.113.8'), 200);
});

test.serial(
  'Prometheus is told of requests by the declared path, and of refusals by their code',
  async (t) => {
    await get('/api/v1/tenants/01a22857-2bf2-741d-bce4-63d1ca24bba7');
    const { response, text } = await get('/metrics');
    t.regex(response.headers.get('content-type') ?? '', /^text\/plain/);
    t.regex(
      text,
      /dmrv_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/tenants\/:tenant_id",status="401"\} \d/,
    );
    t.regex(text, /dmrv_http_refusals_total\{code="UNAUTHENTICATED"\} \d/);
    t.false(text.includes('01a22857'));
  },
);

test.serial('no key, token or signature reaches the log', async (t) => {
  const all = api.log.join('');
  t.true(all.length > 0);
  for (const secret of [api.a.key, api.b.key, api.operator.key, api.registry.key, api.holder.key]) {
    t.false(all.includes(secret));
  }
  t.regex(all, /"route":"\/api\/v1\/me"/);
});

async function sendRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(api.base_url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.end(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}
