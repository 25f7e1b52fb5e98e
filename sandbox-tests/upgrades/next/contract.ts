// Owns a later version of the contract, whose migration knows the way from today's layout to its own; leaves all else to today's.
import { requirePrivate } from '../../../contracts/credit/access.ts';
import { tellCredit } from '../../../contracts/credit/events.ts';
import { loadGlobal, STATE_VERSION, saveGlobal } from '../../../contracts/credit/global-record.ts';

export * from '../../../contracts/credit/contract.ts';

export function migrate(): void {
  requirePrivate();
  const global = loadGlobal();
  const { code_sha256 } = global;
  global.version = STATE_VERSION + 1;
  global.code_sha256 = '';
  global.not_before_ns = '';
  saveGlobal(global);
  tellCredit('upgrade_apply', { code_sha256, from_version: STATE_VERSION, to_version: STATE_VERSION + 1 });
}
