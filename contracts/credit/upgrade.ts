// Owns replacing the code: announced by its hash, after the delay, with its migration or not at all; leaves the way
// from an older layout to the code that brings a new one.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';
import { requireOwner, requirePrivate } from './access.ts';
import { asHash, readArgs } from './args.ts';
import { requireOneYocto } from './deposits.ts';
import { panic } from './errors.ts';
import { tellCredit } from './events.ts';
import { type GlobalRecord, loadGlobal, STATE_VERSION, saveGlobal } from './global-record.ts';
import { findRegistry, listRegistries } from './registry-record.ts';
import { addSupplies, NO_SUPPLY } from './supply.ts';

/** Reading all registries' totals, of which there are at most 64, and the loading of the code. */
const MIGRATE_GAS = 50_000_000_000_000n;

export function announce_upgrade(): void {
  const args = readArgs();
  requireOneYocto();
  const global = loadGlobal();
  const account_id = requireOwner(global);
  const code_sha256 = asHash(args.code_sha256, 'code_sha256');
  if (global.code_sha256 !== '') {
    panic('ALREADY_EXISTS', `an upgrade to ${global.code_sha256} is announced; cancel it first`);
  }
  global.code_sha256 = code_sha256;
  global.not_before_ns = `${near.blockTimestamp() + BigInt(global.upgrade_delay_ns)}`;
  saveGlobal(global);
  const { not_before_ns } = global;
  tellCredit('upgrade_announce', { code_sha256, not_before_ns, account_id });
}

export function cancel_upgrade(): void {
  requireOneYocto();
  const global = loadGlobal();
  const account_id = requireOwner(global);
  const code_sha256 = requireAnnounced(global);
  forgetUpgrade(global);
  saveGlobal(global);
  tellCredit('upgrade_cancel', { code_sha256, account_id });
}

/** The input is the code itself. Deploying and migrating are one batch: where one fails, neither happened. */
export function upgrade(): void {
  requireOneYocto();
  const global = loadGlobal();
  requireOwner(global);
  const code_sha256 = requireAnnounced(global);
  if (near.blockTimestamp() < BigInt(global.not_before_ns)) {
    panic('UPGRADE_EARLY', `the code may be replaced from ${global.not_before_ns} ns on`);
  }
  const code = near.inputRaw();
  const hash = toHex(near.sha256(code));
  if (hash !== code_sha256) panic('UPGRADE_MISMATCH', `${hash} is not the announced ${code_sha256}`);
  const batch = near.promiseBatchCreate(near.currentAccountId());
  near.promiseBatchActionDeployContract(batch, code);
  near.promiseBatchActionFunctionCallRaw(
    batch,
    'migrate',
    encode(`{"code_sha256":"${hash}"}`),
    0n,
    MIGRATE_GAS,
  );
  near.promiseReturn(batch);
}

/** Run by the new code: it takes the announcement as done, or refuses the state and so undoes itself. */
export function migrate(): void {
  requirePrivate();
  const deployed = asHash(readArgs().code_sha256, 'code_sha256');
  const global = loadGlobal();
  const code_sha256 = requireAnnounced(global);
  // The owner may have cancelled and announced other code since `upgrade` sent this.
  if (deployed !== code_sha256) panic('UPGRADE_MISMATCH', `${deployed} is not the announced ${code_sha256}`);
  const from_version = global.version;
  if (from_version !== STATE_VERSION) {
    panic('UPGRADE_STATE', `the state has version ${from_version}, this code knows ${STATE_VERSION}`);
  }
  requireSoundTotals(global);
  forgetUpgrade(global);
  saveGlobal(global);
  tellCredit('upgrade_apply', { code_sha256, from_version, to_version: STATE_VERSION });
}

export function requireSoundTotals({ supply, live }: GlobalRecord): void {
  const of_registries = listRegistries().reduce((sum, id) => {
    const record = findRegistry(id);
    if (record === undefined) panic('UPGRADE_STATE', `${id} is listed and has no record`);
    return addSupplies(sum, record.supply);
  }, NO_SUPPLY);
  if (of_registries !== supply) {
    panic('UPGRADE_STATE', `the registries' totals ${of_registries} are not the whole ${supply}`);
  }
  const [minted, ...others] = supply.split(' ').flatMap((units, i) => (i % 2 === 0 ? [] : [BigInt(units)]));
  if (minted !== others.reduce((sum, units) => sum + units, 0n)) {
    panic('UPGRADE_STATE', `what was minted is not what became of it: ${supply}`);
  }
  const numbers = supply.split(' ');
  if (Number(numbers[2]) + Number(numbers[4]) !== live.count) {
    panic('UPGRADE_STATE', `${live.count} credits are listed as live, the totals are ${supply}`);
  }
}

function requireAnnounced({ code_sha256 }: GlobalRecord): string {
  if (code_sha256 === '') panic('UPGRADE_NOT_ANNOUNCED', 'no upgrade is announced');
  return code_sha256;
}

function forgetUpgrade(global: GlobalRecord): void {
  global.code_sha256 = '';
  global.not_before_ns = '';
}

function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (let i = 0; i < bytes.length; i++) hex += (256 + (bytes[i] as number)).toString(16).slice(1);
  return hex;
}
