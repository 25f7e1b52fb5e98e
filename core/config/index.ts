// Owns the way from files and environment to the one frozen Config; leaves the rules of each value to schema.ts.

import { resolve } from 'node:path';
import type { z } from 'zod';
import { namesAt } from './keys.ts';
import { ConfigError, type Mistake, nearestName, showFound } from './mistake.ts';
import { type Environment, readSources } from './read-sources.ts';
import {
  DEFAULT_API_PORT,
  DEFAULT_INDEXER_PORT,
  SECRET_NAMES,
  type Sources,
  sources,
  splitList,
} from './schema.ts';
import { hideSecrets } from './secrets.ts';

export { ConfigError, type Mistake } from './mistake.ts';

type NetworkName = keyof Sources['file']['networks'];

export interface ConfigShape {
  network: { name: NetworkName } & Sources['file']['networks'][NetworkName];
  database: {
    url?: string;
    login_secret?: string;
    /** Absolute path of the embedded server's data. */
    data_folder: string;
  };
  localnet: {
    /** Absolute path of the embedded chain's blocks and keys. */
    data_folder: string;
  };
  /** Of evidence and documents, where no object store is named. */
  files: {
    /** Absolute path. */
    folder: string;
    s3?: { endpoint: string; bucket: string; region: string };
  };
  secrets: {
    rpc_api_key?: string;
    lake_access_key_id?: string;
    lake_secret_access_key?: string;
    files_access_key_id?: string;
    files_secret_access_key?: string;
  };
  api: {
    host: string;
    port: number;
    port_is_fixed: boolean;
    /** Where people reach it, when that is not the address it listens on. */
    public_url?: string;
    /** Of pages elsewhere that may call it. */
    cors_origins: string[];
    trusted_proxies: string[];
    /** Requests a minute. */
    rate_per_key: number;
    rate_per_address: number;
  };
  /** What the platform signs with. */
  signing: {
    /** Absolute path. Its content is read by the part that signs, and by no other. */
    keys_file?: string;
  };
  reconcile: {
    /** Between runs; undefined leaves them to whoever asks. */
    every_ms?: number;
  };
  /** Of its metrics, health and readiness. */
  indexer: { host: string; port: number; port_is_fixed: boolean };
  log_level: Sources['env']['DMRV_LOG_LEVEL'];
  /** Absolute path, on the localnet; elsewhere the log goes to standard error. */
  log_file?: string;
}

export type Config = DeepReadonly<ConfigShape>;

type DeepReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
  : Value;

/** Relative paths in the configuration are taken from `folder`, the project's own. */
export function loadConfig({ env, folder }: { env: Environment; folder: string }): Config {
  const read = readSources({ env, folder });
  const parsed = sources.safeParse({ file: read.file, env: read.env }, { reportInput: true });
  const mistakes = [...read.mistakes, ...findPairMistakes(read.env)];
  for (const issue of parsed.error?.issues ?? []) {
    // A file that could not be read is a mistake already; that its content is missing says nothing more.
    if (issue.path[0] === 'file' && read.file === undefined) continue;
    mistakes.push(...describeIssue(issue, read));
  }
  if (mistakes.length > 0 || !parsed.success) throw new ConfigError(mistakes);
  return buildConfig(parsed.data, folder);
}

function buildConfig({ file, env }: Sources, folder: string): Config {
  const shape: ConfigShape = {
    network: { name: env.DMRV_NETWORK, ...file.networks[env.DMRV_NETWORK] },
    database: hideSecrets(
      { data_folder: resolve(folder, env.DMRV_DATA_FOLDER, 'postgres') },
      { url: env.DATABASE_URL, login_secret: env.DATABASE_LOGIN_SECRET },
    ),
    localnet: { data_folder: resolve(folder, env.DMRV_DATA_FOLDER, 'localnet') },
    files: { folder: resolve(folder, env.DMRV_DATA_FOLDER, 'files'), ...s3Of(env) },
    secrets: hideSecrets(
      {},
      {
        rpc_api_key: env.RPC_API_KEY,
        lake_access_key_id: env.LAKE_ACCESS_KEY_ID,
        lake_secret_access_key: env.LAKE_SECRET_ACCESS_KEY,
        files_access_key_id: env.FILES_ACCESS_KEY_ID,
        files_secret_access_key: env.FILES_SECRET_ACCESS_KEY,
      },
    ),
    api: {
      host: env.DMRV_API_HOST,
      port: env.DMRV_API_PORT === undefined ? DEFAULT_API_PORT : Number(env.DMRV_API_PORT),
      port_is_fixed: env.DMRV_API_PORT !== undefined,
      ...(env.DMRV_API_PUBLIC_URL === undefined ? {} : { public_url: env.DMRV_API_PUBLIC_URL }),
      cors_origins: splitList(env.DMRV_API_CORS_ORIGINS ?? '').filter((item) => item !== ''),
      trusted_proxies: splitList(env.DMRV_API_TRUSTED_PROXIES ?? '').filter((item) => item !== ''),
      rate_per_key: Number(env.DMRV_API_RATE_PER_KEY),
      rate_per_address: Number(env.DMRV_API_RATE_PER_ADDRESS),
    },
    signing: env.DMRV_SIGNER_KEYS === undefined ? {} : { keys_file: resolve(folder, env.DMRV_SIGNER_KEYS) },
    reconcile:
      env.DMRV_RECONCILE_EVERY === 'off'
        ? {}
        : { every_ms: Number(env.DMRV_RECONCILE_EVERY) * MS_PER_MINUTE },
    indexer: {
      host: env.DMRV_API_HOST,
      port: env.DMRV_INDEXER_PORT === undefined ? DEFAULT_INDEXER_PORT : Number(env.DMRV_INDEXER_PORT),
      port_is_fixed: env.DMRV_INDEXER_PORT !== undefined,
    },
    log_level: env.DMRV_LOG_LEVEL,
    ...(env.DMRV_NETWORK === 'localnet'
      ? { log_file: resolve(folder, env.DMRV_DATA_FOLDER, 'start.log') }
      : {}),
  };
  return deepFreeze(shape);
}

const MS_PER_MINUTE = 60_000;

/** All three are there or none: findPairMistakes says so. */
function s3Of(env: Sources['env']): Pick<ConfigShape['files'], 's3'> {
  const { DMRV_FILES_S3_URL: endpoint, DMRV_FILES_S3_BUCKET: bucket, DMRV_FILES_S3_REGION: region } = env;
  if (endpoint === undefined || bucket === undefined || region === undefined) return {};
  return { s3: { endpoint, bucket, region } };
}

/** Variables that go together: some of them without the others would fail far from here. */
const GROUPS = [
  ['LAKE_ACCESS_KEY_ID', 'LAKE_SECRET_ACCESS_KEY'],
  [
    'DMRV_FILES_S3_URL',
    'DMRV_FILES_S3_BUCKET',
    'DMRV_FILES_S3_REGION',
    'FILES_ACCESS_KEY_ID',
    'FILES_SECRET_ACCESS_KEY',
  ],
] as const;

function findPairMistakes(env: Record<string, string>): Mistake[] {
  return GROUPS.flatMap((group) => {
    const [given] = group.filter((name) => env[name] !== undefined);
    if (given === undefined) return [];
    const together = group.length === 2 ? 'neither of the two' : `none of the ${group.length}`;
    return group
      .filter((name) => env[name] === undefined)
      .map((name) => ({
        path: `env ${name}`,
        found: 'nothing',
        allowed: `a value beside ${given}, or ${together}`,
      }));
  });
}

function describeIssue(issue: z.core.$ZodIssue, { file_name }: { file_name: string }): Mistake[] {
  const [source, ...rest] = issue.path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => describeUnknownName({ key, source, path: issue.path }));
  }
  const path =
    source === 'env' ? `env ${rest.map(String).join('.')}` : rest.map(String).join('.') || file_name;
  const secret = source === 'env' && SECRET_NAMES.some((name) => name === rest[0]);
  return [{ path, found: secret ? '(hidden)' : showFound(issue.input), allowed: issue.message }];
}

function describeUnknownName(options: {
  key: string;
  source: PropertyKey | undefined;
  path: PropertyKey[];
}): Mistake {
  const { key, source, path } = options;
  const names = namesAt(path);
  const nearest = nearestName(key, names);
  const allowed =
    nearest === undefined ? names.join(', ') : `${nearest} (the nearest of ${names.join(', ')})`;
  if (source === 'env') return { path: `env ${key}`, found: 'an unknown variable', allowed };
  const full = [...path.slice(1), key].map(String).join('.');
  if (SECRET_LIKE.test(key)) {
    return { path: full, found: 'what looks like a secret', allowed: SECRETS_ELSEWHERE };
  }
  return { path: full, found: 'an unknown key', allowed };
}

const SECRET_LIKE = /secret|passw|token|credential|private|(api|access|auth|signing)[-_]?key|_key$/i;
const SECRETS_ELSEWHERE = `no secret in this file; secrets belong in the environment (${SECRET_NAMES.join(', ')}, or each with _FILE)`;

function deepFreeze<Value extends object>(value: Value): DeepReadonly<Value> {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value) as DeepReadonly<Value>;
}
