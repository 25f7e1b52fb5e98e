// Owns having the contract built before the specs that start it, so that none of them waits for its engine; leaves the build to scripts/build-contract.
import { buildOrFind } from '../build-contract/kept-build.ts';

/** What failed, in one line; undefined where all is well or the run was stopped. */
export async function buildForSpecs(options: {
  signal: AbortSignal;
  log: (line: string) => void;
}): Promise<string | undefined> {
  const { signal, log } = options;
  const build = buildOrFind(log);
  const stop = (): void => void build.stop();
  signal.addEventListener('abort', stop, { once: true });
  const end = await build.result;
  signal.removeEventListener('abort', stop);
  if (end.kind !== 'failed') return undefined;
  log(String(end.error.stack ?? end.error));
  return 'the contract could not be built (its error stands above)';
}
