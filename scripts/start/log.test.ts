// Shows that the right lines of the log reach whoever watches the terminal, and that the file has all of them.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import pino from 'pino';
import { loadConfig } from '../../core/config/index.ts';
import { openLog, troubleIn } from './log.ts';

const PROJECT = join(import.meta.dirname, '..', '..');

function configIn(folder: string, network: string) {
  return loadConfig({ env: { DMRV_DATA_FOLDER: folder, DMRV_NETWORK: network }, folder: PROJECT });
}

test('a warning is told in words, with its reason once, and nothing less than a warning', (t) => {
  const told: (string | undefined)[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => told.push(troubleIn(line)) });
  log.trace('nothing');
  log.debug('nothing');
  log.info({ reqId: '1' }, 'nothing');
  log.warn('It is slow.');
  log.error({ err: new Error('no answer') }, 'It failed.');
  log.error(new Error('It broke.'));
  log.fatal({ level_of: 3 }, 'It ends.');
  t.deepEqual(told, [
    undefined,
    undefined,
    undefined,
    'It is slow.',
    'It failed. (no answer)',
    'It broke.',
    'It ends.',
  ]);
});

test('on the localnet the lines go to a file of the data folder, which never grows past two', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-log-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'start.log');
  writeFileSync(file, 'x'.repeat(17 * 1024 * 1024));
  const noted: string[] = [];
  const note = (line: string): void => void noted.push(line);
  const log = openLog({ config: configIn(folder, 'localnet'), note, now: () => 0 });
  t.deepEqual(log.shown, [['Log', file]]);
  const logger = pino({ base: null, timestamp: false }, log.stream);
  logger.info('one');
  logger.warn('two');
  log.close();
  logger.warn('three');
  t.is(readFileSync(file, 'utf8'), '{"level":30,"msg":"one"}\n{"level":40,"msg":"two"}\n');
  t.deepEqual(noted, ['two', 'three'], 'after the end the terminal alone hears of it');
  t.deepEqual(readdirSync(folder), ['start.log', 'start.log.1']);
});

test('elsewhere they go to standard error', (t) => {
  const log = openLog({ config: configIn('unused', 'testnet'), note: () => undefined, now: () => 0 });
  t.is(log.stream, process.stderr);
  t.deepEqual(log.shown, []);
});

test('the same trouble is told once a minute', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dmrv-log-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const noted: string[] = [];
  let now = 0;
  const log = openLog({
    config: configIn(folder, 'localnet'),
    note: (line) => noted.push(line),
    now: () => now,
  });
  const logger = pino({}, log.stream);
  for (now = 0; now < 120_000; now += 20_000) {
    logger.warn('too much');
    if (now === 20_000) logger.warn('another');
  }
  log.close();
  t.deepEqual(noted, ['too much', 'another', 'too much']);
});
