// Owns answers about what a block changed in the state; leaves the JSON of changes to localnet/views.
import { z } from 'zod';
import { encodeBase58 } from '../../../core/near/base58.ts';
import { equalBytes } from '../../../core/near/bytes.ts';
import { formatCurveBytes } from '../../../core/near/keys.ts';
import type { FullBlock } from '../../node/types.ts';
import { parseStateKey } from '../../state/parse-key.ts';
import type { StateChange } from '../../state/types.ts';
import { type ShownChange, showStateChanges } from '../../views/state-change.ts';
import { getBlock } from '../blocks.ts';
import type { RpcContext } from '../context.ts';
import { handlerError, RpcError } from '../errors.ts';
import {
  accountIdSchema,
  base64Schema,
  blockReferenceSchema,
  parseParams,
  publicKeySchema,
} from '../params.ts';

const account_ids = z.array(accountIdSchema);
const wishSchema = z.discriminatedUnion('changes_type', [
  z.object({ changes_type: z.literal('account_changes'), account_ids }),
  z.object({
    changes_type: z.literal('single_access_key_changes'),
    keys: z.array(z.object({ account_id: accountIdSchema, public_key: publicKeySchema })),
  }),
  z.object({ changes_type: z.literal('all_access_key_changes'), account_ids }),
  z.object({ changes_type: z.literal('contract_code_changes'), account_ids }),
  z.object({ changes_type: z.literal('data_changes'), account_ids, key_prefix_base64: base64Schema }),
]);
type Wish = z.infer<typeof wishSchema>;
type Choice = (change: ShownChange) => boolean;

export function changes(context: RpcContext, params: unknown) {
  const choices = choicesOf(parseParams(wishSchema, params));
  const full = findBlock(context, params);
  const shown = showStateChanges(stateChanges(full));
  // One account or key after the other, as they were asked for.
  const chosen = choices.flatMap((choice) => shown.filter(choice));
  return { block_hash: encodeBase58(full.block.hash), changes: chosen.map(({ view }) => view) };
}

const TOUCHED = {
  account: 'account_touched',
  access_key: 'access_key_touched',
  contract_code: 'contract_code_touched',
  contract_data: 'data_touched',
};

/** One entry for each key, in the order of keys. */
export function changesInBlock(context: RpcContext, params: unknown) {
  const full = findBlock(context, params);
  const touched = stateChanges(full).flatMap(({ key }) => {
    const parsed = parseStateKey(key);
    if (!('account_id' in parsed) || !(parsed.kind in TOUCHED)) return [];
    return [{ type: TOUCHED[parsed.kind as keyof typeof TOUCHED], account_id: parsed.account_id }];
  });
  return { block_hash: encodeBase58(full.block.hash), changes: touched };
}

function choicesOf(wish: Wish): Choice[] {
  switch (wish.changes_type) {
    case 'single_access_key_changes':
      return wish.keys.map(({ account_id, public_key }) => {
        const text = formatCurveBytes(public_key);
        return (change) => change.account_id === account_id && change.public_key === text;
      });
    case 'data_changes': {
      const prefix = wish.key_prefix_base64;
      return ofAccounts(wish, 'contract_data').map(
        (choice) => (change) => choice(change) && startsWith(change.data_key, prefix),
      );
    }
    case 'account_changes':
      return ofAccounts(wish, 'account');
    case 'all_access_key_changes':
      return ofAccounts(wish, 'access_key');
    case 'contract_code_changes':
      return ofAccounts(wish, 'contract_code');
  }
}

function ofAccounts(wish: { account_ids: string[] }, kind: ShownChange['kind']): Choice[] {
  return wish.account_ids.map(
    (account_id) => (change) => change.kind === kind && change.account_id === account_id,
  );
}

function startsWith(key: Uint8Array | null, prefix: Uint8Array): boolean {
  return key !== null && equalBytes(key.subarray(0, prefix.length), prefix);
}

/** Of all shards together, by key. */
function stateChanges({ shards }: FullBlock): StateChange[] {
  return shards
    .flatMap(({ chunk }) => chunk?.state_changes ?? [])
    .sort((left, right) => Buffer.compare(left.key, right.key));
}

/** These two methods say only the name of what went wrong, twice. */
function findBlock({ node }: RpcContext, params: unknown): FullBlock {
  const reference = parseParams(blockReferenceSchema, params);
  try {
    return getBlock(node, reference);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw handlerError(error.cause_object, { status: error.status });
  }
}
