// Owns a deployment from looking to the last deleted key; leaves the decisions to plan.ts and the command line to scripts/deploy.ts.
import { actions, PublicKey } from 'near-api-js';
import {
  type AccountFacts,
  type DeployChain,
  findAccount,
  findRules,
  listRoles,
  type Rules,
  send,
} from './chain.ts';
import { type AccountKey, readAccountKey } from './credentials.ts';
import { planDeployment, type Step, showNear } from './plan.ts';
import { refuseDeployment } from './refusal.ts';
import { type Settings, showGrant } from './settings.ts';

const TGAS = 10n ** 12n;
const NEW_GAS = 50n * TGAS;
const GRANT_GAS = 15n * TGAS;
/** Together they stay below the gas of one transaction. */
const GRANTS_A_TRANSACTION = 20;

export interface BuiltCode {
  wasm: Uint8Array;
  sha256: string;
  /**
   * Refuses a module that may not be deployed; absent where its build has judged it. It takes seconds, so it comes after all that
   * may refuse sooner.
   */
  judge?: () => Promise<void>;
}

export interface DeployOptions {
  chain: DeployChain;
  contract_id: string;
  built: BuiltCode;
  settings: Settings;
  keys_folder: string;
  dry_run: boolean;
  say: (line: string) => void;
}

export interface Deployed {
  /** False where it was there before, and nothing was changed. */
  changed: boolean;
  code_sha256: string;
  rules: Rules;
  notes: string[];
}

/** Returns what stands there; null after a dry run that would have changed something. */
export async function deployContract(options: DeployOptions): Promise<Deployed | null> {
  const { chain, contract_id, built, settings, dry_run, say } = options;
  const situation = await look(options);
  const plan = planDeployment(situation);
  if (plan.kind === 'there') {
    return { changed: false, notes: plan.notes, ...(await readDeployed(options)) };
  }
  const keys = await readKeys(options, plan.steps, situation.account);
  await built.judge?.();
  showPlan({ options, steps: plan.steps, account: situation.account });
  if (dry_run) return null;
  for (const step of plan.steps) await carryOut({ options, step, keys });
  const deployed = await readDeployed(options);
  const left = (await findAccount(chain, contract_id))?.keys.length;
  if (deployed.code_sha256 !== built.sha256 || deployed.rules.owner_id !== settings.owner_id || left !== 0) {
    throw new Error(
      `${contract_id} is not as it was deployed: code ${deployed.code_sha256}, owner ${deployed.rules.owner_id}, ${left} keys.`,
    );
  }
  say(`${contract_id}: deployed; no key is left, only an announced upgrade can change the code`);
  return { changed: true, notes: [], ...deployed };
}

async function look({ chain, contract_id, built, settings }: DeployOptions) {
  const account = await findAccount(chain, contract_id);
  const has_code = account !== undefined && account.code_sha256 !== null;
  const rules = has_code ? await findRules(chain, contract_id) : undefined;
  const named = new Set([settings.owner_id, ...settings.roles.map(({ account_id }) => account_id)]);
  const missing_accounts: string[] = [];
  for (const account_id of named) {
    if ((await findAccount(chain, account_id)) === undefined) missing_accounts.push(account_id);
  }
  return {
    contract_id,
    account,
    rules,
    granted: rules === undefined ? [] : await listRoles(chain, contract_id),
    missing_accounts,
    built: { sha256: built.sha256, bytes: built.wasm.length },
    settings,
  };
}

async function readDeployed({ chain, contract_id }: DeployOptions) {
  const account = await findAccount(chain, contract_id);
  const rules = await findRules(chain, contract_id);
  if (account?.code_sha256 == null || rules === undefined)
    throw new Error(`${contract_id} answers no more as it did a moment ago.`);
  return { code_sha256: account.code_sha256, rules };
}

interface Keys {
  contract: AccountKey;
  /** Undefined where nothing is granted. */
  owner: AccountKey | undefined;
}

/** Before anything is done: a deployment without its last step is worse than none. */
async function readKeys(
  { chain, contract_id, settings, keys_folder }: DeployOptions,
  steps: readonly Step[],
  account: AccountFacts | undefined,
): Promise<Keys> {
  const { network } = chain;
  const contract = await readAccountKey({ keys_folder, network, account_id: contract_id });
  requireFullAccess(contract, account);
  if (!steps.some(({ kind }) => kind === 'grant')) return { contract, owner: undefined };
  const owner = await readAccountKey({ keys_folder, network, account_id: settings.owner_id });
  requireFullAccess(owner, await findAccount(chain, settings.owner_id));
  return { contract, owner };
}

export function requireFullAccess(key: AccountKey, account: AccountFacts | undefined): void {
  const is_full = account?.keys.some(({ public_key, is_full }) => is_full && public_key === key.public_key);
  if (is_full === true) return;
  refuseDeployment(
    `The key in ${key.path} is no full-access key of ${key.account_id}.`,
    'Put the right key file there, or name another folder with --keys.',
  );
}

function showPlan(about: {
  options: DeployOptions;
  steps: readonly Step[];
  account: AccountFacts | undefined;
}): void {
  const { chain, contract_id, built, settings, say } = about.options;
  const { balance, keys } = about.account as AccountFacts;
  say(`network   ${chain.network} by ${chain.url}`);
  say(`contract  ${contract_id}: ${showNear(balance)} NEAR, ${keys.length} key(s)`);
  say(`code      ${built.wasm.length} bytes, sha256 ${built.sha256}`);
  say(`owner     ${settings.owner_id}, upgrades wait ${settings.upgrade_delay_ns} ns`);
  say('plan');
  for (const [index, step] of about.steps.entries())
    for (const [place, line] of describeStep(step, about.options).entries())
      say(`  ${place === 0 ? `${index + 1}.` : '  '} ${line}`);
}

function describeStep(step: Step, { contract_id, settings }: DeployOptions): string[] {
  if (step.kind === 'deploy') {
    return [`${contract_id} takes the code and calls new for ${settings.owner_id}, in one transaction`];
  }
  if (step.kind === 'grant') {
    return [`${settings.owner_id} grants`, ...step.grants.map((one) => `  ${showGrant(one)}`)];
  }
  const full = step.keys.filter(({ is_full }) => is_full).length;
  return [
    `${contract_id} deletes all its ${step.keys.length} key(s), ${full} of them with full access; this cannot be undone`,
  ];
}

async function carryOut(about: { options: DeployOptions; step: Step; keys: Keys }): Promise<void> {
  const { options, step, keys } = about;
  const { chain, contract_id, built, settings, say } = options;
  if (step.kind === 'deploy') {
    const { owner_id, metadata, upgrade_delay_ns } = settings;
    const args = { owner_id, metadata, upgrade_delay_ns };
    const born = [actions.deployContract(built.wasm), actions.functionCall('new', args, NEW_GAS, 0n)];
    const hash = await send(chain, { key: keys.contract, receiver_id: contract_id, actions: born });
    say(`deployed and initialised: transaction ${hash}`);
  } else if (step.kind === 'grant') {
    const owner = keys.owner as AccountKey;
    for (let at = 0; at < step.grants.length; at += GRANTS_A_TRANSACTION) {
      const grants = step.grants.slice(at, at + GRANTS_A_TRANSACTION);
      const calls = grants.map((one) => actions.functionCall('grant_role', one, GRANT_GAS, 1n));
      const hash = await send(chain, { key: owner, receiver_id: contract_id, actions: calls });
      say(`granted ${grants.length} role(s): transaction ${hash}`);
    }
  } else {
    const deletes = step.keys.map(({ public_key }) => actions.deleteKey(PublicKey.fromString(public_key)));
    const hash = await send(chain, { key: keys.contract, receiver_id: contract_id, actions: deletes });
    say(`deleted ${step.keys.length} key(s) of ${contract_id}: transaction ${hash}`);
  }
}
