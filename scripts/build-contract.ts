// Owns the command "npm run build:contract": what it builds and where it puts it; leaves building to scripts/build-contract/.

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import {
  type BuiltContract,
  buildContract,
  CACHE,
  CREDIT_ENTRY,
  PROJECT_FOLDER,
} from './build-contract/build-contract.ts';
import { note, noteFailure, say } from './console.ts';

const HELP = `
Bundles the contract, compiles it to QuickJS bytecode, runs it in Node up to the point where a call may begin, and
writes the memory of that moment into the module: a call starts where others have still to start the engine. The
engine itself is built once (about a minute) and kept under node_modules/.cache.

Beside the module, in .build/contract, stand its ABI (near-abi) and its build info (NEP-330). The same sources give
the same module on every machine; its SHA-256 is kept in the contract's folder, and a build that differs fails.

Examples:
  npm run build:contract
  npm run build:contract -- --accept
  npm run build:contract -- --stock
  npm run build:contract -- --check --cache /somewhere/empty
  npm run build:contract -- --entry contracts/engine/fixtures/counter/contract.ts
`;

interface Choice {
  entry: string;
  out: string;
  cache: string;
  stock: boolean;
  check: boolean;
  accept: boolean;
}

await new Command('npm run build:contract --')
  .description('Builds the contract: TypeScript in, deployable wasm out.')
  .option('--entry <file>', 'the contract to build', CREDIT_ENTRY)
  .option('--out <folder>', 'where the files go', join(PROJECT_FOLDER, '.build', 'contract'))
  .option('--cache <folder>', 'where engines and modules are kept; an empty folder builds all anew', CACHE)
  .option('--stock', 'as near-sdk-js would build it, to compare gas; not for deployment', false)
  .option('--check', 'fail when no accepted hash is there to compare with', false)
  .option('--accept', 'keep the hash of this build as the right one', false)
  .addHelpText('after', HELP)
  .allowExcessArguments(false)
  .action(main)
  .parseAsync();

async function main(choice: Choice): Promise<void> {
  try {
    const entry = resolve(choice.entry);
    const started = performance.now();
    const built = await buildContract({ entry, stock: choice.stock, cache: resolve(choice.cache), note });
    const name = `${basename(dirname(entry))}${choice.stock ? '.stock' : ''}`;
    const path = await writeOutputs(resolve(choice.out), name, built);
    say(`${relative(process.cwd(), path)}: ${built.wasm.length} bytes, ${built.methods.length} methods`);
    say(`sha256 ${built.sha256}`);
    note(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    if (!choice.stock) await compareHash(join(dirname(entry), `${name}.wasm.sha256`), built.sha256, choice);
  } catch (error) {
    noteFailure(error);
    process.exitCode = 1;
  }
}

async function writeOutputs(folder: string, name: string, built: BuiltContract): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.wasm`);
  await writeFile(path, built.wasm);
  await writeFile(join(folder, `${name}.abi.json`), `${JSON.stringify(built.abi, null, 2)}\n`);
  await writeFile(
    join(folder, `${name}.build-info.json`),
    `${JSON.stringify(built.source_metadata, null, 2)}\n`,
  );
  return path;
}

async function compareHash(path: string, sha256: string, { check, accept }: Choice): Promise<void> {
  const shown = relative(process.cwd(), path);
  if (accept) {
    await writeFile(path, `${sha256}\n`);
    say(`${shown}: accepted`);
    return;
  }
  if (!existsSync(path)) {
    note(
      `${shown} is not there, so that nothing says whether this is the right build. Run with --accept to keep it.`,
    );
    if (check) process.exitCode = 1;
    return;
  }
  const accepted = (await readFile(path, 'utf8')).trim();
  if (accepted === sha256) {
    say(`${shown}: the same`);
    return;
  }
  note(
    `${shown} says ${accepted}. Where the sources changed on purpose, run with --accept and commit the file.`,
  );
  process.exitCode = 1;
}
