// Owns the list of generated files; leaves writing or comparing them to scripts/generate.ts and the specs.

import { readFile } from 'node:fs/promises';
import { withCatalogue } from './catalogue.ts';
import { drawDiagrams } from './draw-diagrams.ts';
import { dumpSchema } from './dump-schema.ts';
import { fillBlocks } from './fill-blocks.ts';
import { tabulateAccess } from './tabulate-access.ts';
import { writeTableTypes } from './write-table-types.ts';

const PROJECT_FOLDER = new URL('../../', import.meta.url);
const DATA_MODEL = 'docs/data-model.md';

export type GeneratedFile = { path: string; location: URL; text: string };

/** What the files must hold for this migrated database. Each path is from the project's folder. */
export async function generateFiles(url: string): Promise<GeneratedFile[]> {
  const texts = {
    'migrations/schema.sql': await dumpSchema(url),
    'core/db/types.ts': await writeTableTypes(url),
    [DATA_MODEL]: await fillDataModel(url),
  };
  return Object.entries(texts).map(([path, text]) => ({
    path,
    location: new URL(path, PROJECT_FOLDER),
    text,
  }));
}

/** The generated files that say something else than they should. */
export async function findStaleFiles(files: readonly GeneratedFile[]): Promise<GeneratedFile[]> {
  const stale: GeneratedFile[] = [];
  for (const file of files) if ((await readText(file.location)) !== file.text) stale.push(file);
  return stale;
}

async function fillDataModel(url: string): Promise<string> {
  const document = await readFile(new URL(DATA_MODEL, PROJECT_FOLDER), 'utf8');
  return withCatalogue(url, async (catalogue) => {
    const diagrams = await drawDiagrams(catalogue);
    const { privileges, policies, columns } = await tabulateAccess(catalogue);
    const blocks = { ...diagrams, access: privileges, policies, 'column-grants': columns };
    return fillBlocks({ path: DATA_MODEL, document, blocks });
  });
}

async function readText(location: URL): Promise<string | undefined> {
  try {
    return await readFile(location, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
