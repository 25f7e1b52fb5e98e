// Owns a build of a contract: its wasm, judged, with its ABI and build info; leaves the command line to scripts/build-contract.ts.
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildWasm } from '../../contracts/engine/build-wasm.ts';
import { encodeBase58 } from '../../core/near/base58.ts';
import { makeAbi } from './abi.ts';
import { describeBuild, type SourceMetadata } from './build-info.ts';
import { type MethodTable, methodTable } from './method-table.ts';
import { findWasmProblems, MAX_WASM_BYTES } from './validate.ts';

export const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url));
export const CREDIT_ENTRY = join(PROJECT_FOLDER, 'contracts/credit/contract.ts');
/** What stands there can be made again at any time. */
export const CACHE = join(PROJECT_FOLDER, 'node_modules/.cache/dmrv-near');

// A build for comparison carries the compiler of JavaScript, and is never deployed to a public network.
const MAX_STOCK_BYTES = 1_500_000;

export interface BuildOptions {
  /** The contract's entry; its list of methods stands beside it in methods.ts. The credit contract when left out. */
  entry?: string;
  /** As near-sdk-js would make it, for comparison only. */
  stock?: boolean;
  note?: (line: string) => void;
  cache?: string;
}

export interface BuiltContract {
  wasm: Uint8Array;
  /** SHA-256 in hex. */
  sha256: string;
  methods: string[];
  abi: object;
  source_metadata: SourceMetadata;
}

/** Fast where nothing changed: engine and contract are kept by a hash of what went into them. */
export async function buildContract(options: BuildOptions = {}): Promise<BuiltContract> {
  const { entry = CREDIT_ENTRY, stock = false, note = () => undefined, cache = CACHE } = options;
  const table = await readMethodTable(entry);
  const { name, tools, source } = describeBuild({
    entry,
    project: PROJECT_FOLDER,
    standards: table.STANDARDS,
  });
  const define = { CONTRACT_SOURCE_METADATA: JSON.stringify(source) };
  const { wasm, methods } = await buildWasm({ entry, stock, note, cache, define });
  const max_bytes = stock ? MAX_STOCK_BYTES : MAX_WASM_BYTES;
  const problems = findWasmProblems({ wasm, methods: Object.keys(table.METHODS), max_bytes });
  if (problems.length > 0) {
    throw new Error([`${source.build_info.contract_path} may not be deployed:`, ...problems].join('\n  '));
  }
  const digest = createHash('sha256').update(wasm).digest();
  const abi = makeAbi(table, {
    name,
    version: source.version,
    compiler: tools.slice(1).join(' '),
    builder: tools[0] ?? '',
    wasm_hash: encodeBase58(digest),
  });
  return { wasm, sha256: digest.toString('hex'), methods, abi, source_metadata: source };
}

async function readMethodTable(entry: string): Promise<MethodTable> {
  const path = join(dirname(entry), 'methods.ts');
  return methodTable.parse(await import(pathToFileURL(path).href));
}
