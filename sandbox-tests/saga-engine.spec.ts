// Shows what becomes of a saga: done, waiting, failed, undone, out of time, tried again, cancelled; carried out by one worker,
// by two at once, and by one that is killed at any point.

import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { sql } from 'kysely';
import { defineStep, done, type Step, wait } from '../api/sagas/define.ts';
import { runAs } from '../core/db/identity.ts';
import { tellTopic } from '../core/db/sagas.ts';
import { DmrvError } from '../core/errors/index.ts';
import { askAdmin, eventsOf, refusalOf } from './support/api-way.ts';
import { startChild } from './support/child.ts';
import { leaveEffect, leaves, makeUpSaga, POINTS, sagaOf } from './support/made-up-saga.ts';
import { effectsOf, openEngine } from './support/saga-engine.ts';

const CHILD = fileURLToPath(new URL('support/saga-child.ts', import.meta.url));
const NO_INTERFERENCE = async (): Promise<void> => undefined;

function refuses(): DmrvError {
  return new DmrvError('CONFLICT', { facts: { rule: 'made up' } });
}

test('a saga goes through its steps, and people see each of them', async (t) => {
  const engine = await openEngine(t, sagaOf(leaves('one'), leaves('two')));
  await engine.startWorker();
  const process_id = await engine.start({ subject: 's' });
  const { process, steps } = await engine.ended(process_id);
  t.like(process, { status: 'completed', progress_percent: 100, current_step: 2, error: null });
  t.truthy(process.completed_at);
  t.deepEqual(
    steps.map(({ step_name, status, result }) => ({ step_name, status, result })),
    ['one', 'two'].map((name) => ({ step_name: name, status: 'completed', result: { name } })),
  );
  t.deepEqual(await effectsOf(engine.api, 's'), ['one', 'two']);
  t.deepEqual(
    (await eventsOf(engine.api, engine.api.a, process_id)).map((name) =>
      name.replace(/^process\.|\.v1$/g, ''),
    ),
    ['started', 'step_started', 'step_completed', 'step_started', 'step_completed', 'completed'],
  );
  const { sagas } = await engine.api.operator.client.listSagas({ query: { status: ['completed'] } });
  t.like(sagas[0], { process_id, saga_type: 'credit_retirement', subject: 's' });
  t.deepEqual(engine.troubles, []);
});

test('a step that waits says for what, is asked again, and is woken by whoever brings it', async (t) => {
  const came = sql<{ came: boolean }>`select exists (select from public.effects where step = 'came') as came`;
  const engine = await openEngine(
    t,
    sagaOf({
      name: 'patient',
      timeout: 60,
      run: async (trx) =>
        (await came.execute(trx)).rows[0]?.came === true ? done() : wait('a decision', 'decision:1'),
    }),
  );
  await engine.startWorker();
  const process_id = await engine.start({ subject: 's' });
  const waiting = await engine.until(process_id, ({ steps }) => steps[0]?.waiting_for === 'a decision');
  t.is(waiting.steps[0]?.status, 'in_progress');
  // Asleep for long: only the word of whoever brings it can wake it in time.
  await askAdmin(engine.api, `update saga.sagas set due_at = now() + interval '1 hour'`);
  const identity = { kind: 'tenant', tenant_id: engine.api.a.tenant_id } as const;
  await runAs(engine.pool, { identity }, async (trx) => {
    await leaveEffect(trx, 's', 'came');
    await tellTopic(trx, 'decision:1');
  });
  const { process, steps } = await engine.ended(process_id);
  t.is(process.status, 'completed');
  t.is(steps[0]?.waiting_for, null);
});

test('what is told for one tenant wakes no other', async (t) => {
  const engine = await openEngine(
    t,
    sagaOf({ name: 'patient', timeout: 60, run: async () => wait('a decision', 'decision:1') }),
  );
  const { a, b } = engine.api;
  await engine.startWorker();
  const process_id = await engine.start({ subject: 's' });
  await engine.until(process_id, ({ steps }) => steps[0]?.waiting_for === 'a decision');
  await askAdmin(engine.api, `update saga.sagas set due_at = now() + interval '1 hour'`);
  const tell = (tenant_id: string) =>
    runAs(engine.pool, { identity: { kind: 'tenant', tenant_id } }, (trx) => tellTopic(trx, 'decision:1'));
  const moves = async () =>
    (await askAdmin<{ moves: number }>(engine.api, 'select moves from saga.sagas'))[0]?.moves;
  // What woke it before may still be on its way on a busy machine.
  let before = await moves();
  for (let last: number | undefined; last !== before; before = await moves()) {
    last = before;
    await sleep(1_000);
  }
  await tell(b.tenant_id);
  await sleep(1_000);
  t.is(await moves(), before);
  await tell(a.tenant_id);
  while ((await moves()) === before) await sleep(50);
});

test('a hiccup is tried again with its count, and leaves nothing of the failed runs', async (t) => {
  let runs = 0;
  const engine = await openEngine(
    t,
    sagaOf({
      name: 'shaky',
      timeout: 60,
      run: async (trx, { subject }) => {
        await leaveEffect(trx, subject, 'shaky');
        runs += 1;
        if (runs < 3) throw new Error('not yet');
        return done();
      },
    }),
  );
  await engine.startWorker();
  const { process, steps } = await engine.ended(await engine.start({ subject: 's' }));
  t.is(process.status, 'completed');
  t.like(steps[0], { status: 'completed', retry_count: 2, error: null });
  t.deepEqual(await effectsOf(engine.api, 's'), ['shaky']);
});

test('what never succeeds fails after its retries, and its cause is told to nobody outside', async (t) => {
  const engine = await openEngine(
    t,
    sagaOf({ name: 'broken', timeout: 60, run: async () => Promise.reject(new Error('secret cause')) }),
  );
  await engine.startWorker();
  const view = await engine.ended(await engine.start({ subject: 's' }));
  t.like(view.process, { status: 'failed', error: { code: 'INTERNAL' } });
  t.like(view.steps[0], { status: 'failed', retry_count: 3 });
  t.false(JSON.stringify(view).includes('secret'));
  t.is(engine.runs.length, 4);
});

test('a refusal fails at once, and what was done is undone in reverse', async (t) => {
  const engine = await openEngine(
    t,
    sagaOf(leaves('one'), leaves('two'), {
      name: 'no',
      timeout: 60,
      run: async () => Promise.reject(refuses()),
    }),
  );
  await engine.startWorker();
  const { process, steps } = await engine.ended(await engine.start({ subject: 's' }));
  t.like(process, { status: 'compensated', error: { code: 'CONFLICT', details: { rule: 'made up' } } });
  t.like(steps[2], { status: 'failed', retry_count: 0 });
  t.deepEqual(await effectsOf(engine.api, 's'), ['one', 'two', 'undo two', 'undo one']);
  const { sagas } = await engine.api.operator.client.listSagas();
  const { saga_id = '' } = sagas[0] ?? {};
  const shown = await engine.api.operator.client.getSaga({ params: { saga_id } });
  t.deepEqual(
    shown.steps.map(({ compensation_status }) => compensation_status),
    ['completed', 'completed', 'not_required'],
  );
});

test('after what cannot be taken back nothing is undone', async (t) => {
  const engine = await openEngine(
    t,
    sagaOf(
      leaves('one'),
      { ...leaves('burn'), is_irreversible: true },
      { name: 'no', timeout: 60, run: async () => Promise.reject(refuses()) },
    ),
  );
  await engine.startWorker();
  const { process } = await engine.ended(await engine.start({ subject: 's' }));
  t.is(process.status, 'failed');
  t.deepEqual(await effectsOf(engine.api, 's'), ['one', 'burn']);
});

test('undoing that fails is tried again, then left to a person, who can have it tried again', async (t) => {
  let mended = false;
  const engine = await openEngine(
    t,
    sagaOf(
      {
        ...leaves('one'),
        compensate: async (trx, { subject }) => {
          if (!mended) throw new Error('cannot');
          await leaveEffect(trx, subject, 'undo one');
        },
      },
      { name: 'no', timeout: 60, run: async () => Promise.reject(refuses()) },
    ),
  );
  await engine.startWorker();
  const process_id = await engine.start({ subject: 's' });
  const { process } = await engine.ended(process_id);
  t.like(process, { status: 'failed', error: { code: 'CONFLICT' } });
  t.is(engine.runs.filter(({ outcome }) => outcome === 'compensation_error').length, 4);
  mended = true;
  await engine.api.a.client.retryProcess({ params: { process_id } });
  t.is((await engine.ended(process_id)).process.status, 'compensated');
  t.deepEqual(await effectsOf(engine.api, 's'), ['one', 'undo one']);
});

test('a step and a saga have their time', async (t) => {
  const never: Step = { name: 'never', timeout: 1, run: async () => wait('Godot') };
  const of_step = await openEngine(t, sagaOf(leaves('one'), never));
  await of_step.startWorker();
  const first = await of_step.ended(await of_step.start({ subject: 's' }));
  t.like(first.process, { status: 'compensated', error: { code: 'PROCESS_TIME_OVER' } });
  t.regex(first.process.error?.message ?? '', /step never .* within 1 s; it waited for Godot/);
  t.deepEqual(await effectsOf(of_step.api, 's'), ['one', 'undo one']);
  const of_saga = await openEngine(t, { ...sagaOf(leaves('one'), { ...never, timeout: 60 }), timeout: 1 });
  await of_saga.startWorker();
  const second = await of_saga.ended(await of_saga.start({ subject: 's' }));
  t.regex(second.process.error?.message ?? '', /The process of process/);
});

test('what cannot be taken back and did not answer in time is left as it stands', async (t) => {
  const engine = await openEngine(
    t,
    sagaOf(leaves('one'), {
      name: 'burn',
      timeout: 1,
      is_irreversible: true,
      run: async () => wait('the chain'),
    }),
  );
  await engine.startWorker();
  const { process } = await engine.ended(await engine.start({ subject: 's' }));
  t.like(process, { status: 'failed', error: { code: 'PROCESS_TIME_OVER' } });
  t.deepEqual(await effectsOf(engine.api, 's'), ['one']);
});

test('a failed process is tried again by hand from where it failed, by its tenant or an operator', async (t) => {
  let mended = false;
  const engine = await openEngine(
    t,
    sagaOf(
      { ...leaves('one'), is_irreversible: true },
      {
        name: 'two',
        timeout: 60,
        run: async () => {
          if (!mended) throw refuses();
          return done();
        },
      },
    ),
  );
  await engine.startWorker();
  const { a, b, operator } = engine.api;
  const process_id = await engine.start({ subject: 's' });
  const params = { process_id };
  t.is((await engine.ended(process_id)).process.status, 'failed');
  t.is((await refusalOf(b.client.retryProcess({ params }))).status, 404);
  t.is((await a.client.retryProcess({ params })).process.status, 'processing');
  t.is((await engine.ended(process_id)).process.status, 'failed');
  mended = true;
  await operator.client.retryProcess({ params });
  const { process } = await engine.ended(process_id);
  t.is(process.status, 'completed');
  t.is(process.error, null);
  t.deepEqual(await effectsOf(engine.api, 's'), ['one']);
  const refusal = await refusalOf(a.client.retryProcess({ params }));
  t.like(refusal, { code: 'MOVE_ILLEGAL', status: 409 });
  t.is(refusal.details.legal, 'none');
});

test('a process is cancelled, and undone, until something has begun that cannot be taken back', async (t) => {
  const engine = await openEngine(
    t,
    sagaOf(
      leaves('one'),
      { name: 'patient', timeout: 60, run: async () => wait('more') },
      {
        ...leaves('burn'),
        is_irreversible: true,
      },
    ),
  );
  await engine.startWorker();
  const { a } = engine.api;
  const process_id = await engine.start({ subject: 's' });
  const refusal = await refusalOf(a.client.retryProcess({ params: { process_id } }));
  t.is(refusal.details.legal, 'cancel');
  await engine.until(process_id, ({ steps }) => steps[1]?.waiting_for === 'more');
  await a.client.cancelProcess({ params: { process_id } });
  t.like((await engine.ended(process_id)).process, { status: 'cancelled', error: { code: 'CANCELLED' } });
  t.deepEqual(await effectsOf(engine.api, 's'), ['one', 'undo one']);
  const burning = await openEngine(
    t,
    sagaOf({ name: 'burn', timeout: 60, is_irreversible: true, run: async () => wait('the chain') }),
  );
  await burning.startWorker();
  const burnt = await burning.start({ subject: 's' });
  await burning.until(burnt, ({ steps }) => steps[0]?.status === 'in_progress');
  const { code } = await refusalOf(burning.api.a.client.cancelProcess({ params: { process_id: burnt } }));
  t.is(code, 'CONFLICT');
});

test('a subject has one living saga, however many ask for it at once', async (t) => {
  const engine = await openEngine(t, sagaOf({ name: 'patient', timeout: 60, run: async () => wait('more') }));
  const { b } = engine.api;
  const started = await Promise.all(Array.from({ length: 20 }, () => engine.start({ subject: 's' })));
  t.is(new Set(started).size, 1);
  t.not(await engine.start({ subject: 'other' }), started[0]);
  t.not(await engine.start({ subject: 's', tenant: b }), started[0]);
  const { processes } = await engine.api.a.client.listProcesses({ query: { status: ['pending'] } });
  t.is(processes.length, 2);
});

test('two workers at once run each step once at a time and once in all', async (t) => {
  const inside = new Set<string>();
  let overlaps = 0;
  const counted = (name: string) =>
    defineStep<string, string>({
      name,
      timeout: 60,
      ask: async (_trx, { subject }) => subject,
      call: async (subject) => {
        if (inside.has(subject)) overlaps += 1;
        inside.add(subject);
        await sleep(20);
        inside.delete(subject);
        return subject;
      },
      run: async (trx, { subject }) => {
        await leaveEffect(trx, subject, name);
        return done();
      },
    });
  const engine = await openEngine(t, sagaOf(counted('one'), counted('two')));
  await engine.startWorker();
  await engine.startWorker();
  const subjects = Array.from({ length: 30 }, (_none, index) => `s${index}`);
  const started = await Promise.all(subjects.map((subject) => engine.start({ subject })));
  for (const process_id of started) t.is((await engine.ended(process_id)).process.status, 'completed');
  t.is(overlaps, 0);
  for (const subject of subjects) t.deepEqual(await effectsOf(engine.api, subject), ['one', 'two']);
  t.deepEqual(engine.troubles, []);
});

test('a job that is lost loses nothing', async (t) => {
  const engine = await openEngine(t, sagaOf(leaves('one')));
  const process_id = await engine.start({ subject: 's' });
  await engine.startWorker();
  await askAdmin(engine.api, 'delete from pgboss.job');
  t.is((await engine.ended(process_id)).process.status, 'completed');
  t.deepEqual(await effectsOf(engine.api, 's'), ['one']);
});

test('a worker that stops finishes the step that runs, and begins no other', async (t) => {
  const begun = Promise.withResolvers<void>();
  const engine = await openEngine(
    t,
    sagaOf(
      defineStep<string, string>({
        name: 'slow',
        timeout: 60,
        ask: async () => 'question',
        call: async () => {
          begun.resolve();
          await sleep(300);
          return 'answer';
        },
        run: async (trx, { subject }) => {
          await leaveEffect(trx, subject, 'slow');
          return done();
        },
      }),
      leaves('next'),
    ),
  );
  const worker = await engine.startWorker();
  const process_id = await engine.start({ subject: 's' });
  await begun.promise;
  await worker.stop();
  t.deepEqual(await effectsOf(engine.api, 's'), ['slow']);
  await engine.startWorker();
  await engine.ended(process_id);
  t.deepEqual(await effectsOf(engine.api, 's'), ['slow', 'next']);
});

for (const point of POINTS) {
  test.serial(`a worker that is killed at ${point} is taken over by another to the same end`, async (t) => {
    const engine = await openEngine(t, makeUpSaga({ outside: {} as never, at: NO_INTERFERENCE }));
    const url = engine.api.database.urlFor('app');
    const process_id = await engine.start({ subject: 's' });
    const victim = startChild({ file: CHILD, args: [url, point] });
    t.is((await victim.end).signal, 'SIGKILL', victim.output());
    const heir = startChild({ file: CHILD, args: [url] });
    t.teardown(() => heir.process.kill('SIGKILL'));
    const { process, steps } = await engine.ended(process_id);
    t.is(process.status, 'completed', heir.output());
    t.deepEqual(await effectsOf(engine.api, 's'), ['reserve', 'send', 'settle', 'close']);
    t.is(steps.at(-1)?.result?.settled, 'settle:s');
    t.deepEqual(await askAdmin(engine.api, 'select purpose, times from public.outside order by purpose'), [
      { purpose: 'send:s', times: 1 },
      { purpose: 'settle:s', times: 1 },
    ]);
    const events = await eventsOf(engine.api, engine.api.a, process_id);
    t.is(events.filter((name) => name === 'process.step_completed.v1').length, 4);
  });
}
