// Owns bundling web/ into the files that browsers load; leaves serving them to api/plugins/pages.ts.

import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Pages } from '../../api/plugins/pages.ts';
import type { Routes } from '../../api/route.ts';
import { API_ROUTES } from '../../api/routes/index.ts';
import { PAGE_PATHS } from '../../web/paths.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const ASSETS = '/assets/';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Takes a fraction of a second, so that there is no built copy that could be an old one. */
export async function bundlePages(): Promise<Pages> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: { page: 'web/main.tsx', style: 'web/style.css' },
    outdir: join(PROJECT, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['es2024'],
    minify: true,
    metafile: true,
    write: false,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    define: { OPERATIONS: JSON.stringify(operationsOf(API_ROUTES)) },
  });
  const assets = new Map(
    outputFiles.map(({ path, contents }) => [
      `${ASSETS}${basename(path)}`,
      {
        bytes: Buffer.from(contents),
        content_type: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
      },
    ]),
  );
  const nameOf = (entry: string): string => {
    const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry);
    if (found === undefined) throw new Error(`The bundle has no ${entry}.`);
    return `${ASSETS}${basename(found[0])}`;
  };
  const icon = await readFile(join(PROJECT, 'web/icon.svg'));
  const icon_path = `${ASSETS}icon.svg`;
  assets.set(icon_path, { bytes: icon, content_type: 'image/svg+xml' });
  return {
    paths: PAGE_PATHS.map(({ path }) => path),
    script: nameOf('web/main.tsx'),
    style: nameOf('web/style.css'),
    icon: icon_path,
    assets,
  };
}

/** What the client needs of a route when it runs: the rest are the server's matters. */
function operationsOf(routes: Routes): Record<string, object> {
  return Object.fromEntries(
    Object.entries(routes).map(([operation, { method, path, content, answer }]) => [
      operation,
      {
        method,
        path,
        ...(content === undefined ? {} : { content }),
        ...(answer === undefined ? {} : { answer: true }),
      },
    ]),
  );
}
