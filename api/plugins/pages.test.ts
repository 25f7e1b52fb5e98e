// Shows how pages are served: under which policy, kept how long, and that they take nothing from the API.

import test from 'ava';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { NO_RECONCILIATION } from '../../sandbox-tests/support/no-reconciliation.ts';
import { NO_SIGNING } from '../../sandbox-tests/support/no-signing.ts';
import { buildApp } from '../app.ts';
import type { PageSettings } from '../schemas/page-settings.ts';
import { createFolderStore } from '../store/folder-store.ts';
import type { Pages } from './pages.ts';

const SCRIPT = '/assets/page-ABC.js';
const STYLE = '/assets/style-DEF.css';
const ICON = '/assets/icon.svg';

const PAGES: Pages = {
  paths: ['/', '/verify', '/credits/:token_id'],
  script: SCRIPT,
  style: STYLE,
  icon: ICON,
  assets: new Map([
    [SCRIPT, { bytes: Buffer.from('void 0;'), content_type: 'text/javascript; charset=utf-8' }],
    [STYLE, { bytes: Buffer.from('p{}'), content_type: 'text/css; charset=utf-8' }],
    [ICON, { bytes: Buffer.from('<svg/>'), content_type: 'image/svg+xml' }],
  ]),
};

const LOCAL: PageSettings = {
  network: 'localnet',
  contract_id: 'dmrv.localnet',
  rpc_urls: ['http://127.0.0.1:3030/some/path', 'http://127.0.0.1:3030', 'http://127.0.0.1:3031'],
  development_accounts: [{ account_id: 'holder.localnet', secret_key: 'ed25519:known-to-everybody' }],
};

const PUBLIC: PageSettings = {
  network: 'mainnet',
  contract_id: 'dmrv.near',
  rpc_urls: ['https://rpc.example/near'],
};

test('every page of the list is the same shell, with the script and style of the bundle and nothing inline', async (t) => {
  const app = appWith(LOCAL);
  const withoutNonce = (html: string): string => html.replace(/content="[\w+/=]{24}"/, '');
  const first = withoutNonce((await app.inject('/')).body);
  for (const path of ['/', '/verify', '/credits/some.token', '/credits/another?from=list']) {
    const answer = await app.inject(path);
    t.is(answer.statusCode, 200, path);
    t.is(answer.headers['content-type'], 'text/html; charset=utf-8');
    t.is(answer.headers['cache-control'], 'no-cache');
    t.is(withoutNonce(answer.body), first);
  }
  t.deepEqual(first.match(/<script[^>]*>[^<]*<\/script>/g), [
    `<script type="module" src="${SCRIPT}"></script>`,
  ]);
  t.deepEqual(first.match(/<link rel="stylesheet"[^>]*>/g), [`<link rel="stylesheet" href="${STYLE}">`]);
  t.false(/<style|\sstyle=|\son\w+=|javascript:/.test(first));
  t.false(first.includes('known-to-everybody'));
});

test('on a local chain a page loads its own files alone and speaks to its server and the nodes alone', async (t) => {
  const { headers } = await appWith(LOCAL).inject('/');
  t.deepEqual(readPolicy(headers['content-security-policy']), {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'", 'http://127.0.0.1:3030', 'http://127.0.0.1:3031'],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  });
});

test('where wallets sign, theirs is admitted by a nonce that no two answers share, and still nothing inline', async (t) => {
  const app = appWith(PUBLIC);
  const nonces = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const answer = await app.inject('/');
    const nonce = /<meta name="csp-nonce" content="([^"]+)">/.exec(answer.body)?.[1] ?? '';
    const policy = readPolicy(answer.headers['content-security-policy']);
    t.deepEqual(policy['script-src'], ["'self'", `'nonce-${nonce}'`]);
    t.deepEqual(policy['connect-src'], ["'self'", 'https://rpc.example', 'https:', 'wss:']);
    t.deepEqual(policy['frame-ancestors'], ["'none'"]);
    t.deepEqual(policy['default-src'], ["'none'"]);
    t.is(Buffer.from(nonce, 'base64').length, 16);
    nonces.add(nonce);
  }
  t.is(nonces.size, 3);
});

test('a file named by its hash is kept for ever, the icon is asked for again', async (t) => {
  const app = appWith(LOCAL);
  for (const [path, { bytes, content_type }] of PAGES.assets) {
    const answer = await app.inject(path);
    t.is(answer.statusCode, 200, path);
    t.is(answer.headers['content-type'], content_type);
    t.is(
      answer.headers['cache-control'],
      path === ICON ? 'no-cache' : 'public, max-age=31536000, immutable',
      path,
    );
    t.deepEqual(answer.rawPayload, bytes);
    t.is(answer.headers['x-content-type-options'], 'nosniff');
  }
});

test('the settings are told as they are at that moment, whole, and never kept', async (t) => {
  let settings = PUBLIC;
  const app = appWith(() => settings);
  for (const now of [PUBLIC, LOCAL]) {
    settings = now;
    const answer = await app.inject('/pages/settings.json');
    t.deepEqual(answer.json(), now);
    t.is(answer.headers['cache-control'], 'no-store');
    t.is(
      answer.headers['content-security-policy'],
      "default-src 'none';frame-ancestors 'none';form-action 'none';base-uri 'none'",
    );
  }
});

test('a path that no page and no route has is refused as always, in pages or without them', async (t) => {
  const refusals = await Promise.all(
    [appWith(LOCAL), appWith(undefined)].flatMap((app) =>
      ['/nothing', '/assets/page-OLD.js', '/assets/../package.json', '/credits', '/credits/a/b'].map((path) =>
        app.inject(path),
      ),
    ),
  );
  for (const answer of refusals) {
    t.is(answer.statusCode, 404);
    t.is(answer.json().error.code, 'NOT_FOUND');
    t.is(answer.headers['content-type'], 'application/json; charset=utf-8');
  }
  t.is((await appWith(undefined).inject('/')).statusCode, 404);
  t.is((await appWith(LOCAL).inject({ method: 'POST', url: '/' })).statusCode, 404);
});

test('the API answers as before beside pages, under its own policy', async (t) => {
  const answer = await appWith(LOCAL).inject('/health');
  t.deepEqual(answer.json(), { status: 'ok' });
  t.false(String(answer.headers['content-security-policy']).includes('script-src'));
  const { paths } = (await appWith(LOCAL).inject('/api/v1/openapi.json')).json();
  const described = Object.keys(paths);
  t.true(described.length > 0);
  t.deepEqual(
    described.filter((path) => path === '/' || path.startsWith('/assets') || path.startsWith('/pages')),
    [],
  );
});

function readPolicy(header: unknown): Record<string, string[]> {
  const rules = String(header)
    .split(';')
    .map((rule) => rule.trim().split(' '));
  return Object.fromEntries(rules.map(([name = '', ...sources]) => [name, sources]));
}

/** Nobody asks its database: its pools connect when they are first used. */
function appWith(settings: PageSettings | (() => PageSettings) | undefined): FastifyInstance {
  const pool = new pg.Pool({ max: 1 });
  const told = typeof settings === 'function' ? settings : () => settings ?? PUBLIC;
  return buildApp({
    pools: { app: pool, operator: pool, registry_reader: pool, holder: pool, visitor: pool },
    settings: {
      version: '0.0.0-test',
      cors_origins: [],
      trusted_proxies: [],
      callback_origins: [],
      limits: { per_key: 100, per_address: 100 },
      max_event_loop_delay_ms: 0,
    },
    services: {
      now: () => new Date(),
      chain: {
        network: 'localnet',
        contract_account_id: 'dmrv.localnet',
        ask: () => Promise.reject(new Error('no chain')),
      },
      files: { store: createFolderStore({ folder: 'unused' }), staging_folder: 'unused' },
      sagas: new Map(),
      signing: NO_SIGNING,
      reconciliation: NO_RECONCILIATION,
    },
    database: { check: async () => undefined },
    ...(settings === undefined ? {} : { pages: { pages: PAGES, settings: told } }),
  });
}
