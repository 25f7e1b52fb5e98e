// Owns who may import whom; leaves finding the imports to scan-imports.ts.

import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Finding } from './finding.ts';
import type { ProjectFile } from './project-files.ts';
import { type Import, scanImports } from './scan-imports.ts';

interface Room {
  /** Paths of other rooms it may import. */
  ours: RegExp | undefined;
  /** Paths of which it may import the types. */
  our_types?: RegExp;
  /** Packages and Node's own modules it may import; without it, any that package.json names for production. */
  packages?: RegExp;
  /** It is used before the product runs, so that packages for development will do. */
  is_made_before?: true;
}

// The event vocabulary, the tonnage and what derived hashes are made of are the words that chain and platform share, so
// they import nothing.
const SHARED_WORDS = /^contracts\/credit\/(event-types|tonnage|derive)\.ts$/;

// A room is a folder; the first one a path begins with is its room. Not listed: scripts, sandbox-tests and files
// at the top, which may import anything.
const ROOMS: Readonly<Record<string, Room>> = {
  'contracts/credit': { ours: undefined, packages: /^near-sdk-js(\/|$)/, is_made_before: true },
  contracts: { ours: undefined, is_made_before: true },
  core: { ours: SHARED_WORDS },
  indexer: { ours: /^core\// },
  api: { ours: /^core\// },
  localnet: { ours: /^core\/(near|proofs)\// },
  // What runs in a browser: the typed client, and the checks that people are to make by themselves.
  web: {
    ours: /^(api\/client|core\/(near|proofs|canonical|credit))\//,
    packages: /^(?!node:)/,
    our_types: /^api\/(schemas|routes|client)\//,
  },
  migrations: { ours: undefined, packages: /^kysely(\/|$)/ },
};

// Tests beside the code may import these as well.
const TEST_HELP = /^sandbox-tests\/support\//;
const TEST_PACKAGES = /^(ava|fast-check)$/;

const LOCALNET_USERS = /^(localnet|scripts|sandbox-tests)\//;

export interface Manifest {
  dependencies?: Readonly<Record<string, string>>;
  devDependencies?: Readonly<Record<string, string>>;
  optionalDependencies?: Readonly<Record<string, string>>;
}

export function findImportFindings({
  files,
  manifest,
}: {
  files: readonly ProjectFile[];
  manifest: Manifest;
}): Finding[] {
  return files
    .filter(({ path }) => /\.[cm]?[jt]sx?$/.test(path))
    .flatMap(({ path, text }) =>
      scanImports(text).flatMap((found) => {
        const problem = judgeImport({ path, found, manifest });
        return problem === undefined ? [] : [{ path, line: found.line, problem }];
      }),
    );
}

function judgeImport(options: { path: string; found: Import; manifest: Manifest }): string | undefined {
  const { path, found, manifest } = options;
  const { target } = found;
  const name = roomOf(path);
  const room = name === undefined ? undefined : ROOMS[name];
  if (SHARED_WORDS.test(path)) return `imports ${target}; the shared words import nothing`;
  if (target === undefined) {
    return room === undefined ? undefined : 'computes what it imports, which no rule can see; name the file';
  }
  if (target.startsWith('.')) return judgeFile({ path, name, room, found, target });
  return judgePackage({ path, room, target, manifest });
}

function judgeFile(options: {
  path: string;
  name: string | undefined;
  room: Room | undefined;
  found: Import;
  target: string;
}): string | undefined {
  const { path, name, room, found, target } = options;
  const file = posix.normalize(posix.join(posix.dirname(path), target));
  if (file.startsWith('..')) return `imports ${target}, which lies outside the project`;
  if (file.startsWith('localnet/') && !LOCALNET_USERS.test(path)) {
    return `imports ${file}; only scripts and sandbox-tests may import localnet`;
  }
  if (room === undefined || name === undefined || file.startsWith(`${name}/`)) return undefined;
  if (room.ours?.test(file)) return undefined;
  if (found.is_type_only && room.our_types?.test(file)) return undefined;
  if (isTest(path) && TEST_HELP.test(file)) return undefined;
  const allowed =
    room.ours?.source ?? (room.our_types === undefined ? undefined : `types of ${room.our_types.source}`);
  return `imports ${file}; ${name} may import ${allowed ?? 'nothing of ours'}`;
}

function judgePackage(options: {
  path: string;
  room: Room | undefined;
  target: string;
  manifest: Manifest;
}): string | undefined {
  const { path, room, target, manifest } = options;
  if (isTest(path) && (TEST_PACKAGES.test(target) || isBuiltin(target))) return undefined;
  if (room?.packages !== undefined && !room.packages.test(target)) {
    return `imports ${target}; ${roomOf(path)} may import ${room.packages.source}`;
  }
  if (isBuiltin(target)) return undefined;
  const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest;
  const name = packageOf(target);
  if (Object.hasOwn(dependencies, name) || Object.hasOwn(optionalDependencies, name)) return undefined;
  if (!Object.hasOwn(devDependencies, name)) return `imports ${target}, which package.json does not name`;
  return room === undefined || room.is_made_before || isTest(path)
    ? undefined
    : `imports ${target}, which package.json names for development only`;
}

export function packageOf(target: string): string {
  return target.split('/', target.startsWith('@') ? 2 : 1).join('/');
}

function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find((name) => path.startsWith(`${name}/`));
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}
