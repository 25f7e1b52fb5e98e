// Shows what "npm run indexer" does for whoever types it: follow, backfill, status, verify, rebuild, help, mistakes, stops.
import { readFileSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { withClient } from '../core/db/with-client.ts';
import { type Child, startChild } from './support/child.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { type IndexedChain, serveContractWorld } from './support/indexed-chain.ts';
import { PROJECT } from './support/product.ts';

const NOWHERE = 'http://127.0.0.1:9';

interface World {
  chain: IndexedChain;
  database: TestDatabase;
  /** The command, with the world's settings; it ends with its test. */
  start(args: string[], env?: Record<string, string>): Child;
  /** Its end and all that it wrote. */
  run(args: string[], env?: Record<string, string>): Promise<{ code: number | null; output: string }>;
}

async function open(t: ExecutionContext): Promise<World> {
  const chain = await serveContractWorld(t);
  const database = await createTestDatabase(t);
  const start: World['start'] = (args, env = {}) => {
    const child = startChild({
      file: `${PROJECT}/scripts/indexer.ts`,
      args,
      env: { ...chain.envFor(database), DMRV_LOG_LEVEL: 'warn', ...env },
      cwd: PROJECT,
    });
    t.teardown(async () => {
      child.process.kill('SIGKILL');
      await child.end;
    });
    return child;
  };
  const run: World['run'] = async (args, env) => {
    const child = start(args, env);
    const { code } = await child.end;
    return { code, output: child.output() };
  };
  return { chain, database, start, run };
}

test.serial(
  'what is on the chain is shown by status, and verified against events and contract',
  async (t) => {
    t.timeout(120_000);
    const { chain, run } = await open(t);
    t.regex((await run(['status'])).output, /No block is written yet\. Run "npm run indexer -- follow"\./);
    const hash = chain.world.mint();
    chain.world.act('alice.near', 'retire', {
      token_id: hash,
      beneficiary: 'Acme GmbH',
      beneficiary_kind: 'organisation',
    });
    // What the last call left is final some blocks later.
    chain.world.chain.node.produceBlocks({ count: 3 });
    const last = chain.world.chain.node.chain.last_final?.height;
    const filled = await run(['backfill', '--to', `${last}`]);
    t.is(filled.code, 0, filled.output);
    t.regex(filled.output, new RegExp(`All blocks up to ${last} are written\\.`));
    t.regex(
      (await run(['status'])).output,
      /dmrv\.near: block \d+ of .*, 1 tokens, 1 retirements, 0 dead letters/,
    );
    const { output } = await run(['status', '--json']);
    const { contracts } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as {
      contracts: { block_height: string; retirements: string }[];
    };
    t.deepEqual(
      contracts.map(({ block_height, retirements }) => [block_height, retirements]),
      [[`${last}`, '1']],
    );
    const verified = await run(['verify', '--all']);
    t.is(verified.code, 0, verified.output);
    t.regex(verified.output, /events give these very tables\./);
    t.regex(verified.output, /supply, 1 tokens, 1 retirements, 2 consents: the contract says the same\./);
  },
);

test.serial('a row that was changed by hand is named by verify and mended by rebuild', async (t) => {
  t.timeout(120_000);
  const { chain, database, run } = await open(t);
  const hash = chain.world.mint();
  const last = chain.world.chain.node.chain.last_final?.height;
  t.is((await run(['backfill', '--to', `${last}`])).code, 0);
  await withClient(database.admin_url, (client) =>
    client.query(`update chain.tokens set owner_account_id = 'thief.near' where token_id = $1`, [hash]),
  );
  const found = await run(['verify', '--all']);
  t.is(found.code, 1);
  t.regex(found.output, /chain\.tokens: 0 missing, 0 too many, 1 different/);
  t.regex(found.output, new RegExp(`token ${hash}: owner is thief\\.near here and alice\\.near on chain`));
  t.regex((await run(['rebuild'])).output, /mended rows: chain\.tokens 1/);
  t.is((await run(['verify', '--all'])).code, 0);
  t.regex((await run(['rebuild'])).output, /no row differed/);
  t.regex((await run(['redrive'])).output, /there are no dead letters/);
});

test.serial(
  'who follows serves readiness and metrics, a second one stands by, and the first ends when told',
  async (t) => {
    t.timeout(120_000);
    const { chain, start } = await open(t);
    chain.world.mint();
    const first = start(['follow']);
    const url = (await first.waitFor(/(http:\S+)\/metrics/))[1] ?? '';
    await untilReady(url, (told) => told.state === 'following' && told.lag_blocks === '0');
    t.regex(await (await fetch(`${url}/metrics`)).text(), /^indexer_events_total [1-9]/m);
    const second = start(['follow'], { DMRV_LOG_LEVEL: 'info' });
    const standby_url = (await second.waitFor(/(http:\S+)\/metrics/))[1] ?? '';
    await untilReady(standby_url, (told) => told.state === 'standby');
    first.process.kill('SIGTERM');
    t.is((await first.end).code, 0, first.output());
    await untilReady(standby_url, (told) => told.state === 'following');
    second.process.kill('SIGINT');
    t.is((await second.end).code, 0, second.output());
  },
);

test.serial(
  'a chain that cannot be reached ends a backfill in plain words, and the next one goes on',
  async (t) => {
    t.timeout(120_000);
    const { chain, database, run } = await open(t);
    const last = `${chain.world.chain.node.chain.last_final?.height}`;
    const { DMRV_CONFIG = '' } = chain.envFor(database);
    const text = readFileSync(DMRV_CONFIG, 'utf8');
    const lost = `${DMRV_CONFIG}.lost.json`;
    writeFileSync(lost, text.replaceAll(chain.rpc_url, NOWHERE));
    const alone = await run(['backfill', '--to', last, '--attempts', '2'], { DMRV_CONFIG: lost });
    t.is(alone.code, 1);
    t.regex(alone.output, /No RPC endpoint of the network answers/);
    t.is((await run(['backfill', '--to', last])).code, 0);
  },
);

test.serial('help explains each subcommand, and mistakes are told in one line', async (t) => {
  t.timeout(120_000);
  const { run } = await open(t);
  const help = await run(['--help']);
  t.is(help.code, 0);
  for (const word of [
    'follow',
    'backfill',
    'status',
    'verify',
    'rebuild',
    'redrive',
    'Ctrl-C',
    'DATABASE_URL',
  ]) {
    t.true(help.output.includes(word), word);
  }
  const mistakes: [args: string[], said: RegExp][] = [
    [['follow', '--from', 'soon'], /It is no block height/],
    [['backfill'], /required option '--to <height>'/],
    [['backfill', '--to', '-1'], /It is no block height|unknown option/],
    [['backfill', '--to', '18446744073709551616'], /It is no block height/],
    [['follow', '--contract', 'No Account'], /It is no NEAR account id/],
    [
      ['backfill', '--to', '5', '--source', 'ftp'],
      /no source "ftp"; there are "lake", "neardata" or "folder:<path>"/,
    ],
    [['verify', '--sample', '0'], /It is no count/],
    [['folow'], /unknown command 'folow'/],
  ];
  for (const [args, said] of mistakes) {
    const { code, output } = await run(args);
    t.is(code, 1, args.join(' '));
    t.regex(output, said);
    t.notRegex(output, /\n\s+at /, 'a stack is no help');
  }
});

interface Told {
  state: string;
  lag_blocks: string | null;
}

const LOOKS = 300;
const LOOK_PAUSE_MS = 100;

async function untilReady(url: string, holds: (told: Told) => boolean): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const told = (await (await fetch(`${url}/ready`)).json()) as Told;
    if (holds(told)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_PAUSE_MS));
  }
  throw new Error(`${url}/ready never told what was waited for`);
}
