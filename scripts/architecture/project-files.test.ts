// Shows which files count as the project's own.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { listProjectFiles } from './project-files.ts';

test('ignored files, the history and links are left out; hidden files are not', (t) => {
  const folder = makeFolder(t, {
    '.gitignore': '# comment\n\nnode_modules/\n*.log\n/web/built/\n',
    '.ci/run': '',
    '.git/HEAD': '',
    'a.ts': '',
    'built/b.ts': '',
    'node_modules/x/index.js': '',
    'web/built/c.js': '',
    'web/deep/d.log': '',
    'web/node_modules/y/index.js': '',
  });
  symlinkSync(join(folder, 'a.ts'), join(folder, 'link.ts'));
  t.deepEqual(listProjectFiles(folder), ['.ci/run', '.gitignore', 'a.ts', 'built/b.ts']);
});

test('a form of .gitignore that would be misread is refused', (t) => {
  for (const pattern of ['!kept.log', 'a/**/b', 'x[12]', 'odd\\ name']) {
    const folder = makeFolder(t, { '.gitignore': `${pattern}\n` });
    const error = t.throws(() => listProjectFiles(folder));
    t.true(error?.message.includes(`"${pattern}"`));
  }
});

function makeFolder(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-project-files-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
