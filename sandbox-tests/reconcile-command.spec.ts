// Shows that the command of reconciliation says by its exit code and its reports how it stands, that one run is alive at a time
// over all processes, that a killed one leaves nothing half done, and that a waiver lasts as long as it was given.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import pg from 'pg';
import { RpcRefusal } from '../api/chain/json-rpc.ts';
import { codeOf, refusalOf } from './support/api-way.ts';
import { createTestDatabase } from './support/database.ts';
import { startFaultyRpc } from './support/faulty-rpc.ts';
import { query, testFolder, waitUntil } from './support/launcher.ts';
import { endOf, readReport, reconcile, startReconcile } from './support/reconcile-command.ts';
import { only } from './support/reconcile-fates.ts';
import { buildHarness, type Copy, type Harness } from './support/reconcile-harness.ts';

const builder = buildHarness({ credits: 8, fates: ['held', 'retired', 'impaired'] });
const LATE = '200';
let harness: Harness;

test.before(async (t) => {
  t.timeout(300_000);
  for (let built: Harness | undefined; built === undefined; ) {
    built = await builder.step();
    if (built !== undefined) harness = built;
  }
});
test.after.always(() => builder.close());

/** Of the world's first credit, 100 t. */
async function loseHolding(copy: Pick<Copy, 'damage'>): Promise<void> {
  const { mrv_hash } = only(harness.world.credits, 'held');
  await copy.damage(
    `delete from registry.statement_rows where kind = 'holding' and (serial_namespace, serial_range)
       = (select serial_namespace, serial_range from chain.tokens where token_id = $1)`,
    [mrv_hash],
  );
}

const COUNT_FINDINGS = 'select count(*)::int as n from reconciliation.findings';
const LIST_RUNS = 'select status, error from reconciliation.runs order by started_at, run_id';

test.serial('a world that agrees ends with 0, and its reports say what was compared', async (t) => {
  const copy = await harness.copy(t);
  const folder = await testFolder(t);
  const [json, csv] = [join(folder, 'report.json'), join(folder, 'findings.csv')];
  const { code, output } = await reconcile(['--all-views', '--json', json, '--csv', csv], copy.env);
  t.is(code, 0, output);
  t.regex(output, /^Compared at block \d+: 0 t unreconciled, 200 t in transit\.$/m);
  t.regex(output, /^Everything agrees\.$/m);
  const report = await readReport(json);
  t.like(report, { unreconciled_co2e: '0', in_transit_co2e: LATE, findings_open: 0, findings_waived: 0 });
  t.deepEqual(report.findings, []);
  t.deepEqual(report.rules_not_checked, {});
  t.is((await readFile(csv, 'utf8')).trim().split(/\r?\n/).length, 1, 'the columns alone');
  const [run] = await query<{ run_id: string; started_by: string }>(
    copy.admin_url,
    'select run_id, started_by from reconciliation.runs',
  );
  t.deepEqual(run, { run_id: String(report.run_id), started_by: 'command:reconcile' });
});

test.serial(
  'what differs ends with 1 and stands in each report; where it cannot be written the code is 2',
  async (t) => {
    const copy = await harness.copy(t);
    await loseHolding(copy);
    const folder = await testFolder(t);
    const [json, csv] = [join(folder, 'report.json'), join(folder, 'findings.csv')];
    const { code, output } = await reconcile(['--no-views', '--json', json, '--csv', csv], copy.env);
    t.is(code, 1, output);
    t.regex(output, /^critical BACKING_MISSING\s+100 t {2}token [0-9a-f]{64} \(verra\)$/m);
    t.regex(output, /CONTRACT_DIFFERS: the contract was not asked/);
    t.notRegex(output, /agrees/);
    const report = await readReport(json);
    t.like(report, { unreconciled_co2e: '100', findings_open: 1 });
    t.like(report.findings[0], { code: 'BACKING_MISSING', severity: 'critical', is_waived: false });
    t.regex(await readFile(csv, 'utf8'), /\r?\nBACKING_MISSING,critical,/);
    const unwritten = await reconcile(
      ['--no-views', '--json', join(folder, 'none', 'report.json')],
      copy.env,
    );
    t.is(unwritten.code, 2, unwritten.output);
  },
);

test.serial('what cannot be compared ends with 2, and says why without a stack', async (t) => {
  const empty = await createTestDatabase(t);
  const folder = await testFolder(t);
  const env = harness.world.envFor(empty);
  const elsewhere = (url: string) => ({ ...env, DATABASE_URL: url, DMRV_DATA_FOLDER: join(folder, 'none') });
  const unknown = new URL(empty.admin_url);
  unknown.pathname = '/no_such_database';
  const cases: [args: string[], env: Record<string, string>, says: RegExp][] = [
    [['--al-views'], env, /unknown option '--al-views'/],
    [['everything'], env, /unknown command|too many arguments/],
    [[], env, /Nothing of the contract dmrv\.near is indexed yet/],
    [
      [],
      elsewhere('postgresql://nobody:wrong-password@127.0.0.1:1/none'),
      /does not answer \(ECONNREFUSED\)/,
    ],
    [[], elsewhere(unknown.href), /no_such_database|SQLSTATE 3D000/],
  ];
  for (const [args, given, says] of cases) {
    const { code, output } = await reconcile(args, given);
    t.is(code, 2, output);
    t.regex(output, says);
    t.notRegex(output, /wrong-password|\n {4}at /);
  }
  const help = await reconcile(['--help']);
  t.is(help.code, 0);
  t.regex(help.output, /Exit code: 0 .* 1 when there are findings, 2 when/s);
});

/** Until it is let go, whoever wants to read or write the table waits. */
async function holdTable(t: ExecutionContext, { admin_url }: Copy, table: string) {
  const client = new pg.Client(admin_url);
  await client.connect();
  t.teardown(() => client.end());
  await client.query(`begin; lock table ${table} in access exclusive mode`);
  const waits = `select count(*)::int as n from pg_locks where not granted and relation = '${table}'::regclass`;
  return {
    untilReached: () =>
      waitUntil(
        `a run reaches ${table}`,
        async () => (await query<{ n: number }>(admin_url, waits))[0]?.n === 1,
      ),
    letGo: () => client.query('rollback'),
  };
}

test.serial('of two processes one runs, and the other is refused by name', async (t) => {
  const copy = await harness.copy(t);
  const held = await holdTable(t, copy, 'reconciliation.run_totals');
  const first = startReconcile(['--no-views'], copy.env);
  await held.untilReached();
  const second = await reconcile(['--no-views'], copy.env);
  t.is(second.code, 2, second.output);
  t.regex(second.output, /A run of reconciliation is under way, and only one runs at a time/);
  await held.letGo();
  t.is((await endOf(first)).code, 0);
  t.deepEqual(await query(copy.admin_url, LIST_RUNS), [{ status: 'completed', error: null }]);
});

for (const [moment, table] of [
  ['while it reads', 'chain.retirements'],
  ['while it writes', 'reconciliation.run_totals'],
] as const) {
  test.serial(
    `a run that is killed ${moment} leaves no finding, and the next one marks it as failed`,
    async (t) => {
      const copy = await harness.copy(t);
      await loseHolding(copy);
      const held = await holdTable(t, copy, table);
      const killed = startReconcile(['--no-views'], copy.env);
      await held.untilReached();
      killed.process.kill('SIGKILL');
      t.is((await killed.end).signal, 'SIGKILL');
      await held.letGo();
      t.deepEqual(await query(copy.admin_url, COUNT_FINDINGS), [{ n: 0 }]);
      const { code, output } = await reconcile(['--no-views'], copy.env);
      t.is(code, 1, output);
      t.deepEqual(await query(copy.admin_url, LIST_RUNS), [
        { status: 'failed', error: 'its process ended without a word' },
        { status: 'completed', error: null },
      ]);
      const [finding] = await query(
        copy.admin_url,
        `select code, trim_scale(tonnes_at_stake)::text as tonnes, opened_by_run_id = last_run_id as is_fresh
       from reconciliation.findings`,
      );
      t.deepEqual(finding, { code: 'BACKING_MISSING', tonnes: '100', is_fresh: true });
    },
  );
}

test.serial('a run whose lock is lost to another writes nothing down', async (t) => {
  const copy = await harness.copy(t);
  await loseHolding(copy);
  const held = await holdTable(t, copy, 'reconciliation.run_totals');
  const first = startReconcile(['--no-views'], copy.env);
  await held.untilReached();
  // Its connection breaks, as behind a proxy that restarts.
  await copy.damage(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  const second = startReconcile(['--no-views'], copy.env);
  await waitUntil(
    'a second run has begun',
    async () => (await query(copy.admin_url, LIST_RUNS)).length === 2,
  );
  await held.letGo();
  const ends = [await endOf(first), await endOf(second)];
  t.deepEqual(
    ends.map(({ code }) => code),
    [2, 1],
    ends.map(({ output }) => output).join('\n'),
  );
  t.deepEqual(await query(copy.admin_url, LIST_RUNS), [
    { status: 'failed', error: 'its process ended without a word' },
    { status: 'completed', error: null },
  ]);
  t.deepEqual(await query(copy.admin_url, COUNT_FINDINGS), [{ n: 1 }]);
});

/** A node that keeps no state of the block, in front of the world's. */
async function forgetfulNode(
  t: ExecutionContext,
  { env }: Pick<Copy, 'env'>,
): Promise<Record<string, string>> {
  const node = await startFaultyRpc(harness.world.rpc_url);
  t.teardown(() => node.stop());
  node.choose = ({ method }) =>
    method === 'query' ? { kind: 'refuse', name: 'GARBAGE_COLLECTED_BLOCK' } : 'pass';
  const text = await readFile(String(env.DMRV_CONFIG), 'utf8');
  const path = join(await testFolder(t), 'near.config.json');
  await writeFile(path, text.replaceAll(harness.world.rpc_url, node.url));
  return { ...env, DMRV_CONFIG: path };
}

test.serial(
  'where the node has forgotten the block nothing is said to agree, and the code is 2',
  async (t) => {
    const copy = await harness.copy(t);
    const { code, output } = await reconcile([], await forgetfulNode(t, copy));
    t.is(code, 2, output);
    t.regex(output, /^What was checked agrees\.$/m);
    t.regex(output, /^ {2}CONTRACT_DIFFERS: the node keeps no state of block \w+: GARBAGE_COLLECTED_BLOCK$/m);
    t.notRegex(output, /Everything agrees/);
  },
);

const FORGOTTEN = () => Promise.reject(new RpcRefusal('GARBAGE_COLLECTED_BLOCK'));

test.serial(
  'what changed while the node had forgotten the block is asked of the contract when it answers again',
  async (t) => {
    const copy = await harness.copy(t);
    t.is((await copy.run({ sampled: 0 })).look.outcome.findings.length, 0);
    const { mrv_hash } = only(harness.world.credits, 'impaired');
    // The cursor moves on, behind a change that the contract does not know.
    await copy.damage(
      `update chain.tokens t set last_position = lpad((c.block_height + 1)::text, 12, '0') || substr(t.last_position, 13), owner_account_id = 'mallory.near'
     from chain.cursor c where token_id = $1`,
      [mrv_hash],
    );
    await copy.damage('update chain.cursor set block_height = block_height + 5');
    const blind = await copy.run({ sampled: 0, ask: FORGOTTEN });
    t.regex(blind.rules_not_checked.CONTRACT_DIFFERS ?? '', /the node keeps no state of block/);
    // It is not for the sample to find it by chance.
    const seeing = await copy.run({ sampled: 0 });
    t.deepEqual(
      seeing.look.outcome.findings
        .filter(({ code }) => code === 'CONTRACT_DIFFERS')
        .map((one) => one.mrv_hash),
      [mrv_hash],
    );
    const blind_again = await copy.run({ sampled: 0, ask: FORGOTTEN });
    t.true(
      blind_again.record.unseen.some(({ code }) => code === 'CONTRACT_DIFFERS'),
      'nothing heals unseen',
    );
  },
);

test.serial(
  'a waiver is not for who opened the finding, is counted apart, and lapses at its end',
  async (t) => {
    const { api } = harness.world;
    const run = async () => {
      const params = await api.operator.client.startReconciliationRun({ body: {} });
      for (;;) {
        const one = await api.operator.client.getReconciliationRun({ params });
        if (one.status !== 'running') return one;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const client = new pg.Client(api.database.admin_url);
    await client.connect();
    t.teardown(() => client.end());
    await client.query("set session_replication_role = 'replica'");
    const damage = async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows;
    await loseHolding({ damage });
    t.like(await run(), { status: 'completed', findings_open: 1, unreconciled_co2e: '100' });
    const { findings } = await api.operator.client.listFindings({ query: { status: ['open'] } });
    const params = { finding_id: String(findings[0]?.finding_id) };
    const until = new Date(harness.world.now.getTime() + 60_000).toISOString();
    const later = new Date(harness.world.now.getTime() + 600_000).toISOString();
    const body = { reason: 'The registry mends its file', until };
    t.regex(
      (await refusalOf(api.operator.client.waiveFinding({ params, body }))).message,
      /another than who opened/,
    );
    await api.a.client.waiveFinding({ params, body });
    t.like(await run(), { status: 'completed', findings_open: 0, unreconciled_co2e: '100' });
    api.clock.add(120_000);
    t.like(await run(), { status: 'completed', findings_open: 1, unreconciled_co2e: '100' });
    const { finding, comments } = await api.a.client.getFinding({ params });
    t.like(finding, { status: 'open', waived_by: null, waived_until: null });
    t.regex(
      comments.at(-1)?.comment ?? '',
      /The waiver by api_key:.* has ended\. .*The registry mends its file/,
    );
    t.is(
      await codeOf(api.operator.client.waiveFinding({ params, body: { ...body, until: later } })),
      'CONFLICT',
      'nor again by who opened it',
    );
  },
);
