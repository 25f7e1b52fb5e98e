// Owns the requests about changes and what each is answered; leaves judging to case.ts.
import type { FullBlock, LocalnetNode } from '../../../localnet/node/types.ts';
import { COLUMN } from '../../../localnet/state/keys.ts';
import { KEEPER, ROOT } from '../rpc-node.ts';
import { HOLDER, KEPT } from '../rpc-world.ts';
import { base64, type Case, FINAL, handler, NEVER, parsing } from './case.ts';

const change = (type: string, more: object) => ({ changes_type: type, ...more });
function heightWhere(node: LocalnetNode, holds: (full: FullBlock) => boolean): number {
  const found = [...node.finalBlocks()].find(holds);
  if (found === undefined) throw new Error('no final block is of that kind; see the world');
  return Number(found.block.height);
}

const data_update = {
  type: 'data_update',
  change: { account_id: HOLDER, key_base64: base64('key'), value_base64: base64(KEPT) },
};
export const CHANGES: Case[] = [
  {
    title: 'of data, with the cause',
    params: ({ block_hash: block_id }) => ({
      block_id,
      ...change('data_changes', { account_ids: [HOLDER], key_prefix_base64: '' }),
    }),
    result: ({ block_hash, receipt_id }) => ({
      block_hash,
      changes: [{ cause: { type: 'receipt_processing', receipt_hash: receipt_id }, ...data_update }],
    }),
  },
  {
    title: 'of data with another prefix',
    params: ({ block_hash: block_id }) => ({
      block_id,
      ...change('data_changes', { account_ids: [HOLDER], key_prefix_base64: base64('x') }),
    }),
    result: () => ({ changes: [] }),
  },
  {
    title: 'of accounts',
    params: ({ block_hash: block_id }) => ({
      block_id,
      ...change('account_changes', { account_ids: [HOLDER] }),
    }),
    result: ({ receipt_id: receipt_hash }) => ({
      changes: [
        { cause: { type: 'receipt_processing', receipt_hash }, type: 'account_update' },
        {
          cause: { type: 'action_receipt_gas_reward', receipt_hash },
          type: 'account_update',
          change: { account_id: HOLDER },
        },
      ],
    }),
  },
  ...(['all_access_key_changes', 'single_access_key_changes'] as const).map(
    (type): Case => ({
      title: type,
      params: ({ node, root_key }) => {
        const keys = [{ account_id: ROOT, public_key: root_key }];
        return {
          block_id: heightWhere(node, ({ shards }) =>
            shards.some(({ chunk }) =>
              chunk?.transactions.some((signed) => signed.transaction.signer_id === ROOT),
            ),
          ),
          ...change(type, type === 'all_access_key_changes' ? { account_ids: [ROOT] } : { keys }),
        };
      },
      result: ({ tx_hash, root_key }) => ({
        changes: [
          {
            cause: { type: 'transaction_processing', tx_hash },
            type: 'access_key_update',
            change: { account_id: ROOT, public_key: root_key, access_key: { nonce: 1 } },
          },
        ],
      }),
    }),
  ),
  {
    title: 'of code, whole',
    params: ({ node }) => ({
      block_id: heightWhere(node, (full) =>
        full.shards.some(({ chunk }) =>
          chunk?.state_changes.some(({ key }) => key[0] === COLUMN.contract_code),
        ),
      ),
      ...change('contract_code_changes', { account_ids: ['nobody.near', HOLDER] }),
    }),
    result: () => ({
      changes: [
        {
          cause: { type: 'receipt_processing' },
          type: 'contract_code_update',
          change: { account_id: HOLDER, code_base64: Buffer.from(KEEPER).toString('base64') },
        },
      ],
    }),
  },
  {
    title: 'of code, where there are none',
    params: ({ block_hash: block_id }) => ({
      block_id,
      ...change('contract_code_changes', { account_ids: [HOLDER] }),
    }),
    result: () => ({ changes: [] }),
  },
  {
    title: 'in a block that is not there',
    params: () => ({ block_id: NEVER, ...change('account_changes', { account_ids: [] }) }),
    error: () => ({ ...handler('UNKNOWN_BLOCK'), data: { name: 'UNKNOWN_BLOCK', info: {} } }),
  },
  parsing('of a kind that there is not', { ...FINAL, changes_type: 'mood_changes', account_ids: [] }),
  parsing('without a block', change('account_changes', { account_ids: [] })),
];
export const TOUCHED: Case[] = [
  {
    title: 'names what was touched',
    params: ({ block_hash: block_id }) => ({ block_id }),
    result: ({ block_hash }) => ({
      block_hash,
      changes: [
        { type: 'account_touched', account_id: HOLDER },
        { type: 'data_touched', account_id: HOLDER },
      ],
    }),
  },
  parsing('no block', {}),
];
