// Owns what the test runner adds to AVA's settings and the log of its events; leaves the counting to tally.ts.

// AVA's two reporters leave one wanting: the TAP one drops stacks and dies when a test calls process.exit, the
// default one prints whole failures but no numbers a program should read. So people read the default one, and
// the runner reads the events, by AVA's own hook for that (observeRunsFromConfig). The hook is experimental;
// AVA is pinned, and run-ava.test.ts shows with real runs that every kind of failure still arrives.

import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Event, ObservedRun } from 'ava/internal';
import type { RunEvent, TimedEvent } from './tally.ts';

/** Where the events go, set by the runner. */
export const EVENTS_FILE_VARIABLE = 'DMRV_TEST_EVENTS_FILE';

export default function avaConfig({ projectDir }: { projectDir: string }): Record<string, unknown> {
  return {
    ...readSettings(projectDir),
    nonSemVerExperiments: { observeRunsFromConfig: true },
    observeRun: (run: ObservedRun) => void writeEvents(run, projectDir),
  };
}

// An explicit configuration replaces the one in package.json, so this one starts from it.
function readSettings(projectDir: string): object {
  const manifest: unknown = JSON.parse(readFileSync(`${projectDir}/package.json`, 'utf8'));
  return Object(Reflect.get(Object(manifest), 'ava'));
}

async function writeEvents({ events }: ObservedRun, projectDir: string): Promise<void> {
  const path = process.env[EVENTS_FILE_VARIABLE];
  if (path === undefined)
    throw new Error(`${EVENTS_FILE_VARIABLE} is not set. Run the tests with "npm test".`);
  for await (const event of events) {
    // Written at once and one by one: when this process is killed, what was seen stays.
    const at = Date.now();
    for (const line of translateEvent(event, projectDir)) {
      appendFileSync(path, `${JSON.stringify({ ...line, at } satisfies TimedEvent)}\n`);
    }
  }
}

function translateEvent(event: Event, projectDir: string): RunEvent[] {
  const named = 'testFile' in event ? event.testFile : Reflect.get(event, 'testFile');
  const path = typeof named === 'string' && named.startsWith('file:') ? fileURLToPath(named) : named;
  const file = typeof path === 'string' ? relative(projectDir, path) : '';
  switch (event.type) {
    case 'worker-finished':
      return [{ type: 'file-finished', file }];
    case 'declared-test':
      return [{ type: 'declared', file, title: event.title }];
    case 'selected-test':
      return [{ type: event.skip || event.todo ? 'skipped' : 'selected', file, title: event.title }];
    case 'test-passed':
      return [{ type: 'passed', file, title: event.title }];
    case 'test-failed':
      return [{ type: 'failed', file, title: event.title }];
    case 'worker-failed':
      return [
        {
          type: 'crashed',
          file,
          reason: `its process ended with ${event.nonZeroExitCode ?? event.signal ?? 'an error'}`,
        },
      ];
    case 'timeout':
      return [
        { type: 'crashed', file: undefined, reason: `no test came to its end within ${event.period} ms` },
      ];
    case 'end':
      return [{ type: 'ended' }];
    default:
      return translateUntyped(event, file);
  }
}

// AVA sends these too, though its types do not list them.
const UNTYPED: Readonly<Record<string, string>> = {
  'hook-failed': 'a hook failed',
  'internal-error': 'AVA failed inside',
  interrupt: 'the run was interrupted',
  'process-exit': 'a test called process.exit',
  'shared-worker-error': 'a shared worker failed',
  'uncaught-exception': 'an exception was caught by nobody',
  'unhandled-rejection': 'a promise was rejected and nobody caught it',
};

function translateUntyped(event: object, file: string): RunEvent[] {
  const type = String(Reflect.get(event, 'type'));
  if (type === 'missing-ava-import') return [{ type: 'no-import', file }];
  const reason = UNTYPED[type];
  return reason === undefined ? [] : [{ type: 'crashed', file: file === '' ? undefined : file, reason }];
}
