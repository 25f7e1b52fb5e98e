// Owns joining a contract's TypeScript into one JavaScript module, and the list of its methods; leaves compiling it to the engine.
import { dirname } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { findMissingLanguage, MISSING_GLOBALS } from './missing-language.ts';

export interface Bundle {
  source: string;
  /** What the entry exports, in the order of the alphabet: each is a method. */
  methods: string[];
}

/** The low-level functions. The rest of the SDK keeps a STATE root and classes found by name, which this build does not carry. */
const SDK_PARTS = /\/near-sdk-js\/lib\/(api|utils|types\/\w+)\.js$/;

export async function bundleContract(options: {
  entry: string;
  /** Names of the source that stand for constants, each as JSON. */
  define: Readonly<Record<string, string>>;
}): Promise<Bundle> {
  const { entry, define } = options;
  const result = await build({
    entryPoints: [entry],
    // Names of files stand in comments of the result: they are not to tell where the project lies.
    absWorkingDir: dirname(entry),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    // QuickJS 2021-03-27 knows ES2020 and no newer syntax.
    target: 'es2020',
    // Turned into promises, which are refused by their name.
    supported: { 'async-await': false, 'async-generator': false, 'for-await': false },
    treeShaking: true,
    charset: 'utf8',
    legalComments: 'none',
    define: { ...MISSING_GLOBALS, ...define },
    metafile: true,
    logLevel: 'silent',
  });
  const [file] = result.outputFiles;
  const [output] = Object.values(result.metafile.outputs);
  if (file === undefined || output === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
  const problems = [...findMissingLanguage(file.text), ...findForeignCode(output)];
  if (problems.length > 0) throw new Error([`${entry} cannot be built:`, ...problems].join('\n  '));
  return { source: file.text, methods: [...output.exports].sort() };
}

function findForeignCode({ inputs }: Metafile['outputs'][string]): string[] {
  return Object.entries(inputs)
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path.includes('node_modules/'))
    .filter(([path]) => !SDK_PARTS.test(path))
    .map(
      ([path]) => `it takes code from ${path}; only the low-level functions of near-sdk-js may be imported`,
    );
}
