// Owns the command "npm run deploy": its options and what it builds; leaves deploying and upgrading to scripts/deploy/.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { METHODS } from '../contracts/credit/methods.ts';
import { type Config, loadConfig } from '../core/config/index.ts';
import { buildBeside } from './build-contract/build-beside.ts';
import { note, noteFailure, say } from './console.ts';
import { describeCredits, openDeployChain } from './deploy/chain.ts';
import { type BuiltCode, type DeployOptions, deployContract } from './deploy/deploy-contract.ts';
import { refuseDeployment } from './deploy/refusal.ts';
import { LOCALNET_SETTINGS, readSettings, type Settings } from './deploy/settings.ts';
import { announceUpgrade, upgradeContract } from './deploy/upgrade-contract.ts';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

const HELP = `
Builds the contract and deploys it to contract_account_id of the network that DMRV_NETWORK names: code and "new" in one
transaction, then the roles, and at last every key of the account is deleted. After that nobody can change the code but
the owner, by an announced upgrade. Where the contract is there already, it says what is there and changes nothing; a
deployment that was cut off is gone on with.

Keys are read from NEAR's credential files, <folder>/<network>/<account>.json, and never shown. Needed are those of the
contract's account and, where roles are granted, of the owner.

The settings are a file such as this one; on localnet they may be left out:
  {
    "owner_id": "owner.testnet",
    "upgrade_delay_ns": "172800000000000",
    "metadata": { "spec": "nft-1.0.0", "name": "dMRV carbon credits", "symbol": "DMRV" },
    "roles": [
      { "role": "guardian", "account_id": "watch.testnet" },
      { "role": "minter", "account_id": "platform.testnet", "registry": "verra", "daily_tonnage": "50000" },
      { "role": "registry_agent", "account_id": "platform.testnet", "registry": "verra" }
    ]
  }

Examples:
  npm run deploy
  DMRV_NETWORK=testnet npm run deploy -- --settings deployment.json --dry-run
  DMRV_NETWORK=testnet npm run deploy -- --settings deployment.json
  DMRV_NETWORK=testnet npm run deploy -- --announce-upgrade
  DMRV_NETWORK=testnet npm run deploy -- --upgrade
`;

interface Choice {
  settings?: string;
  keys?: string;
  rpc?: string;
  wasm?: string;
  dryRun: boolean;
  announceUpgrade?: true;
  upgrade?: true;
}

await new Command('npm run deploy --')
  .description('Deploys the contract, or upgrades it.')
  .option('--settings <file>', 'owner, metadata, delay of upgrades and roles; see below')
  .option(
    '--keys <folder>',
    "folder of the networks' keys (~/.near-credentials; on localnet the chain's own)",
  )
  .option('--rpc <url>', 'RPC endpoint instead of those of near.config.json')
  .option('--wasm <file>', 'take this module instead of building one')
  .option('--dry-run', 'show what would be done, and do nothing', false)
  .addOption(new Option('--announce-upgrade', 'announce the built code as the next one').conflicts('upgrade'))
  .option('--upgrade', 'replace the code by the announced one, after the delay')
  .addHelpText('after', HELP)
  .allowExcessArguments(false)
  .action(main)
  .parseAsync();

async function main(choice: Choice): Promise<void> {
  try {
    const config = loadConfig({ env: process.env, folder: PROJECT_FOLDER });
    const is_upgrade = choice.announceUpgrade === true || choice.upgrade === true;
    // Small mistakes are told before the long build.
    const settings = is_upgrade ? undefined : await findSettings(config, choice);
    const given = choice.wasm === undefined ? undefined : await readModule(choice.wasm);
    const chain = await openDeployChain({
      network: config.network.name,
      rpc_urls: choice.rpc === undefined ? config.network.rpc_urls : [choice.rpc],
      rpc_api_key: config.secrets.rpc_api_key,
    });
    const options = {
      chain,
      contract_id: config.network.contract_account_id,
      built: given ?? (await build()),
      keys_folder: findKeysFolder(config, choice),
      dry_run: choice.dryRun,
      say,
    };
    if (choice.announceUpgrade === true) await announceUpgrade(options);
    else if (choice.upgrade === true) await upgradeContract(options);
    else await deploy({ ...options, settings: settings as Settings });
    if (choice.dryRun) say('Dry run: nothing was done.');
  } catch (error) {
    noteFailure(error);
    process.exitCode = 1;
  }
}

async function deploy(options: DeployOptions): Promise<void> {
  const { chain, contract_id } = options;
  const deployed = await deployContract(options);
  if (deployed === null) return;
  const { changed, code_sha256, rules, notes } = deployed;
  if (!changed) {
    say(`${contract_id} is there already and has no key; nothing was changed.`);
    say(`code      sha256 ${code_sha256}${notes.length === 0 ? ', the same as built here' : ''}`);
    say(`owner     ${rules.owner_id}`);
    const { announced_upgrade } = rules;
    if (announced_upgrade !== null) say(`announced sha256 ${announced_upgrade.code_sha256}`);
  }
  say(`credits   ${await describeCredits(chain, contract_id)}`);
  for (const line of notes) note(line);
}

async function findSettings({ network }: Config, { settings }: Choice): Promise<Settings> {
  if (settings !== undefined) return await readSettings(resolve(settings));
  if (network.name === 'localnet') return LOCALNET_SETTINGS;
  return refuseDeployment(
    `A deployment to ${network.name} needs settings: who owns the contract, and who has which role.`,
    'Name a file with --settings; "npm run deploy -- --help" shows an example.',
  );
}

function findKeysFolder({ network, localnet }: Config, { keys }: Choice): string {
  if (keys !== undefined) return resolve(keys);
  return network.name === 'localnet'
    ? join(localnet.data_folder, 'keys')
    : join(homedir(), '.near-credentials');
}

/** In a thread of its own: a connection that closes meanwhile is noticed, and Ctrl-C ends it. */
async function build(): Promise<BuiltCode> {
  const end = await buildBeside(note).result;
  if (end.kind === 'built') return end;
  throw end.kind === 'failed' ? end.error : new Error('The build was stopped.');
}

async function readModule(path: string): Promise<BuiltCode> {
  const wasm = await readFile(resolve(path)).catch((error: unknown) =>
    refuseDeployment(`The module ${path} cannot be read.`, 'Name a file with --wasm.', error),
  );
  return {
    wasm,
    sha256: createHash('sha256').update(wasm).digest('hex'),
    judge: async () => {
      const { findWasmProblems } = await import('./build-contract/validate.ts');
      const problems = findWasmProblems({ wasm, methods: Object.keys(METHODS) });
      if (problems.length === 0) return;
      refuseDeployment(`${path} may not be deployed: ${problems.join('; ')}.`, 'Name another module.');
    },
  };
}
