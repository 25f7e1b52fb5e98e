// Owns the decision what a deployment has to do, from what is on the chain; leaves doing it to deploy-contract.ts.
import { type AccountFacts, isGranted, type Rules } from './chain.ts';
import { refuseDeployment } from './refusal.ts';
import { type Grant, type Settings, showGrant } from './settings.ts';

/** NEAR's price of a byte, which stays with the account as long as the byte does. */
export const YOCTO_PER_BYTE = 10n ** 19n;
/** Roles and registries are kept at the contract's own cost; credits pay for themselves. */
const STATE_RESERVE_BYTES = 100_000;
/** Above what deploying, `new` and deleting keys cost at a gas price ten times the least. */
const FEES_YOCTO = 5n * 10n ** 23n;
/** Actions of one transaction. */
const MAX_KEYS = 100;

export interface Situation {
  contract_id: string;
  account: AccountFacts | undefined;
  /** Undefined where the code knows no such view, or there is none. */
  rules: Rules | undefined;
  granted: readonly { role: string; account_id: string; registry?: string | undefined }[];
  /** Of those that the settings name. */
  missing_accounts: readonly string[];
  built: { sha256: string; bytes: number };
  settings: Settings;
}

export type Step =
  | { kind: 'deploy' }
  | { kind: 'grant'; grants: Grant[] }
  | { kind: 'delete_keys'; keys: AccountFacts['keys'] };

export type Plan =
  /** Nothing to do: `notes` says where it is not what was asked for. */
  { kind: 'there'; notes: string[] } | { kind: 'steps'; steps: Step[] };

/** Refuses what cannot or must not be done. A deployment that was cut off is gone on with. */
export function planDeployment(situation: Situation): Plan {
  const { contract_id, account, settings } = situation;
  if (account === undefined) {
    return refuseDeployment(
      `The account ${contract_id} is not there.`,
      'Create it with a full-access key, or mend contract_account_id in near.config.json.',
    );
  }
  if (account.code_sha256 !== null) return planDeployed({ ...situation, account });
  if (settings.owner_id === contract_id) {
    return refuseDeployment(
      `The owner would be the contract's own account ${contract_id}, whose keys are deleted.`,
      'Name another account as owner_id.',
    );
  }
  if (situation.missing_accounts.length > 0) {
    return refuseDeployment(
      `The settings name accounts that are not there: ${situation.missing_accounts.join(', ')}.`,
      'Create them, or mend the settings.',
    );
  }
  refuseTooPoor({ ...situation, account });
  return {
    kind: 'steps',
    steps: [{ kind: 'deploy' }, ...listGrants(settings.roles), deleteKeys(contract_id, account.keys)],
  };
}

function planDeployed(situation: Situation & { account: AccountFacts }): Plan {
  const { contract_id, account, rules, granted, built, settings } = situation;
  const { code_sha256, keys } = account;
  if (rules === undefined) {
    return refuseDeployment(
      `${contract_id} has code already (sha256 ${code_sha256}) that does not answer as this contract does.`,
      'Name another account, or delete and create this one again.',
    );
  }
  const missing = settings.roles.filter((one) => !isGranted(one, granted));
  const is_built = code_sha256 === built.sha256;
  if (keys.length === 0) {
    return { kind: 'there', notes: describeDifferences({ ...situation, rules, missing, is_built }) };
  }
  // What stands here may be somebody else's work, or of before a change: to lock it in for ever is not ours to do.
  const { owner_id, upgrade_delay_ns } = rules;
  const is_asked = owner_id === settings.owner_id && upgrade_delay_ns === settings.upgrade_delay_ns;
  if (!is_built || !is_asked) {
    return refuseDeployment(
      `${contract_id} is initialised already (owner ${owner_id}, delay ${upgrade_delay_ns} ns, code sha256 ${code_sha256}), and still has ${keys.length} key(s). This deployment has the owner ${settings.owner_id}, the delay ${settings.upgrade_delay_ns} ns and the code ${built.sha256}.`,
      'A deployment that was cut off goes on only with its own sources and settings; else take a new account.',
    );
  }
  if (situation.missing_accounts.length > 0) {
    return refuseDeployment(
      `The settings name accounts that are not there: ${situation.missing_accounts.join(', ')}.`,
      'Create them, or mend the settings.',
    );
  }
  return { kind: 'steps', steps: [...listGrants(missing), deleteKeys(contract_id, keys)] };
}

function describeDifferences(about: {
  rules: Rules;
  built: Situation['built'];
  settings: Settings;
  missing: Grant[];
  is_built: boolean;
}): string[] {
  const { rules, built, settings, missing, is_built } = about;
  const notes: string[] = [];
  if (!is_built) {
    notes.push(
      `The code there is not the one built here (sha256 ${built.sha256}). Replace it with --announce-upgrade and --upgrade.`,
    );
  }
  if (rules.owner_id !== settings.owner_id) {
    notes.push(`The owner is ${rules.owner_id}; the settings say ${settings.owner_id}.`);
  }
  if (missing.length > 0) {
    notes.push(`Not granted: ${missing.map(showGrant).join('; ')}. The owner may grant it with grant_role.`);
  }
  return notes;
}

function listGrants(grants: Grant[]): Step[] {
  return grants.length === 0 ? [] : [{ kind: 'grant', grants }];
}

function deleteKeys(contract_id: string, keys: AccountFacts['keys']): Step {
  if (keys.length > MAX_KEYS) {
    return refuseDeployment(
      `${contract_id} has ${keys.length} keys; one transaction deletes ${MAX_KEYS} of them.`,
      'Delete those that are not needed first.',
    );
  }
  return { kind: 'delete_keys', keys };
}

function refuseTooPoor({ contract_id, account, built }: Situation & { account: AccountFacts }): void {
  const bytes = BigInt(account.storage_usage + built.bytes + STATE_RESERVE_BYTES);
  const needed = bytes * YOCTO_PER_BYTE + FEES_YOCTO;
  if (account.balance >= needed) return;
  refuseDeployment(
    `${contract_id} has ${showNear(account.balance)} NEAR; the code's ${built.bytes} bytes, the state's first ${STATE_RESERVE_BYTES} and the fees need ${showNear(needed + CENTI_NEAR - 1n)}.`,
    'Send it the difference, then run this again.',
  );
}

const CENTI_NEAR = 10n ** 22n;

export function showNear(yocto: bigint): string {
  const cents = yocto / CENTI_NEAR;
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}
