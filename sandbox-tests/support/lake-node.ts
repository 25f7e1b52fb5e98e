// Owns a node with its Lake endpoint and the AWS SDK to speak to it, ending with their test; leaves expectations to the specs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { ExecutionContext } from 'ava';
import {
  DEFAULT_BUCKET as Bucket,
  type LakeOptions,
  type RunningLake,
  startLake,
} from '../../localnet/lake/server.ts';
import type { NodeOptions } from '../../localnet/node/options.ts';
import type { LocalnetNode } from '../../localnet/node/types.ts';
import { startTestNode } from './near-node.ts';

export const KEY = { access_key_id: 'localnet', secret_access_key: 'not a secret' };
/** Three shards whose numbers are neither in order nor without gaps. */
export const LAYOUT = { shard_ids: [6n, 11n, 2n], boundaries: ['bob.near', 'd'] };
/** Shard 11 gives its accounts to 20 and 12. */
export const SPLIT = { shard_ids: [6n, 20n, 12n, 2n], boundaries: ['bob.near', 'c', 'd'] };

export interface RunningNode {
  node: LocalnetNode;
  lake: RunningLake;
  s3: S3Client;
}

export async function startLakeNode(
  t: ExecutionContext,
  options: { node?: NodeOptions; lake?: Partial<LakeOptions>; secret?: string } = {},
): Promise<RunningNode> {
  const node = startTestNode(t, { history_blocks: 500, ...options.node });
  const lake = await startLake({ node, wait_ms: 200, ...options.lake });
  const s3 = new S3Client({
    endpoint: lake.url,
    region: 'eu-central-1',
    forcePathStyle: true,
    credentials: { accessKeyId: KEY.access_key_id, secretAccessKey: options.secret ?? KEY.secret_access_key },
    maxAttempts: 1,
  });
  t.teardown(async () => {
    s3.destroy();
    await lake.stop();
  });
  return { node, lake, s3 };
}

export function newFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lake folder-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

export async function get(s3: S3Client, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, RequestPayer: 'requester' }));
  return (await Body?.transformToString()) ?? '';
}

export async function listFolders(s3: S3Client, StartAfter: string, MaxKeys: number): Promise<string[]> {
  const command = new ListObjectsV2Command({
    Bucket,
    Delimiter: '/',
    StartAfter,
    MaxKeys,
    RequestPayer: 'requester',
  });
  const { CommonPrefixes = [] } = await s3.send(command);
  return CommonPrefixes.map(({ Prefix = '' }) => Prefix);
}
