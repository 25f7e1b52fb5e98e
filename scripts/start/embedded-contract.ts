// Owns that the product's localnet has the contract: built beside the start, deployed where it is not there; leaves deploying to scripts/deploy.
import { actions, PublicKey } from 'near-api-js';
import type { Config } from '../../core/config/index.ts';
import { DmrvError } from '../../core/errors/index.ts';
import type { RunningBuild } from '../build-contract/build-beside.ts';
import { buildOrFind } from '../build-contract/kept-build.ts';
import { type DeployChain, describeCredits, findAccount, openDeployChain, send } from '../deploy/chain.ts';
import { readAccountKey } from '../deploy/credentials.ts';
import { type Deployed, deployContract } from '../deploy/deploy-contract.ts';
import { LOCALNET_SETTINGS } from '../deploy/settings.ts';
import type { LaterAccount } from '../localnet/accounts.ts';
import type { Shown } from './chain.ts';

export interface EmbeddedContract {
  network: Config['network'];
  /** With a folder for each network in it. */
  keys_folder: string;
  /** People of the development roles who were not there at genesis. */
  later_accounts: readonly LaterAccount[];
  build: RunningBuild;
  note: (line: string) => void;
}

/** The first note is the first that takes long: there is none where the engine is kept from an earlier build. */
export function startBuild(note: (line: string) => void): RunningBuild {
  let is_first = true;
  return buildOrFind((line) => {
    if (is_first)
      note("The contract's engine is built now, once for these sources; that takes a minute or two.");
    is_first = false;
    note(line);
  });
}

/** What the view shows of it; nothing where the build was stopped. */
export async function ensureContract(about: EmbeddedContract): Promise<Shown> {
  const { network, keys_folder, build, note } = about;
  const { contract_account_id: contract_id } = network;
  const built = await build.result;
  if (built.kind === 'stopped') return [];
  if (built.kind === 'failed') throw built.error;
  try {
    const chain = await openDeployChain({ network: network.name, rpc_urls: network.rpc_urls });
    await createLaterAccounts(chain, about);
    const deployed = await deployContract({
      chain,
      contract_id,
      built,
      settings: LOCALNET_SETTINGS,
      keys_folder,
      dry_run: false,
      say: () => undefined,
    });
    if (deployed === null) return [];
    if (deployed.changed)
      note(`Deployed the contract to ${contract_id} and deleted all keys of that account.`);
    for (const line of deployed.notes) note(`${contract_id}: ${line}`);
    return [
      ['Contract', describeDeployed(contract_id, deployed, built.sha256)],
      ['Credits', await describeCredits(chain, contract_id)],
    ];
  } catch (error) {
    // The chain is of use all the same, and whoever put something else there wants to go on with it.
    if (!(error instanceof DmrvError) || error.code !== 'DEPLOYMENT_REFUSED') throw error;
    return [['Contract', `${contract_id}  not deployed. ${error.message}`]];
  }
}

function describeDeployed(contract_id: string, { code_sha256, rules }: Deployed, built: string): string {
  const differs = code_sha256 === built ? '' : `, not the code built here (${built})`;
  return `${contract_id}  of ${rules.owner_id}, code sha256 ${code_sha256}${differs}`;
}

async function createLaterAccounts(
  chain: DeployChain,
  { network, keys_folder, later_accounts }: EmbeddedContract,
): Promise<void> {
  for (const { account_id, parent_id, public_key, amount } of later_accounts) {
    if ((await findAccount(chain, account_id)) !== undefined) continue;
    const key = await readAccountKey({ keys_folder, network: network.name, account_id: parent_id });
    const made = [
      actions.createAccount(),
      actions.transfer(amount),
      actions.addFullAccessKey(PublicKey.fromString(public_key)),
    ];
    await send(chain, { key, receiver_id: account_id, actions: made });
  }
}
