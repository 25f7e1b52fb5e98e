// Shows that every form of import is found with its line, and that nothing else is taken for one.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the cases are sources, kept in plain quotes

import test from 'ava';
import { type Import, scanImports } from './scan-imports.ts';

const FORMS: readonly [source: string, target: string | undefined, is_type_only: boolean][] = [
  ["import a from './a.ts';", './a.ts', false],
  ["import { a, type B as C } from './a.ts';", './a.ts', false],
  ["import { 'odd name' as a } from './a.ts';", './a.ts', false],
  ["import a, * as all from './a.ts';", './a.ts', false],
  ["import './a.ts';", './a.ts', false],
  ["import type { A } from './a.ts';", './a.ts', true],
  ["import type A from './a.ts';", './a.ts', true],
  ["import type from './a.ts';", './a.ts', false],
  ["import type, { a } from './a.ts';", './a.ts', false],
  ["import a from './a.json' with { type: 'json' };", './a.json', false],
  ["export { a } from './a.ts';", './a.ts', false],
  ["export * from './a.ts';", './a.ts', false],
  ["export * as a from './a.ts';", './a.ts', false],
  ["export type { A } from './a.ts';", './a.ts', true],
  ["const a = await import('./a.ts');", './a.ts', false],
  ["type A = import('./a.ts').A;", './a.ts', false],
  ["const a = require('./a.cjs');", './a.cjs', false],
  ["const a = `${await import('./a.ts')} and more`;", './a.ts', false],
  ["const a = `${{ b: `${1}` }.b}`; import './a.ts';", './a.ts', false],
  ["const a = /['\"`]/.test(b); import './a.ts';", './a.ts', false],
  ["const a = b / c; import './a.ts'; const d = e / f;", './a.ts', false],
  ["const a = (b) / c; import './a.ts'; const d = '/';", './a.ts', false],
  ['const a = await import(`./${name}.ts`);', undefined, false],
  ["const a = await import('./' + name);", undefined, false],
  ['const a = await import(url);', undefined, false],
];

for (const [source, target, is_type_only] of FORMS) {
  test(`an import is found: ${source}`, (t) => {
    t.deepEqual(scanImports(`// first line\n/* two\nlines */ ${source}\n`), [
      { target, line: 3, is_type_only },
    ]);
  });
}

const NO_IMPORTS: readonly string[] = [
  "// import a from './a.ts';",
  "/* import a from './a.ts'; */",
  'const a = "import b from \'./b.ts\'";',
  "const a = `\nimport b from './b.ts';\n`;",
  "const a = `${b}\nimport './b.ts'`;",
  "const a = import.meta.resolve('./b.ts');",
  "export const a = './b.ts';",
  "export { a };\nconst from = './b.ts';",
  "loader.import('./b.ts');",
  "const a = { b: '\\'', c: \"import './c.ts'\" };",
  "const a = /import '.\\/b.ts'/;",
];

for (const source of NO_IMPORTS) {
  test(`no import is found: ${source}`, (t) => {
    t.deepEqual(scanImports(source), []);
  });
}

test('the line of an import over several lines is that of what it imports', (t) => {
  const found: Import[] = scanImports("import {\n  a,\n  b,\n} from './a.ts';\nimport './b.ts';\n");
  t.deepEqual(
    found.map(({ line }) => line),
    [4, 5],
  );
});
