// Owns finding the contract that these very sources gave before, in a blink; leaves building it to build-beside.ts.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepFile } from '../../contracts/engine/kept-file.ts';
import { buildBeside, type RunningBuild } from './build-beside.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(PROJECT_FOLDER, 'node_modules/.cache/dmrv-near');

/** What a build reads and what judges it. Packages are pinned exactly by package.json, so that it stands for them. */
const FOLDERS = ['contracts/credit', 'contracts/engine', 'scripts/build-contract', 'localnet/vm'];
const FILES = ['package.json'];

/** The build's own result where it is kept, else a build that is kept. */
export function buildOrFind(note: (line: string) => void): RunningBuild {
  const path = keptPath();
  if (existsSync(path)) {
    const wasm = readFileSync(path);
    const sha256 = createHash('sha256').update(wasm).digest('hex');
    return { result: Promise.resolve({ kind: 'built', wasm, sha256 }), stop: async () => undefined };
  }
  const build = buildBeside(note);
  const result = build.result.then((end) => {
    // Sources that changed meanwhile gave something else than their hash says.
    if (end.kind === 'built' && keptPath() === path) keepFile(path, end.wasm);
    return end;
  });
  return { ...build, result };
}

function keptPath(): string {
  const hash = createHash('sha256');
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT_FOLDER, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const path of [...files.sort(), ...FILES.map((name) => join(PROJECT_FOLDER, name))]) {
    const bytes = readFileSync(path);
    hash.update(`${path.slice(PROJECT_FOLDER.length)} ${bytes.length}\n`).update(bytes);
  }
  return join(CACHE, `built-${hash.digest('hex').slice(0, 32)}.wasm`);
}
