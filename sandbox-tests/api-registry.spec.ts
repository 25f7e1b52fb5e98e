// Shows that a submission to a registry goes through all its states and no others, that serial blocks do not overlap, and
// what a registry sees.

import test from 'ava';
import { startApi, type TestApi } from './support/api.ts';
import {
  codeOf,
  eventsOf,
  makeFile,
  refusalOf,
  seedFor,
  walkToApproved,
  walkToHashed,
} from './support/api-way.ts';

let api: TestApi;
let next_serial = 1;

test.before(async () => {
  api = await startApi();
  await seedFor(api);
});

test.after.always(() => api?.close());

function block(count = 100) {
  const start = next_serial;
  next_serial += count;
  return { namespace: 'VCS-1-2025', start: `${start}`, end: `${start + count - 1}` };
}

async function submit(client = api.a.client) {
  const hashed = await walkToHashed(client);
  const { registry_submission_id } = await client.createRegistrySubmission({
    params: { mrv_submission_id: hashed.mrv_submission_id },
    body: { registry_project_id: 'VCS-1' },
  });
  return { ...hashed, client, params: { registry_submission_id } };
}

test('an approval gives the block of serial numbers, and the hash follows', async (t) => {
  const { client, params, mrv_submission_id, mrv_hash, project_id } = await submit();
  t.is((await client.getProject({ params: { project_id } })).project.status, 'registry_submitted');
  const serial_block = block();
  const moved = await client.moveRegistrySubmission({ params, body: { move: 'approve', serial_block } });
  t.is(moved.registry_submission.status, 'approved');
  t.is(moved.registry_submission.registry_serial, `VCS-1-2025:${serial_block.start}-${serial_block.end}`);
  t.is(moved.serial_block?.tonnage_co2e, '100');
  t.is(moved.serial_block?.mrv_hash, mrv_hash);
  t.is((await client.getMrvHash({ params: { mrv_submission_id } })).status, 'approved');
  t.deepEqual(await eventsOf(api, api.a, params.registry_submission_id), [
    'registry.submitted.v1',
    'registry.approved.v1',
  ]);
});

test('a block that does not have the units of the verified tonnes, or touches another, is refused', async (t) => {
  const { client, params } = await submit();
  const taken = block();
  await client.moveRegistrySubmission({ params, body: { move: 'approve', serial_block: taken } });
  const other = await submit(api.b.client);
  const approve = (serial_block: ReturnType<typeof block>) =>
    other.client.moveRegistrySubmission({ params: other.params, body: { move: 'approve', serial_block } });
  t.is(await codeOf(approve(block(99))), 'VALIDATION_FAILED');
  const overlapping = { ...taken, start: `${Number(taken.start) + 99}`, end: `${Number(taken.end) + 99}` };
  next_serial += 100;
  const refused = await refusalOf(approve(overlapping));
  t.is(refused.code, 'CONFLICT');
  t.regex(refused.message, /serial_blocks_overlap/);
  await t.notThrowsAsync(approve(block()));
});

const REST = 'VCS-VCU-262-VER-CH-14-77-01012025-31122025-0';
const NAMESPACE = '90001-VCS-VCU-262-VER-CH-77-01012025-31122025-0';

function serialOf({ start, end }: { start: string; end: string }): string {
  return `90001-${start}-${end}-${REST}`;
}

test("a serial that the registry's grammar reads is the block, in the namespace that its statements have", async (t) => {
  const { client, params } = await submit();
  const { start, end } = block();
  const registry_serial = serialOf({ start, end });
  const approve = (asked: object) =>
    client.moveRegistrySubmission({ params, body: { move: 'approve', registry_serial, ...asked } });
  const other = { namespace: NAMESPACE, start, end: String(Number(end) + 1) };
  t.is(await codeOf(approve({ serial_block: other })), 'VALIDATION_FAILED');
  t.is(await codeOf(approve({ registry_serial: serialOf({ start, end: start }) })), 'VALIDATION_FAILED');
  const moved = await approve({ serial_block: { namespace: `90001-${REST}`, start, end } });
  t.is(moved.registry_submission.registry_serial, registry_serial);
  t.is(moved.serial_block?.namespace, NAMESPACE);
  t.is(moved.serial_block?.serial_start, start);
  t.is(moved.serial_block?.serial_end, end);

  const second = await submit();
  const next = block();
  const body = { move: 'approve', serial_block: { ...next, namespace: NAMESPACE } } as const;
  const named = await client.moveRegistrySubmission({ params: second.params, body });
  t.is(named.registry_submission.registry_serial, serialOf(next).replace('-CH-14-', '-CH-'));
});

test('a refused overlap names both holders to whoever may see them, and another tenant to nobody but operators', async (t) => {
  const { client, params, mrv_hash } = await submit();
  const taken = block();
  next_serial += 100;
  await client.moveRegistrySubmission({
    params,
    body: { move: 'approve', registry_serial: serialOf(taken) },
  });
  const overlapping = { start: taken.end, end: String(Number(taken.end) + 99) };
  const body = { move: 'approve', registry_serial: serialOf(overlapping) } as const;
  const own = await submit();
  const foreign = await submit(api.b.client);

  const told = await refusalOf(client.moveRegistrySubmission({ params: own.params, body }));
  t.is(told.code, 'CONFLICT');
  t.is(told.details.held_by_mrv_hash, mrv_hash);
  t.is(told.details.held_start, taken.start);
  t.is(told.details.held_end, taken.end);
  t.is(told.details.asked_by_mrv_hash, own.mrv_hash);

  const untold = await refusalOf(api.b.client.moveRegistrySubmission({ params: foreign.params, body }));
  t.is(untold.code, 'CONFLICT');
  t.is(untold.details.rule, 'serial_blocks_overlap');
  const text = JSON.stringify(untold.details) + untold.message;
  t.false(text.includes(mrv_hash) || text.includes(api.a.tenant_id));

  const operator = await refusalOf(
    api.operator.client.moveRegistrySubmission({ params: foreign.params, body }),
  );
  t.is(operator.code, 'CONFLICT');
  t.is(operator.details.held_by_mrv_hash, mrv_hash);
  t.is(operator.details.held_by_tenant_id, api.a.tenant_id);
  t.is(operator.details.asked_by_mrv_hash, foreign.mrv_hash);
});

test('every state of the document is reached, and an illegal move names the legal ones', async (t) => {
  const cancelled = await submit();
  const move = async (
    { client, params }: Awaited<ReturnType<typeof submit>>,
    name:
      | 'request_cancellation'
      | 'refuse_cancellation'
      | 'confirm_cancellation'
      | 'request_retirement'
      | 'confirm_retirement'
      | 'refuse_retirement',
  ) => (await client.moveRegistrySubmission({ params, body: { move: name } })).registry_submission.status;
  const early = await refusalOf(move(cancelled, 'request_retirement'));
  t.is(early.status, 409);
  t.is(early.details.legal, 'approve, reject, fail');
  await cancelled.client.moveRegistrySubmission({
    params: cancelled.params,
    body: { move: 'approve', serial_block: block() },
  });
  t.is(await move(cancelled, 'request_cancellation'), 'cancel_requested');
  t.is(await move(cancelled, 'refuse_cancellation'), 'approved');
  t.is(await move(cancelled, 'request_cancellation'), 'cancel_requested');
  t.is(await move(cancelled, 'confirm_cancellation'), 'cancelled');
  const view = await cancelled.client.getRegistrySubmission({ params: cancelled.params });
  t.is(view.serial_block?.status, 'released');
  const hash = await cancelled.client.getMrvHash({ params: cancelled });
  t.is(hash.status, 'locked');

  const retired = await submit();
  await retired.client.moveRegistrySubmission({
    params: retired.params,
    body: { move: 'approve', serial_block: block() },
  });
  t.is(await move(retired, 'request_retirement'), 'retirement_requested');
  t.is(await move(retired, 'refuse_retirement'), 'approved');
  t.is(await move(retired, 'request_retirement'), 'retirement_requested');
  t.is(await move(retired, 'confirm_retirement'), 'retired');
  t.is((await refusalOf(move(retired, 'request_cancellation'))).details.legal, 'none');

  const failed = await submit();
  const { params, client } = failed;
  const fail = await client.moveRegistrySubmission({ params, body: { move: 'fail', reason: 'No answer.' } });
  t.is(fail.registry_submission.status, 'error');
  t.is(fail.registry_submission.last_error, 'No answer.');
  const resubmitted = await client.moveRegistrySubmission({ params, body: { move: 'resubmit' } });
  t.is(resubmitted.registry_submission.status, 'submitted');
});

test('after a rejection the same tenant may resubmit; the hash is locked again', async (t) => {
  const { client, params, mrv_submission_id } = await submit();
  await client.moveRegistrySubmission({ params, body: { move: 'reject', reason: 'Not signed.' } });
  t.is((await client.getMrvHash({ params: { mrv_submission_id } })).status, 'rejected');
  const again = await client.moveRegistrySubmission({ params, body: { move: 'resubmit' } });
  t.is(again.registry_submission.status, 'submitted');
  t.is(again.registry_submission.rejected_at, null);
  t.is((await client.getMrvHash({ params: { mrv_submission_id } })).status, 'locked');
});

test('a hash goes to a registry once, and only a hashed submission goes at all', async (t) => {
  const { client, mrv_submission_id } = await submit();
  const params = { mrv_submission_id };
  t.is(await codeOf(client.createRegistrySubmission({ params, body: {} })), 'CONFLICT');
  const approved = await walkToApproved(client);
  const refused = await refusalOf(client.createRegistrySubmission({ params: approved, body: {} }));
  t.is(refused.code, 'CONFLICT');
  t.regex(refused.message, /has a hash/);
});

test('an operator may note what the registry said, for the tenant; another tenant may not', async (t) => {
  const { params } = await submit();
  const body = { move: 'approve', serial_block: block() } as const;
  t.is(await codeOf(api.b.client.moveRegistrySubmission({ params, body })), 'NOT_FOUND');
  const moved = await api.operator.client.moveRegistrySubmission({ params, body });
  t.is(moved.registry_submission.status, 'approved');
  t.is(await codeOf(api.registry.client.moveRegistrySubmission({ params, body })), 'FORBIDDEN');
});

test('a registry sees the submissions and consents that concern it, and no others', async (t) => {
  const { client, mrv_submission_id, params } = await submit();
  const puro = await client.createRegistrySubmission({
    params: { mrv_submission_id },
    body: { registry_type: 'puro' },
  });
  const seen = await api.registry.client.listRegistrySubmissions();
  t.true(
    seen.registry_submissions.some((one) => one.registry_submission_id === params.registry_submission_id),
  );
  t.true(
    seen.registry_submissions.every((one) => one.registry_type === 'verra' && one.tenant_id === undefined),
  );
  const hidden = { registry_submission_id: puro.registry_submission_id };
  t.is(await codeOf(api.registry.client.getRegistrySubmission({ params: hidden })), 'NOT_FOUND');
});

test('a consent has its document, whose bytes are those of its hash', async (t) => {
  const { client } = api.a;
  const { mrv_hash } = await walkToHashed(client);
  const document = makeFile();
  const body = {
    registry_type: 'verra',
    consent_ref: 'consent-1',
    mrv_hash,
    tonnage_co2e: '100',
    document_sha256: document.sha256,
    immobilised_on: '2026-01-10',
    serial: { namespace: `90001-${REST}`, start: '1' },
  } as const;
  t.is(await codeOf(api.b.client.createConsent({ body })), 'CONFLICT');
  const consent = await client.createConsent({ body });
  t.is(consent.serial_namespace, NAMESPACE);
  t.is(consent.debited_co2e, '0');
  t.is(consent.unit, '1');
  t.is(await codeOf(client.createConsent({ body })), 'CONFLICT');
  const params = { consent_id: consent.consent_id };
  const send = (bytes: Buffer) =>
    client.addConsentDocument({ params, upload: { bytes, content_type: 'application/octet-stream' } });
  t.is(await codeOf(client.readConsentDocument({ params })), 'CONFLICT');
  t.is(await codeOf(send(makeFile().bytes)), 'VALIDATION_FAILED');
  await send(document.bytes);
  for (const reader of [client, api.registry.client, api.operator.client]) {
    const answer = await reader.readConsentDocument({ params });
    t.deepEqual(Buffer.from(await answer.arrayBuffer()), document.bytes);
  }
  t.is(await codeOf(api.b.client.readConsentDocument({ params })), 'NOT_FOUND');
  const { consents } = await client.listConsents({ query: { mrv_hash } });
  t.is(consents.length, 1);
});

test('a consent of half a unit, or that ends before it begins, is refused', async (t) => {
  const body = {
    registry_type: 'verra',
    consent_ref: 'consent-2',
    tonnage_co2e: '100',
    document_sha256: 'a'.repeat(64),
    immobilised_on: '2026-01-10',
  } as const;
  const make = (change: object) => api.a.client.createConsent({ body: { ...body, ...change } });
  t.is(await codeOf(make({ tonnage_co2e: '100.5' })), 'VALIDATION_FAILED');
  t.is(await codeOf(make({ valid_to: '2026-01-09' })), 'VALIDATION_FAILED');
  t.is(await codeOf(make({ registry_type: 'other' })), 'VALIDATION_FAILED');
  await t.notThrowsAsync(make({ registry_type: 'isometric', tonnage_co2e: '100.001' }));
});
