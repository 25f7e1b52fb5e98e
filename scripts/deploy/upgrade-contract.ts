// Owns announcing an upgrade and carrying it out, as the owner; leaves the delay and the check of the code to the contract.
import { actions } from 'near-api-js';
import { findAccount, findRules, send } from './chain.ts';
import { type AccountKey, readAccountKey } from './credentials.ts';
import { type DeployOptions, requireFullAccess } from './deploy-contract.ts';
import { refuseDeployment } from './refusal.ts';

const TGAS = 10n ** 12n;
const ANNOUNCE_GAS = 30n * TGAS;
/** Deploying costs by the byte, and the new code then checks the state. */
const UPGRADE_GAS = 300n * TGAS;
const NS_PER_MS = 1_000_000n;

export type UpgradeOptions = Omit<DeployOptions, 'settings'>;

export async function announceUpgrade(options: UpgradeOptions): Promise<void> {
  const { chain, contract_id, built, dry_run, say } = options;
  const { owner_id, upgrade_delay_ns, announced } = await lookAtDeployed(options);
  if (announced !== null) {
    return refuseDeployment(
      `An upgrade to ${announced.code_sha256} is announced already, for ${showTime(announced.not_before_ns)}.`,
      'Carry it out with --upgrade, or take it back first: the owner calls cancel_upgrade.',
    );
  }
  const key = await readOwnerKey(options, owner_id);
  await built.judge?.();
  say(
    `${owner_id} announces the code sha256 ${built.sha256}; it may be deployed ${upgrade_delay_ns} ns later`,
  );
  if (dry_run) return;
  const call = actions.functionCall('announce_upgrade', { code_sha256: built.sha256 }, ANNOUNCE_GAS, 1n);
  const hash = await send(chain, { key, receiver_id: contract_id, actions: [call] });
  const rules = await findRules(chain, contract_id);
  say(
    `announced, to be deployed from ${showTime(rules?.announced_upgrade?.not_before_ns ?? '0')} on: transaction ${hash}`,
  );
}

export async function upgradeContract(options: UpgradeOptions): Promise<void> {
  const { chain, contract_id, built, dry_run, say } = options;
  const { owner_id, announced } = await lookAtDeployed(options);
  if (announced === null) {
    return refuseDeployment('No upgrade is announced.', 'Announce it with --announce-upgrade.');
  }
  if (announced.code_sha256 !== built.sha256) {
    return refuseDeployment(
      `Announced is the code sha256 ${announced.code_sha256}; built here is ${built.sha256}.`,
      'Build the announced sources, or name their module with --wasm.',
    );
  }
  if (BigInt(announced.not_before_ns) > BigInt(Date.now()) * NS_PER_MS) {
    return refuseDeployment(
      `The announced upgrade may not be carried out before ${showTime(announced.not_before_ns)}.`,
      'Run this again then.',
    );
  }
  const key = await readOwnerKey(options, owner_id);
  await built.judge?.();
  say(`${owner_id} upgrades ${contract_id} to ${built.wasm.length} bytes, sha256 ${built.sha256}`);
  if (dry_run) return;
  const call = actions.functionCall('upgrade', built.wasm, UPGRADE_GAS, 1n);
  const hash = await send(chain, { key, receiver_id: contract_id, actions: [call] });
  const account = await findAccount(chain, contract_id);
  if (account?.code_sha256 !== built.sha256) {
    throw new Error(`${contract_id} has the code ${account?.code_sha256} after transaction ${hash}.`);
  }
  say(`upgraded: transaction ${hash}`);
}

async function lookAtDeployed({ chain, contract_id, built }: UpgradeOptions) {
  const account = await findAccount(chain, contract_id);
  const has_code = account !== undefined && account.code_sha256 !== null;
  const rules = has_code ? await findRules(chain, contract_id) : undefined;
  if (account === undefined || rules === undefined) {
    return refuseDeployment(
      `${contract_id} has no contract of this kind.`,
      'Deploy it with "npm run deploy", or mend contract_account_id in near.config.json.',
    );
  }
  if (account.code_sha256 === built.sha256) {
    return refuseDeployment(
      `${contract_id} has the code sha256 ${built.sha256} already.`,
      'There is nothing to upgrade.',
    );
  }
  const { owner_id, upgrade_delay_ns, announced_upgrade } = rules;
  return { owner_id, upgrade_delay_ns, announced: announced_upgrade };
}

async function readOwnerKey({ chain, keys_folder }: UpgradeOptions, account_id: string): Promise<AccountKey> {
  const key = await readAccountKey({ keys_folder, network: chain.network, account_id });
  requireFullAccess(key, await findAccount(chain, account_id));
  return key;
}

function showTime(ns: string): string {
  return new Date(Number(BigInt(ns) / NS_PER_MS)).toISOString();
}
