// Owns what a contract says of its own making (NEP-330), from the sources and the pinned tools alone; leaves making it to build-contract.ts.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import type { Standard } from './method-table.ts';

/** NEP-330's answer to contract_source_metadata. */
export interface SourceMetadata {
  version: string;
  link: string | null;
  standards: Standard[];
  build_info: {
    build_environment: string;
    source_code_snapshot: string;
    contract_path: string;
    build_command: string[];
  };
}

const ENGINE_FOLDER = join('contracts', 'engine');
const TOOLS = ['near-sdk-js', 'near-sdk-js-sources', '@yowasp/clang', 'binaryen', 'esbuild'];
const BUILD_COMMAND = ['npm', 'run', 'build:contract'];

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  homepage: z.string().optional(),
  devDependencies: z.record(z.string(), z.string()),
});

export interface BuildFacts {
  name: string;
  /** The tools with their versions, as package.json pins them. */
  tools: string[];
  source: SourceMetadata;
}

/** The same on every machine and without git: a hash of the files stands for them. */
export function describeBuild(options: {
  project: string;
  entry: string;
  standards: Standard[];
}): BuildFacts {
  const { project, entry, standards } = options;
  const { name, version, homepage, devDependencies } = manifest.parse(
    JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')),
  );
  const tools = TOOLS.map((tool) => `${tool}@${devDependencies[tool]}`);
  const contract_path = toPosix(relative(project, entry));
  return {
    name,
    tools,
    source: {
      version,
      link: homepage ?? null,
      standards,
      build_info: {
        build_environment: `npm: ${tools.join(' ')}`,
        source_code_snapshot: `sha256:${hashSources(project, [relative(project, dirname(entry)), ENGINE_FOLDER])}`,
        contract_path,
        build_command: BUILD_COMMAND,
      },
    },
  };
}

/** Of each file its path, its length and its bytes, in the order of their paths; tests and fixtures make no contract. */
function hashSources(project: string, folders: string[]): string {
  const paths = new Set(folders.flatMap((folder) => listSources(project, folder)));
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) {
    const bytes = readFileSync(join(project, path));
    hash.update(`${path} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

function listSources(project: string, folder: string): string[] {
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'fixtures' ? [] : listSources(project, path);
    return /\.(ts|c|h)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [toPosix(path)] : [];
  });
}

function toPosix(path: string): string {
  return path.split(sep).join('/');
}
