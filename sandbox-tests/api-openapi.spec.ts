// Shows that the served description is clean by Redocly's rules, is the routes' own, and has a page that runs nothing inline.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'ava';
import { DOCS_PATH, OPENAPI_PATH } from '../api/plugins/openapi.ts';
import { API_ROUTES } from '../api/routes/index.ts';
import { TAGS } from '../api/tags.ts';
import { startApi, type TestApi } from './support/api.ts';
import { readOperations } from './support/api-contract/operations.ts';
import { testFolder } from './support/launcher.ts';

let api: TestApi;

test.before(async () => {
  api = await startApi();
});

test.after.always(() => api?.close());

test.serial('the document is OpenAPI 3.1, and Redocly’s recommended rules find nothing in it', async (t) => {
  const response = await fetch(`${api.base_url}${OPENAPI_PATH}`);
  t.is(response.status, 200);
  const document = await response.text();
  t.regex(JSON.parse(document).openapi, /^3\.1\./);
  const file = join(await testFolder(t), 'openapi.json');
  await writeFile(file, document);
  const { code, output } = await lint(file);
  t.is(code, 0, output);
  t.notRegex(output, /warning/i, output);
});

test.serial('a document with a fault is not clean', async (t) => {
  const document = await (await fetch(`${api.base_url}${OPENAPI_PATH}`)).json();
  Object(document).paths['/api/v1/me'].get.operationId = 'listTenants';
  const file = join(await testFolder(t), 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  const { code, output } = await lint(file);
  t.is(code, 1);
  t.regex(output, /operation-operationId-unique/);
});

test.serial('it describes every route by its own words, and no other', async (t) => {
  const { operations } = await readOperations(api.base_url);
  t.deepEqual(
    operations.map(({ operation_id, method, path }) => `${operation_id} ${method} ${path}`).sort(),
    Object.entries(API_ROUTES)
      .map(([operation, { method, path }]) => `${operation} ${method} ${path}`)
      .sort(),
  );
  for (const route of Object.values(API_ROUTES)) t.true(Object.hasOwn(TAGS, route.tag));
});

test.serial('routes keep to one form: plural paths, ids in snake case, names in camel case', (t) => {
  for (const [operation, { path, summary }] of Object.entries(API_ROUTES)) {
    t.regex(operation, /^[a-z][a-zA-Z0-9]+$/);
    t.regex(
      path,
      /^\/api\/v1(\/([a-z0-9]+(-[a-z0-9]+)*|\{[a-z0-9]+(_[a-z0-9]+)*\}))+(\.(pdf|json))?$/,
      operation,
    );
    t.regex(summary, /^[A-Z].*[^.]$/, operation);
  }
});

test.serial(
  'the page shows it with scripts of its own, under a policy that lets nothing else run',
  async (t) => {
    const page = await fetch(`${api.base_url}${DOCS_PATH}/static/index.html`);
    t.is(page.status, 200);
    const policy = page.headers.get('content-security-policy') ?? '';
    t.regex(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
    t.notRegex(policy, /unsafe|https?:|\*/);
    const html = await page.text();
    t.notRegex(html, /<script>[^<]|<style|\son\w+=|javascript:|style="/i);
    for (const [, source = ''] of html.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await fetch(new URL(source, page.url));
      t.is(asset.status, 200, source);
      t.is(new URL(asset.url).origin, api.base_url);
    }
    t.is((await fetch(`${api.base_url}${DOCS_PATH}`)).status, 200);
  },
);

function lint(file: string): Promise<{ code: number; output: string }> {
  const require = createRequire(import.meta.url);
  const program = require.resolve('@redocly/cli/bin/cli.js');
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, 'lint', file], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}${stderr}` });
    });
  });
}
