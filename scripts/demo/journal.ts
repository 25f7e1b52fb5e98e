// Owns what has been done of the demo world, in a private file, so that a start that is cut off goes on where it was; leaves the steps
// to its users.

import { readPrivateFile, writePrivateFile } from '../../core/postgres/index.ts';

export type Journal = {
  /** Does the work once; later the first answer is given again. */
  step<T extends object>(name: string, work: () => Promise<T>): Promise<T>;
  has(name: string): boolean;
  is_new: boolean;
};

export async function openJournal(path: string): Promise<Journal> {
  const text = await readPrivateFile(path);
  const done: Record<string, object> = text === undefined ? {} : JSON.parse(text);
  // One write at a time, each with all that is done by then.
  let written: Promise<void> = Promise.resolve();
  return {
    is_new: text === undefined,
    has: (name) => Object.hasOwn(done, name),
    step: async (name, work) => {
      const before = done[name];
      if (before !== undefined) return before as Awaited<ReturnType<typeof work>>;
      const result = await work();
      done[name] = result;
      written = written.then(() => writePrivateFile(path, `${JSON.stringify(done, null, 1)}\n`));
      await written;
      return result;
    },
  };
}
