// Shows that what a killed test run leaves behind is cleared away by the next, and nothing else is.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test from 'ava';
import { getOwnProcess } from '../core/postgres/process-identity.ts';
import { start, testFolder } from './support/launcher.ts';
import { sweepTestFolders } from './support/test-folder.ts';

test('the folder of a dead run goes, with the server in it; that of a living one and a strange one stay', async (t) => {
  const base = await testFolder(t);
  const { pid, start_ticks, boot_id } = getOwnProcess();
  const living = join(base, `dmrv-near-test-${pid}.${start_ticks}.${boot_id}.00000000`);
  // The same name with another start time: a process that is no more.
  const dead = join(base, `dmrv-near-test-${pid}.1.${boot_id}.00000000`);
  const strange = join(base, 'dmrv-near-test-notes');
  for (const folder of [living, dead, strange]) await mkdir(folder);
  await writeFile(join(dead, 'out'), 'a file of a test');
  await mkdir(join(dead, 'deeper'));
  const postgres = await start(t, { data_folder: join(dead, 'deeper', 'data') });
  await sweepTestFolders(base);
  await postgres.ended;
  t.deepEqual((await readdir(base)).toSorted(), [living, strange].map((path) => basename(path)).toSorted());
});
