// Owns the contract's first call; leaves deploying and deleting keys to the deployment.

import { requirePrivate } from './access.ts';
import { asAccountId, asU64, readArgs } from './args.ts';
import { panic } from './errors.ts';
import { tellCredit } from './events.ts';
import { STATE_VERSION, saveGlobal } from './global-record.ts';
import { saveMetadata } from './metadata.ts';
import { hasText, KEY } from './storage.ts';
import { NO_SUPPLY } from './supply.ts';

/** So that a wrong number of digits cannot bar every upgrade for ever. */
const MAX_UPGRADE_DELAY_NS = 366n * 86_400_000_000_000n;

/** Only by the account itself, so that nobody else can be first. */
export function initialise(): void {
  requirePrivate();
  if (hasText(KEY.global)) panic('ALREADY_INITIALISED', 'the contract has its owner already');
  const args = readArgs();
  const owner_id = asAccountId(args.owner_id, 'owner_id');
  const delay = asU64(args.upgrade_delay_ns, 'upgrade_delay_ns');
  if (delay > MAX_UPGRADE_DELAY_NS) {
    panic('ARGUMENT_INVALID', `upgrade_delay_ns must be at most ${MAX_UPGRADE_DELAY_NS}`);
  }
  saveMetadata(args.metadata);
  const upgrade_delay_ns = `${delay}`;
  saveGlobal({
    version: STATE_VERSION,
    owner_id,
    proposed_id: '',
    paused: '',
    guardians: ';',
    upgrade_delay_ns,
    code_sha256: '',
    not_before_ns: '',
    supply: NO_SUPPLY,
    live: { count: 0, tail: '' },
  });
  tellCredit('contract_init', { owner_id, upgrade_delay_ns });
}
