// Owns which sources an indexer reads, from the configuration or as the command line names them; leaves reading them to indexer/source.

import { resolve } from 'node:path';
import type { Config } from '../../core/config/index.ts';
import type { SourceWish } from '../../indexer/source/open-source.ts';

export const SOURCE_FORMS = '"lake", "neardata" or "folder:<path>"';
export const USUAL_SOURCES = ['lake', 'neardata'] as const;

const FOLDER = 'folder:';

/** Undefined where the word names no source. */
export function sourceNamed(word: string, config: Config): SourceWish | undefined {
  const { network, secrets } = config;
  if (word.startsWith(FOLDER) && word.length > FOLDER.length) {
    return { kind: 'folder', path: resolve(word.slice(FOLDER.length)) };
  }
  if (word === 'neardata') return { kind: 'neardata', url: network.neardata_url };
  if (word !== 'lake') return undefined;
  const { bucket, region, endpoint } = network.lake;
  const { lake_access_key_id: access_key_id, lake_secret_access_key: secret_access_key } = secrets;
  return {
    kind: 's3_lake',
    bucket,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(access_key_id === undefined || secret_access_key === undefined
      ? {}
      : { keys: { access_key_id, secret_access_key } }),
  };
}
