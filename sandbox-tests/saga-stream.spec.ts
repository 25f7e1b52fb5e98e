// Shows that the events of a process can be followed, left and taken up again without losing or doubling one.

import test from 'ava';
import { done, wait } from '../api/sagas/define.ts';
import { eventsOf, refusalOf } from './support/api-way.ts';
import { leaves, sagaOf } from './support/made-up-saga.ts';
import { openEngine } from './support/saga-engine.ts';

type Sent = { id: string; event: string };

/** Reads events until so many have come or the stream has ended. */
async function readStream(response: Response, most: number): Promise<{ sent: Sent[]; is_ended: boolean }> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error('no body');
  let text = '';
  const read = (): Sent[] =>
    [...text.matchAll(/id: (\d+)\nevent: (\S+)\ndata: .*\n\n/g)].map(([, id = '', event = '']) => ({
      id,
      event,
    }));
  for (;;) {
    const { done: is_ended, value } = await reader.read();
    text += value ?? '';
    if (is_ended) return { sent: read(), is_ended };
    if (read().length < most) continue;
    await reader.cancel();
    return { sent: read().slice(0, most), is_ended: false };
  }
}

test('a stream of events that is cut goes on behind its last event, and ends with the process', async (t) => {
  let is_open = false;
  const engine = await openEngine(
    t,
    sagaOf(leaves('one'), {
      name: 'gate',
      timeout: 60,
      run: async () => (is_open ? done() : wait('a gate')),
    }),
  );
  await engine.startWorker();
  const { a, b } = engine.api;
  const process_id = await engine.start({ subject: 's' });
  const params = { process_id };
  const first = await a.client.streamProcessEvents({ params });
  t.regex(first.headers.get('content-type') ?? '', /^text\/event-stream/);
  const early = await readStream(first, 2);
  is_open = true;
  const headers = { 'last-event-id': early.sent.at(-1)?.id ?? '' };
  const late = await readStream(await a.client.streamProcessEvents({ params, headers }), 1_000);
  t.true(late.is_ended);
  const told = await eventsOf(engine.api, a, process_id);
  const all = [...early.sent, ...late.sent];
  t.deepEqual(
    all.map(({ id }) => id),
    told.map((_name, index) => String(index + 1)),
  );
  t.deepEqual(
    all.map(({ event }) => event),
    told,
  );
  t.is((await refusalOf(b.client.streamProcessEvents({ params }))).status, 404);
  const wrong = refusalOf(a.client.streamProcessEvents({ params, headers: { 'last-event-id': 'x' } }));
  t.is((await wrong).code, 'VALIDATION_FAILED');
});

test('a stream ends when the server stops', async (t) => {
  const engine = await openEngine(t, sagaOf({ name: 'patient', timeout: 60, run: async () => wait('more') }));
  const process_id = await engine.start({ subject: 's' });
  const stream = await engine.api.a.client.streamProcessEvents({ params: { process_id } });
  const reading = readStream(stream, 1_000).catch(() => ({ sent: [], is_ended: true }));
  await engine.api.app.close();
  t.true((await reading).is_ended);
});
