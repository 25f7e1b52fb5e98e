// Shows that every route of the OpenAPI document refuses whoever may not call it and whatever it does not take, always with
// a code of the catalogue. A route that is added is tried without a word here.

import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { SCOPES, type Scope } from '../api/schemas/scopes.ts';
import { MAX_BODY_BYTES } from '../api/serve-route.ts';
import { startApi, type TestApi } from './support/api.ts';
import { breakBody, HOSTILE_TEXTS, NO_JSON } from './support/api-contract/broken-values.ts';
import { drawInputs, type Input } from './support/api-contract/inputs.ts';
import { type KnownIds, openKnownIds } from './support/api-contract/known-ids.ts';
import { type Described, type Operation, readOperations } from './support/api-contract/operations.ts';
import { type Answered, judgeForm, type Sent, send } from './support/api-contract/requests.ts';
import { chooseSeed, createRandom, SEED_VARIABLE } from './support/random.ts';
import { type OpenWorld, openWorld } from './support/world.ts';

const LONG = process.env.DMRV_TEST_LONG === '1';
const FUZZED = LONG ? 20_000 : 500;
const FUZZ_LIMIT_MS = LONG ? 3_600_000 : 300_000;
const AT_ONCE = 8;
/** More than any route takes: some take twice the usual. */
const LARGE_BYTES = 4 * MAX_BODY_BYTES;
/** Rules between fields are in no schema: of so many inputs one must pass them, or the body needs `examples`. */
const TRIES = 40;

const seed = chooseSeed();
const random = createRandom(seed);
const drawn = random.below(2 ** 31);

let api: TestApi;
let described: Described;
let world: OpenWorld;
let ids: KnownIds;

test.before(async (t) => {
  t.log(`inputs follow from ${SEED_VARIABLE}=${seed}`);
  api = await startApi();
  described = await readOperations(api.base_url);
  world = openWorld({ url: api.database.admin_url, seed, log: () => undefined });
  ids = await openKnownIds({ admin_url: api.database.admin_url, world });
});

test.after.always(async () => {
  await ids?.close();
  await world?.close();
  await api?.close();
});

type Kind = 'tenant' | 'operator' | 'registry' | 'holder';

const KINDS: readonly Kind[] = ['tenant', 'operator', 'registry', 'holder'];

test.serial('every route is described, and says who may call it', (t) => {
  t.true(described.operations.length > 0);
  for (const { operation_id, callers } of described.operations) {
    t.true(Object.keys(callers ?? {}).length > 0, operation_id);
  }
});

test.serial('without a key, and with what is no key, nothing but the open routes answers', async (t) => {
  for (const operation of closed()) {
    const input = draw(operation);
    const wrong = [
      undefined,
      'dmrv_t_aaaaaaaa_11111111111111111111111111111111111111111111',
      'x',
      `${api.a.key}x`,
      api.a.key.replace('_t_', '_p_'),
    ];
    for (const token of wrong) {
      await expect(t, { ...input, operation, token }, ['UNAUTHENTICATED'], `with ${token ?? 'no key'}`);
    }
    const sent = { ...input, operation, headers: { authorization: `Basic ${btoa('a:b')}` } };
    await expect(t, sent, ['UNAUTHENTICATED'], 'with a password');
  }
});

test.serial('on an open route a bad key is refused all the same', async (t) => {
  for (const operation of described.operations.filter(({ callers }) => callers.anyone !== undefined)) {
    const sent = { ...draw(operation), operation, token: 'dmrv_t_aaaaaaaa_1' };
    await expect(t, sent, ['UNAUTHENTICATED'], 'with a bad key');
  }
});

test.serial('a key of a kind that the route is not for is refused', async (t) => {
  for (const operation of closed()) {
    for (const kind of KINDS.filter((one) => operation.callers[one] === undefined)) {
      await expect(t, { ...draw(operation), operation, token: tokenOf(kind) }, ['FORBIDDEN'], `as ${kind}`);
    }
  }
});

test.serial('a key with every permission but the one that the route needs is refused', async (t) => {
  for (const kind of KINDS) {
    const tokens = new Map<Scope, string>();
    for (const operation of closed()) {
      const needed = operation.callers[kind];
      if (needed === undefined || needed === 'own') continue;
      const token = tokens.get(needed) ?? (await tokenWithout(kind, needed));
      tokens.set(needed, token);
      await expect(t, { ...draw(operation), operation, token }, ['FORBIDDEN'], `${kind} without ${needed}`);
    }
  }
});

test.serial('the id of another tenant is not found, and answered like an id of nobody', async (t) => {
  let tried = 0;
  for (const operation of closed().filter(({ callers }) => callers.tenant !== undefined)) {
    const params = operation.parameters.filter((one) => one.in === 'path' && ids.isOfTenant(one.name));
    if (params.length === 0) continue;
    tried += 1;
    const names = params.map(({ name }) => name);
    const nobodys = Object.fromEntries(names.map((name) => [name, random.uuid()]));
    const input = await findRightInput(t, operation, nobodys);
    if (input === undefined) continue;
    const absent = await ask({ ...input, operation, token: api.a.key });
    t.is(absent.code, 'NOT_FOUND', describe(operation, 'an id of nobody', absent));
    const others = await makeIds(names, api.b.tenant_id);
    const foreign = await ask({
      ...input,
      params: { ...input.params, ...others },
      operation,
      token: api.a.key,
    });
    t.is(foreign.code, 'NOT_FOUND', describe(operation, 'the id of another tenant', foreign));
    t.is(withoutIds(foreign.text), withoutIds(absent.text), operation.operation_id);
    const owner = await ask({
      ...input,
      params: { ...input.params, ...others },
      operation,
      token: api.b.key,
    });
    t.not(owner.code, 'NOT_FOUND', describe(operation, 'its own id, for its owner', owner));
  }
  t.true(tried > 0);
});

test.serial('a path or a query that is not as it must be is refused', async (t) => {
  for (const operation of described.operations) {
    const token = tokenFor(operation);
    const input = draw(operation);
    for (const parameter of operation.parameters.filter((one) => one.in !== 'header')) {
      for (const text of HOSTILE_TEXTS) {
        const part = parameter.in === 'path' ? 'params' : 'query';
        const sent = { ...input, [part]: { ...input[part], [parameter.name]: text }, operation, token };
        await expectRefusal(t, sent, `${parameter.name} is ${JSON.stringify(text)}`, isTaken(parameter.name));
      }
    }
    const sent = { ...input, query: { ...input.query, no_such_query: '1' }, operation, token };
    await expectRefusal(t, sent, 'a query that nobody knows');
  }
});

test.serial('a body that is not as it must be is refused', async (t) => {
  for (const operation of described.operations.filter(({ body }) => body !== undefined)) {
    const token = tokenFor(operation);
    const input = draw(operation);
    const { schemas } = described;
    for (const { how, value } of breakBody({ body: input.body, schema: operation.body ?? {}, schemas })) {
      await expectRefusal(t, { ...input, body: value, operation, token }, how);
    }
    for (const { how, bytes } of NO_JSON) {
      const sent = { ...input, bytes, content_type: 'application/json', operation, token };
      await expectRefusal(t, sent, how);
    }
    const no_body = { ...input, body: undefined, operation, token };
    await expectRefusal(t, no_body, 'no body');
  }
});

test.serial(
  'a body of another media type, and one that is too large, are refused by their names',
  async (t) => {
    const large = Buffer.from(JSON.stringify({ x: 'x'.repeat(LARGE_BYTES) }));
    for (const operation of described.operations.filter(({ body }) => body !== undefined)) {
      const token = tokenFor(operation);
      const input = draw(operation);
      for (const content_type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'x']) {
        const sent = { ...input, bytes: Buffer.from('{}'), content_type, operation, token };
        await expect(t, sent, ['MEDIA_TYPE_UNSUPPORTED'], content_type);
      }
      await expect(t, { ...input, bytes: large, operation, token }, ['REQUEST_TOO_LARGE'], 'large');
    }
  },
);

test.serial(`${FUZZED} requests of any kind are answered by the contract, and none by a fault`, async (t) => {
  t.timeout(FUZZ_LIMIT_MS);
  const pool = await makeIdPool();
  const statuses: Record<string, number> = {};
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < FUZZED; index = next++) {
      const sent = fuzz(index, pool);
      const answer = await ask(sent);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      // This spec has no chain, which a few routes ask: they say so.
      const is_fault = answer.status >= 500 && answer.code !== 'CHAIN_UNREACHABLE';
      const problem = is_fault ? `is ${answer.status} ${answer.code}` : judgeForm(answer);
      t.is(
        problem,
        undefined,
        `request ${index}: ${describe(sent.operation, JSON.stringify(sent).slice(0, 2_000), answer)}`,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  t.log(JSON.stringify(statuses));
  t.true(Object.keys(statuses).some((status) => status.startsWith('2')));
});

test.serial('after all this the log has no fault of the server', async (t) => {
  await sleep(0);
  // That there is no chain is logged where a route asks it, as it should be.
  const faults = api.log.filter(
    (line) => /"level":(50|60)/.test(line) && !line.includes('"code":"CHAIN_UNREACHABLE"'),
  );
  t.deepEqual(faults, []);
});

function closed(): Operation[] {
  return described.operations.filter(({ callers }) => callers.anyone === undefined);
}

function draw(operation: Operation): Input {
  const [input] = drawInputs({ operation, schemas: described.schemas, seed: drawn, count: 1 });
  if (input === undefined) throw new Error(`${operation.operation_id}: no input was drawn.`);
  return input;
}

function ask(sent: Sent): Promise<Answered> {
  return send(api.base_url, sent);
}

async function expect(t: ExecutionContext, sent: Sent, codes: readonly string[], how: string): Promise<void> {
  const answer = await ask(sent);
  t.true(codes.includes(answer.code), describe(sent.operation, how, answer));
  t.is(judgeForm(answer), undefined, describe(sent.operation, how, answer));
}

/** A 4xx of the catalogue; where the value may be a right one by chance, any answer but a fault. */
async function expectRefusal(t: ExecutionContext, sent: Sent, how: string, may_pass = false): Promise<void> {
  const answer = await ask(sent);
  const is_fine = may_pass ? answer.status < 500 : answer.status >= 400 && answer.status < 500;
  t.true(is_fine, describe(sent.operation, how, answer));
  t.is(judgeForm(answer), undefined, describe(sent.operation, how, answer));
}

/** Some texts are as free as these are wild. */
function isTaken(name: string): boolean {
  // Words such as "null" are good names of accounts, and registries call theirs as they like.
  return ['cursor', 'q', 'page', 'page_size', 'account_id', 'account'].includes(name);
}

function describe(operation: Operation, how: string, answer: Answered): string {
  return `${operation.operation_id}, ${how}: ${answer.status} ${answer.text.slice(0, 500)}`;
}

function tokenOf(kind: Kind): string {
  const tokens = {
    tenant: api.a.key,
    operator: api.operator.key,
    registry: api.registry.key,
    holder: api.holder.key,
  };
  return tokens[kind];
}

function tokenFor({ callers }: Operation): string | undefined {
  const kind = KINDS.find((one) => callers[one] !== undefined);
  return kind === undefined ? undefined : tokenOf(kind);
}

async function tokenWithout(kind: Kind, missing: Scope): Promise<string> {
  const permissions = SCOPES.filter((scope) => scope !== missing);
  const body = { name: `without ${missing}`, permissions };
  if (kind === 'tenant') return api.keyWith(api.a, permissions);
  if (kind === 'operator') return (await api.operator.client.createPlatformKey({ body })).key;
  return (await api.operator.client.createRegistryKey({ body: { ...body, registry_type: 'verra' } })).key;
}

/** An input that is refused for nothing but what it is about. */
async function findRightInput(
  t: ExecutionContext,
  operation: Operation,
  params: Record<string, unknown>,
): Promise<Input | undefined> {
  const { schemas } = described;
  let last: Answered | undefined;
  for (const input of drawInputs({ operation, schemas, seed: drawn, count: TRIES })) {
    const right = { ...input, params: { ...input.params, ...params } };
    last = await ask({ ...right, operation, token: api.a.key });
    if (last.code !== 'VALIDATION_FAILED') return right;
  }
  t.fail(
    `${operation.operation_id}: none of ${TRIES} bodies was taken; give its schema examples. ${last?.text}`,
  );
  return undefined;
}

async function makeIds(names: readonly string[], tenant_id: string): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const name of names) made[name] = await ids.makeFor(name, tenant_id, made);
  return made;
}

function withoutIds(text: string): string {
  const { error } = JSON.parse(text) as { error: { code: string; message: string; details: object } };
  const { code, message, details } = error;
  const plain = JSON.stringify({ code, message, details });
  return plain.replaceAll(
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}/g,
    '(id)',
  );
}

/** For each id that a path takes: one of tenant A, one of tenant B, and one of nobody. Keys in use are not among them. */
async function makeIdPool(): Promise<Map<string, string[]>> {
  const pool = new Map<string, string[]>();
  const names = described.operations.flatMap(({ parameters }) =>
    parameters.filter((one) => one.in === 'path').map(({ name }) => name),
  );
  for (const name of new Set(names)) {
    if (!ids.isOfTenant(name)) continue;
    const own = await ids.makeFor(name, api.a.tenant_id);
    const others = await ids.makeFor(name, api.b.tenant_id);
    pool.set(name, [own, own, others, random.uuid()]);
  }
  const { tenant_id } = await api.operator.client.createTenant({ body: { slug: 'fuzzed', name: 'Fuzzed' } });
  pool.set('tenant_id', [tenant_id, random.uuid()]);
  return pool;
}

function fuzz(index: number, pool: Map<string, string[]>): Sent {
  const operation = random.pick(described.operations as [Operation, ...Operation[]]);
  const { schemas } = described;
  const [input] = drawInputs({ operation, schemas, seed: drawn + index, count: 1 });
  if (input === undefined) throw new Error(`${operation.operation_id}: no input was drawn.`);
  const params = Object.fromEntries(
    Object.entries(input.params).map(([name, value]) => {
      const known = pool.get(name);
      return [name, known === undefined ? value : random.pick(known as [string, ...string[]])];
    }),
  );
  const usual = tokenFor(operation);
  const token = random.pick([
    usual,
    usual,
    usual,
    usual,
    api.a.key,
    api.b.key,
    api.operator.key,
    api.registry.key,
    api.holder.key,
    undefined,
  ]);
  const sent: Sent = { ...input, params, operation, token };
  switch (random.below(6)) {
    case 0:
      return breakSomething(sent);
    case 1:
      return { ...sent, headers: hostileHeaders() };
    default:
      return sent;
  }
}

function breakSomething(sent: Sent): Sent {
  const { operation } = sent;
  const text = random.pick(HOSTILE_TEXTS as [string, ...string[]]);
  const [first] = operation.parameters;
  if (operation.body !== undefined && random.below(3) > 0) {
    const broken = breakBody({ body: sent.body, schema: operation.body, schemas: described.schemas });
    const { value } = random.pick(broken as [(typeof broken)[number], ...typeof broken]);
    return random.below(4) === 0
      ? { ...sent, ...random.pick(NO_JSON as [(typeof NO_JSON)[number]]) }
      : { ...sent, body: value };
  }
  if (first?.in === 'path') return { ...sent, params: { ...sent.params, [first.name]: text } };
  return { ...sent, query: { ...sent.query, [first?.name ?? 'x']: text } };
}

function hostileHeaders(): Record<string, string> {
  return random.pick([
    { 'idempotency-key': 'x'.repeat(300) },
    { 'idempotency-key': `k-${random.below(20)}` },
    { 'x-request-id': 'a b c' },
    { 'x-request-id': 'x'.repeat(2_000) },
    { authorization: 'Bearer' },
    { 'content-type': 'application/json; charset=latin1' },
    { accept: 'text/html' },
    { 'last-event-id': '-1' },
  ]);
}
