// Owns which font file has which character, and cutting a text into runs of one font; leaves drawing to print-certificate.ts.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type Weight = 400 | 700;
/** `file` undefined: no font here has these characters. */
export type Run = { text: string; file: string | undefined };

/** In the order in which they are asked. Each family is cut by its makers into files of some hundred characters. */
const require = createRequire(import.meta.url);
const FAMILIES: readonly (readonly [family: string, folder: string])[] = [
  ['noto-sans', dirname(require.resolve('@fontsource/noto-sans/package.json'))],
  ['noto-sans-sc', dirname(require.resolve('@fontsource/noto-sans-sc/package.json'))],
];

type Part = { family: string; folder: string; name: string; ranges: readonly (readonly [number, number])[] };
let parts: readonly Part[] | undefined;
const found = new Map<number, Part | undefined>();

export function splitByFont(text: string, weight: Weight): Run[] {
  const runs: Run[] = [];
  for (const letter of text) {
    const file = fileOf(letter, weight);
    const last = runs.at(-1);
    if (last !== undefined && last.file === file) last.text += letter;
    else runs.push({ text: letter, file });
  }
  return runs;
}

function fileOf(letter: string, weight: Weight): string | undefined {
  const code = letter.codePointAt(0) ?? 0;
  if (!found.has(code))
    found.set(
      code,
      listParts().find((part) => has(part, code)),
    );
  const part = found.get(code);
  if (part === undefined) return undefined;
  return join(part.folder, 'files', `${part.family}-${part.name}-${weight}-normal.woff`);
}

function has({ ranges }: Part, code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}

function listParts(): readonly Part[] {
  parts ??= FAMILIES.flatMap(([family, folder]) => {
    const listed = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>;
    return Object.entries(listed).map(([name, text]) => ({
      family,
      folder,
      // Numbered files are listed in brackets.
      name: name.replace(/^\[(\d+)\]$/, '$1'),
      ranges: text.split(',').map(readRange),
    }));
  });
  return parts;
}

function readRange(text: string): readonly [number, number] {
  const [first = '', last = first] = text.trim().replace('U+', '').split('-');
  return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
}
