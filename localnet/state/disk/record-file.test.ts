// Shows that a file of records gives them back, forgets a torn one and those that are cut.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RecordFile } from './record-file.ts';

const RECORD = 4;
const record = (number: number) => new Uint8Array(RECORD).fill(number);

test('records are read back, a torn one and those behind a cut are gone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'record-file-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'records');
  const first = new RecordFile({ path, record_bytes: RECORD });
  for (const number of [1, 2, 3]) first.append(record(number));
  first.close();
  appendFileSync(path, new Uint8Array(RECORD - 1).fill(9));
  const second = new RecordFile({ path, record_bytes: RECORD });
  t.is(second.length, 3);
  second.append(record(4));
  t.deepEqual([...second.read(1, 3)], [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]);
  second.cut(1);
  second.append(record(5));
  t.deepEqual([...second.read(0, 2)], [1, 1, 1, 1, 5, 5, 5, 5]);
  t.throws(() => second.read(0, 3), { message: /ended before record 3/ });
  second.close();
});
