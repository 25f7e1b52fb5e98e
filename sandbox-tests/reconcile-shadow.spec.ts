// Shows that the shadow compares a contract on a chain with a registry's files, without a database and without writing anything,
// and says of each thing that it could not look at that it did not.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createAskChain } from '../api/chain/json-rpc.ts';
import { lookAsShadow } from '../api/reconcile/shadow.ts';
import { DmrvError } from '../core/errors/index.ts';
import { encodeBase58 } from '../core/near/base58.ts';
import { readShadowFiles } from '../scripts/reconcile/shadow-files.ts';
import { CONTRACT_ID } from './support/contract-chain.ts';
import { hashOf, OTHER_REGISTRY } from './support/contract-world.ts';
import { type IndexedChain, serveContractWorld } from './support/indexed-chain.ts';
import { testFolder } from './support/launcher.ts';
import { readReport, reconcile } from './support/reconcile-command.ts';
import {
  type Fate,
  happenLate,
  mintAll,
  standAtRegistry,
  type WorldCredit,
} from './support/reconcile-fates.ts';
import { statementFiles } from './support/reconcile-statements.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MS_TO_NS = 1_000_000n;
const BEGAN = new Date(Date.now() - 40 * DAY_MS);
const STATED_AT = new Date(BEGAN.getTime() + 35 * DAY_MS);
const AS_OF = STATED_AT.toISOString().slice(0, 10);

const FATES: readonly Fate[] = [
  'held',
  'held',
  'impaired',
  'split',
  'retired',
  'retired, unconfirmed',
  'minted late',
];
const CREDITS: readonly WorldCredit[] = FATES.map((fate, place) => ({
  tenant: 'a',
  registry: 'verra',
  fate,
  mrv_hash: hashOf(`shadow ${place}`),
  mrv_submission_id: '',
  registry_submission_id: '',
  project_id: '',
  start: 1n + BigInt(place) * 100n,
}));
const STATED = { ...standAtRegistry(CREDITS), stated_at: STATED_AT };

const ends: (() => Promise<unknown> | unknown)[] = [];
let served: IndexedChain;

test.before(async () => {
  let time_ms = BEGAN.getTime();
  const t = { teardown: (end: () => unknown) => void ends.push(end) } as unknown as ExecutionContext;
  served = await serveContractWorld(t, {
    node: { genesis_timestamp: BigInt(time_ms) * MS_TO_NS, clock: { now: () => BigInt(time_ms) * MS_TO_NS } },
  });
  const { world } = served;
  mintAll(
    world,
    CREDITS.filter(({ fate }) => fate !== 'minted late'),
  );
  world.mint({
    from: 'carol.near',
    mrv_hash: hashOf('of another registry'),
    credit: { registry: OTHER_REGISTRY, serial: undefined as never },
  });
  time_ms += 37 * DAY_MS;
  world.chain.node.produceBlocks();
  happenLate(world, CREDITS);
  world.chain.node.produceBlocks({ count: 6 });
});
test.after.always(async () => {
  for (const end of ends.reverse()) await end();
});

type Files = { holdings: string; transactions: string };

/** As the registry gives them, but for what a test does to them. */
async function writeFiles(t: ExecutionContext, change: (files: Files) => Partial<Files> = () => ({})) {
  const folder = await testFolder(t);
  const { holdings, transactions } = statementFiles(STATED, 'a');
  const texts = { holdings: holdings.toString('utf8'), transactions: transactions.toString('utf8') };
  const changed = { ...texts, ...change(texts) };
  const paths = { holdings: join(folder, 'holdings.csv'), transactions: join(folder, 'transactions.csv') };
  await writeFile(paths.holdings, changed.holdings);
  await writeFile(paths.transactions, changed.transactions);
  return { folder, paths, texts: changed };
}

function withoutLine(text: string, place: number): string {
  return text
    .split(/(?<=\n)/)
    .filter((_line, index) => index !== place)
    .join('');
}

/** Neither a database nor a place for data is there. */
function envOf(folder: string): Record<string, string> {
  const env = served.envFor({ admin_url: 'postgresql://nobody:nothing@127.0.0.1:1/none' });
  return { ...env, DMRV_DATA_FOLDER: join(folder, 'none') };
}

const ABOUT = ['shadow', '--registry', 'verra', '--as-of', AS_OF];

test.serial(
  'files that agree with the contract end with 0, and what files cannot show is named',
  async (t) => {
    const { folder, paths, texts } = await writeFiles(t);
    const json = join(folder, 'report.json');
    const args = [...ABOUT, '--json', json, paths.holdings, paths.transactions];
    const { code, output } = await reconcile(args, envOf(folder));
    t.is(code, 0, output);
    t.regex(output, /0 t unreconciled, 100 t in transit\.$/m);
    t.regex(output, /^What was checked agrees\.$/m);
    t.notRegex(output, /Everything agrees/);
    t.regex(output, /^ {2}PROOF_MISSING: a shadow has no database of the platform$/m);
    t.regex(output, /^ {2}BACKING_MISSING: no file of holdings of other:greenland; /m);
    const report = await readReport(json);
    t.like(report, { run_id: null, unreconciled_co2e: '0', in_transit_co2e: '100', findings_open: 0 });
    t.false(existsSync(join(folder, 'none')), 'no folder is made for data');
    t.is(await readFile(paths.holdings, 'utf8'), texts.holdings);
    t.is(await readFile(paths.transactions, 'utf8'), texts.transactions);
  },
);

test.serial('a row of holdings that is not there ends with 1 and its tonnes', async (t) => {
  const { folder, paths } = await writeFiles(t, ({ holdings }) => ({ holdings: withoutLine(holdings, 1) }));
  const { code, output } = await reconcile([...ABOUT, paths.holdings, paths.transactions], envOf(folder));
  t.is(code, 1, output);
  t.regex(output, /: 100 t unreconciled, /);
  t.regex(output, /^critical BACKING_MISSING\s+100 t {2}token [0-9a-f]{64} \(verra\)$/m);
});

test.serial(
  'beside a row of holdings that cannot be read nothing is missing: it may be in that row',
  async (t) => {
    const { folder, paths } = await writeFiles(t, ({ holdings }) => {
      const spoilt = holdings.replace(/19385-101-200-/, '19385-101-2OO-');
      return { holdings: withoutLine(spoilt, 1) };
    });
    const { code, output } = await reconcile([...ABOUT, paths.holdings, paths.transactions], envOf(folder));
    t.is(code, 0, output);
    t.regex(output, /^Not read: holdings\.csv:2 /m);
    t.regex(output, /^What was checked agrees\.$/m);
    t.regex(output, /^ {2}BACKING_MISSING: .*holdings\.csv has 1 row that could not be read/m);
  },
);

const REFUSED: [what: string, args: (paths: Record<keyof Files, string>) => string[], says: RegExp][] = [
  [
    'a registry that nobody knows',
    ({ holdings }) => ['shadow', '--registry', 'atlantis', '--as-of', AS_OF, holdings],
    /holdings\.csv cannot be compared: no file of atlantis is read here/,
  ],
  [
    'a contract that is not there',
    ({ holdings }) => [...ABOUT, '--contract', 'nobody.near', holdings],
    /The contract nobody\.near does not answer supply as one of credits does/,
  ],
  [
    'a day that there is not',
    ({ holdings }) => [...ABOUT.slice(0, 4), '2026-02-30', holdings],
    /"2026-02-30" is no day/,
  ],
];

for (const [what, args, says] of REFUSED) {
  test.serial(`${what} ends with 2, and is named without a stack`, async (t) => {
    const { folder, paths } = await writeFiles(t);
    const { code, output } = await reconcile(args(paths), envOf(folder));
    t.is(code, 2, output);
    t.regex(output, says);
    t.notRegex(output, /\n {4}at /);
  });
}

function read(files: readonly string[], about: { registry?: string; as_of?: string } = {}) {
  return readShadowFiles({ registry: 'verra', as_of: AS_OF, now: new Date(), ...about, files });
}

const UNREADABLE: [what: string, text: string | undefined, says: RegExp][] = [
  ['is not there', undefined, /cannot be read \(ENOENT\)/],
  ['is empty', '', /it is empty/],
  ['is a page for logging in', '<!doctype html><html></html>', /HTML|page/],
  ['has other columns', 'Serial Number,Quantity\n1,2\n', /the nearest layout is/],
  ['never closes a quote', undefined, /quote/],
];

for (const [what, text, says] of UNREADABLE) {
  test.serial(`a file that ${what} is refused by its name`, async (t) => {
    const { folder, texts } = await writeFiles(t);
    const path = join(folder, 'odd.csv');
    if (what === 'never closes a quote') await writeFile(path, `${texts.holdings}"${'x'.repeat(100)}`);
    else if (text !== undefined) await writeFile(path, text);
    const error = await t.throwsAsync(read([path]), { instanceOf: DmrvError });
    t.is((error as DmrvError).code, 'RECONCILE_INPUT_INVALID');
    t.regex(error?.message ?? '', /^The file odd\.csv cannot be compared: /);
    t.regex(error?.message ?? '', says);
  });
}

test.serial('a day that has not come yet is refused, as nothing is absent from it', async (t) => {
  const { paths } = await writeFiles(t);
  const tomorrow = new Date(Date.now() + 2 * DAY_MS).toISOString().slice(0, 10);
  const error = await t.throwsAsync(read([paths.holdings], { as_of: tomorrow }), { instanceOf: DmrvError });
  t.regex(error?.message ?? '', /as_of lies in the future/);
});

test.serial('a kind of file that nobody gave is not checked, and what is there still is', async (t) => {
  const { paths } = await writeFiles(t, ({ transactions }) => ({
    // The registry retires what is on chain: the first row's block is the first credit's.
    transactions: retireFirst(transactions),
  }));
  const about = {
    ask: createAskChain({ rpc_urls: [served.rpc_url] }),
    contract_id: CONTRACT_ID,
    block_hash: encodeBase58(served.world.chain.node.chain.head.hash),
  };
  const { outcome } = await lookAsShadow(about, await read([paths.transactions]), new Date());
  t.deepEqual(
    outcome.findings.map(({ code, mrv_hash }) => ({ code, mrv_hash })),
    [{ code: 'ENDED_AT_REGISTRY', mrv_hash: CREDITS[0]?.mrv_hash }],
  );
  const open = outcome.not_checked.filter(({ registry_type }) => registry_type === 'verra');
  t.deepEqual(
    open.map(({ code, reason }) => `${code}: ${reason}`),
    ['BACKING_MISSING: no file of holdings of verra'],
  );
});

test.serial('a credit whose last day has passed and that nobody expired is found by the day', async (t) => {
  const { paths } = await writeFiles(t);
  const dayAt = (days: number) => new Date(Date.now() + days * DAY_MS);
  const mrv_hash = served.world.mint({
    from: 'carol.near',
    mrv_hash: hashOf('of a few days'),
    credit: {
      registry: OTHER_REGISTRY,
      serial: undefined as never,
      tonnage: '7',
      expires_on: dayAt(2).toISOString().slice(0, 10),
    },
  });
  served.world.chain.node.produceBlocks({ count: 3 });
  const about = {
    ask: createAskChain({ rpc_urls: [served.rpc_url] }),
    contract_id: CONTRACT_ID,
    block_hash: encodeBase58(served.world.chain.node.chain.head.hash),
  };
  const files = await read([paths.holdings, paths.transactions]);
  const expired = async (now: Date) =>
    (await lookAsShadow(about, files, now)).outcome.findings.filter(
      ({ code }) => code === 'EXPIRED_NOT_MARKED',
    );
  t.deepEqual(await expired(dayAt(2)), []);
  t.deepEqual(
    (await expired(dayAt(3))).map(({ mrv_hash: hash, tonnes, values }) => ({ hash, tonnes, values })),
    [
      {
        hash: mrv_hash,
        tonnes: 7n * 10n ** 8n,
        values: { chain: { status: 'active', expires_on: dayAt(2).toISOString().slice(0, 10) } },
      },
    ],
  );
});

function retireFirst(transactions: string): string {
  const [columns = '', first = '', ...rest] = transactions.trim().split(/\r?\n/);
  const at = columns.split(',').indexOf('Retirement/Cancellation Date');
  const cells = first.split(',');
  cells[at] = new Date(STATED_AT.getTime() - 10 * DAY_MS).toISOString().slice(0, 10);
  return [columns, cells.join(','), ...rest, ''].join('\n');
}
