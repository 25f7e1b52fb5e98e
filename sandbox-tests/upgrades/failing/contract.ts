// Owns a later version of the contract, whose migration rewrites half of the state and then fails; leaves all else to today's.
import { requirePrivate } from '../../../contracts/credit/access.ts';
import { panic } from '../../../contracts/credit/errors.ts';
import { loadGlobal, STATE_VERSION, saveGlobal } from '../../../contracts/credit/global-record.ts';
import { KEY, removeText, writeText } from '../../../contracts/credit/storage.ts';

export * from '../../../contracts/credit/contract.ts';

export function migrate(): void {
  requirePrivate();
  const global = loadGlobal();
  global.version = STATE_VERSION + 1;
  saveGlobal(global);
  removeText(KEY.registries);
  writeText('new', 'half');
  panic('UPGRADE_STATE', 'the other half of the state cannot be read');
}
