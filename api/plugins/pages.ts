// Owns serving the pages, under a policy of their own; leaves their making to whoever bundles them and what they show to the API.

import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { PageSettings } from '../schemas/page-settings.ts';

export type Asset = { bytes: Buffer; content_type: string };

export type Pages = {
  /** As the pages name them, with a colon before a name. */
  paths: readonly string[];
  script: string;
  style: string;
  icon: string;
  /** By path; a name holds the hash of what it names, but for the icon's. */
  assets: ReadonlyMap<string, Asset>;
};

const SETTINGS_PATH = '/pages/settings.json';
const A_YEAR = 'public, max-age=31536000, immutable';
const NONCE_BYTES = 16;

export function servePages(
  app: FastifyInstance,
  about: { pages: Pages; settings: () => PageSettings },
): void {
  const { pages, settings } = about;
  const hide = { schema: { hide: true } };
  app.get(SETTINGS_PATH, hide, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(settings()),
  );
  for (const [path, { bytes, content_type }] of pages.assets) {
    const is_named_by_hash = path !== pages.icon;
    app.get(path, hide, async (_request, reply) =>
      reply
        .type(content_type)
        .header('cache-control', is_named_by_hash ? A_YEAR : 'no-cache')
        .send(bytes),
    );
  }
  for (const path of pages.paths) {
    app.get(path, hide, async (_request, reply) => {
      const nonce = randomBytes(NONCE_BYTES).toString('base64');
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('content-security-policy', policyOf(settings(), nonce))
        .send(shellOf(pages, nonce));
    });
  }
}

/**
 * Scripts and styles of our own alone. Where a person's wallet signs, it runs in a frame without an origin, which is under
 * this policy too: its scripts are admitted by the nonce, and it may speak to its own servers.
 */
function policyOf({ rpc_urls, development_accounts }: PageSettings, nonce: string): string {
  const has_wallets = development_accounts === undefined;
  const nodes = rpc_urls.map((url) => new URL(url).origin);
  const rules: Record<string, string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'", ...(has_wallets ? [`'nonce-${nonce}'`] : [])],
    'style-src': ["'self'", ...(has_wallets ? ["'unsafe-inline'"] : [])],
    'img-src': ["'self'", 'data:', ...(has_wallets ? ['https:'] : [])],
    'connect-src': ["'self'", ...nodes, ...(has_wallets ? ['https:', 'wss:'] : [])],
    ...(has_wallets ? { 'frame-src': ['https:', 'data:', 'blob:'] } : {}),
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(rules)
    .map(([name, sources]) => `${name} ${[...new Set(sources)].join(' ')}`)
    .join('; ');
}

function shellOf({ script, style, icon }: Pages, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csp-nonce" content="${nonce}">
<title>dmrv-near</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body>
<div id="page"></div>
<noscript>These pages check proofs in your browser, which needs JavaScript.</noscript>
</body>
</html>
`;
}
