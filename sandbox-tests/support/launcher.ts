// Owns what the specs of the embedded PostgreSQL share; leaves the rules to the specs.

import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import pg from 'pg';
import { clusterFolder } from '../../core/postgres/cluster-folder.ts';
import { errnoOf } from '../../core/postgres/errors.ts';
import { type RunningPostgres, startPostgres } from '../../core/postgres/index.ts';
import { findServers } from '../../core/postgres/leftovers.ts';
import { makeTestFolder, removeTestFolder } from './test-folder.ts';

const LOOKS_LIMIT = 1_500;
const LOOK_PAUSE_MS = 20;

// A folder that goes with the test, after whatever runs in it was stopped.
export async function testFolder(t: ExecutionContext): Promise<string> {
  const folder = await makeTestFolder();
  t.teardown(() => removeTestFolder(folder));
  return folder;
}

export async function start(
  t: ExecutionContext,
  options: { data_folder: string; durable?: boolean; port?: number },
): Promise<RunningPostgres> {
  const postgres = await startPostgres({ durable: false, log: (line) => t.log(line), ...options });
  t.teardown(() => postgres.stop());
  return postgres;
}

export async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(url);
  // A server that is killed on purpose breaks the connection; the query's own rejection tells it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

// Making a database takes half a second; a copy of one that was stopped well takes a tenth of it.
export async function copyDataFolder(from: string, to: string): Promise<string> {
  // Node's own cp does not keep the owner, and the server must own its data.
  await promisify(execFile)('cp', ['-a', from, to]);
  return to;
}

export async function waitUntil(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let look = 0; look < LOOKS_LIMIT; look++) {
    if (await holds()) return;
    await sleep(LOOK_PAUSE_MS);
  }
  throw new Error(`Waited in vain until ${what}.`);
}

export async function serversOf(data_folder: string): Promise<number[]> {
  return (await findServers(clusterFolder(data_folder))).map(({ pid }) => pid);
}

export function pidFile(data_folder: string): string {
  return join(clusterFolder(data_folder), 'postmaster.pid');
}

// The names in a folder that may not be there yet, or no more.
export async function listNames(folder: string): Promise<string[]> {
  return (await orNothing(readdir(folder))) ?? [];
}

// For files and processes that may go at any moment.
export async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
