// Owns a process's events as server-sent events, from a given one on to the end of the process; leaves telling them to
// record-move.ts.

import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProcess, listProcessEvents, type ProcessEvent } from '../../core/db/processes.ts';
import type { Transact } from '../transactions.ts';

const LOOK_EVERY_MS = 500;
const BEAT_EVERY_MS = 15_000;
const AT_ONCE = 100;
/** A browser that lost the stream comes back after this. */
const COME_BACK_MS = 2_000;
/** Proxies and servers come and go: who is still there after so long asks again, and loses nothing. */
const LONGEST_MS = 60 * 60 * 1000;

/** Its id is the event's version of the process, so that a stream which was cut goes on exactly behind its last event. */
export function streamEvents(about: {
  process_id: string;
  after: string;
  transact: Transact;
  gone: AbortSignal;
}): Readable {
  const { gone } = about;
  const stream = Readable.from(eventTexts(about), { objectMode: false, signal: gone });
  // Whoever went away is told nothing more; that is no fault of anybody.
  stream.on('error', () => undefined);
  return stream;
}

async function* eventTexts(about: {
  process_id: string;
  after: string;
  transact: Transact;
  gone: AbortSignal;
}): AsyncGenerator<string> {
  const { process_id, transact, gone } = about;
  let { after } = about;
  let [silent_ms, open_ms] = [0, 0];
  yield `retry: ${COME_BACK_MS}\n\n`;
  while (!gone.aborted && open_ms < LONGEST_MS) {
    const { events, is_ended } = await transact(async (trx) => {
      // Asked before the events: of a process that has ended already, all that was told is there to be read.
      const process = await findProcess(trx, process_id);
      const found = await listProcessEvents(trx, { process_id, after, limit: AT_ONCE });
      return { events: found, is_ended: process !== undefined && process.completed_at !== null };
    });
    for (const event of events) {
      after = event.aggregate_version;
      yield textOf(event);
    }
    if (events.length > 0) {
      silent_ms = 0;
      continue;
    }
    if (is_ended) return;
    if (silent_ms >= BEAT_EVERY_MS) {
      silent_ms = 0;
      yield ': still here\n\n';
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: gone });
    silent_ms += LOOK_EVERY_MS;
    open_ms += LOOK_EVERY_MS;
  }
}

/** JSON has no line breaks of its own, so that the data is one line. */
function textOf({ aggregate_version, event_type, payload, created_at }: ProcessEvent): string {
  const data = JSON.stringify({ ...payload, at: created_at });
  return `id: ${aggregate_version}\nevent: ${event_type}\ndata: ${data}\n\n`;
}
