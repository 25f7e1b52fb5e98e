// Owns the data folder of a product that was started once and stopped in order, and copies of it; leaves what a first start does to
// the specs that make one.

import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { copyDataFolder, testFolder } from './launcher.ts';
import { startProduct, viewOf } from './product.ts';
import { makeTestFolder, removeTestFolder } from './test-folder.ts';

export type StartedFolder = {
  /** What the first start wrote. */
  output: string;
  /** Goes with the test. A start in it finds database, chain and contract. */
  copyFor(t: ExecutionContext): Promise<string>;
  remove(): Promise<void>;
};

/** Most rules of a start hold for any start, and the first one takes three times as long as those behind it. */
export async function makeStartedFolder(options: { args?: string[] } = {}): Promise<StartedFolder> {
  const folder = await makeTestFolder();
  const remove = () => removeTestFolder(folder);
  const closers: (() => Promise<void>)[] = [];
  let output: string;
  try {
    const env = { DMRV_DATA_FOLDER: folder };
    const product = startProduct({ teardown: (close) => void closers.push(close) }, { ...options, env });
    await viewOf(product);
    product.process.kill('SIGTERM');
    const { code } = await product.end;
    output = product.output();
    if (code !== 0) throw new Error(`The product ended with ${code}. It wrote:\n${output}`);
  } catch (error) {
    for (const close of closers) await close();
    await remove();
    throw error;
  }
  return { output, copyFor: async (t) => copyDataFolder(folder, join(await testFolder(t), 'data')), remove };
}
