// Shows that a process is told from a later one with the same pid.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { findByPid, findProcess, getOwnProcess, isAlive, signalProcess } from './process-identity.ts';

test('this process lives; one with its pid and another start or another boot does not', (t) => {
  const own = getOwnProcess();
  t.is(own.pid, process.pid);
  t.true(isAlive(own));
  t.false(isAlive({ ...own, start_ticks: `${BigInt(own.start_ticks) + 1n}` }));
  t.false(isAlive({ ...own, boot_id: 'another' }));
});

test('an ended process is not found', async (t) => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = findProcess(child.pid ?? 0);
  t.true(identity !== undefined && isAlive(identity));
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.is(findProcess(child.pid ?? 0), undefined);
});

test('without /proc a process is told by its pid alone', async (t) => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  t.deepEqual(findByPid(pid), { pid, start_ticks: '0', boot_id: 'unknown' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.is(findByPid(pid), undefined);
});

test('a signal reaches the process that was meant, and no other that has its pid', async (t) => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = findProcess(child.pid ?? 0);
  if (identity === undefined) return t.fail('The process does not run.');
  signalProcess({ ...identity, start_ticks: '1' }, 'SIGKILL');
  t.true(isAlive(identity));
  const ended = once(child, 'exit');
  signalProcess(identity, 'SIGTERM');
  t.deepEqual(await ended, [null, 'SIGTERM']);
});
