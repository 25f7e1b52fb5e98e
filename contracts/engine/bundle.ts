// Owns joining a contract's TypeScript into one JavaScript module, and the list of its methods; leaves compiling it to the engine.
import { build } from 'esbuild';

export interface Bundle {
  source: string;
  /** What the entry exports, in the order of the alphabet: each is a method. */
  methods: string[];
}

export async function bundleContract({
  entry,
  define,
}: {
  entry: string;
  define: Readonly<Record<string, string>>;
}): Promise<Bundle> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    // QuickJS 2021-03-27 knows ES2020 and no newer syntax.
    target: 'es2020',
    treeShaking: true,
    charset: 'utf8',
    legalComments: 'none',
    define,
    metafile: true,
    logLevel: 'silent',
  });
  const [file] = result.outputFiles;
  const [output] = Object.values(result.metafile.outputs);
  if (file === undefined || output === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
  return { source: file.text, methods: [...output.exports].sort() };
}
