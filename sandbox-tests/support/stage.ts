// Owns the real product with its demo world and a browser before it, for one spec; leaves walking through its pages to the spec.

import { join } from 'node:path';
import type { ExecutionContext } from 'ava';

import { openBrowser, openPage, type Viewport, type Watched } from './browser.ts';
import { type Child, startChild } from './child.ts';
import { PROJECT, startProduct, viewOf } from './product.ts';
import { makeTestFolder, removeTestFolder } from './test-folder.ts';

/** Fifteen credits over the API and the chain, on a machine that may have other things to do. */
export const LONGEST_DEMO_MS = 240_000;

export type Stage = {
  base_url: string;
  visit(t: ExecutionContext, about?: { viewport?: Viewport; by_night?: true }): Promise<Watched>;
  /** The hash of a block, as the node itself says it: what an officer of a registry would pin. */
  blockHash(height: string): Promise<string>;
  /** A key of another operator than the demo's. */
  makeOperatorKey(): Promise<string>;
  close(): Promise<void>;
};

export async function openStage(): Promise<Stage> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  try {
    return await open(closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(closers: (() => Promise<void>)[], close: () => Promise<void>): Promise<Stage> {
  const browser = await openBrowser();
  closers.push(() => browser.close());
  const folder = await makeTestFolder();
  closers.push(() => removeTestFolder(folder));
  const env = { DMRV_DATA_FOLDER: folder };
  const product = startProduct({ teardown: (one) => closers.push(one) }, { env, demo: true });
  const shown = await viewOf(product);
  const base_url = shown.get('API') ?? '';
  await standsDemo(product);
  return {
    base_url,
    visit: (t, about) => openPage(t, { browser, base_url, ...about }),
    blockHash: (height) => askBlockHash(shown.get('RPC') ?? '', height),
    makeOperatorKey: () => makeOperatorKey(env),
    close,
  };
}

async function standsDemo(product: Child): Promise<void> {
  const [line] = await product.waitFor(/^The demo world .+$|^No demo world.+$/m, LONGEST_DEMO_MS);
  if (!/stands/.test(line)) throw new Error(line);
}

async function askNode(rpc_url: string, method: string, params: object): Promise<unknown> {
  const response = await fetch(rpc_url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown };
  if (result === undefined) throw new Error(`The node refused ${method}: ${JSON.stringify(error)}`);
  return result;
}

async function askBlockHash(rpc_url: string, height: string): Promise<string> {
  const block = await askNode(rpc_url, 'block', { block_id: Number(height) });
  return (block as { header: { hash: string } }).header.hash;
}

async function makeOperatorKey(env: NodeJS.ProcessEnv): Promise<string> {
  const file = join(PROJECT, 'scripts', 'api-key.ts');
  const command = startChild({ file, args: ['create', '--operator', '--name', 'Another operator'], env });
  const { code } = await command.end;
  const [key] = /^dmrv_p_\S+$/m.exec(command.output()) ?? [];
  if (code !== 0 || key === undefined) throw new Error(command.output());
  return key;
}
