// Owns what only a sandbox does: state written past all rules, and time that passes at once; leaves doing it to the node.
import { z } from 'zod';
import type { AccessKeyPermission } from '../../../core/near/transaction.ts';
import { LocalnetRefusal } from '../../node/refusal.ts';
import type { PatchRecord } from '../../node/types.ts';
import type { RpcContext } from '../context.ts';
import { parseError } from '../errors.ts';
import {
  accountIdSchema,
  balanceSchema,
  base64Schema,
  hashSchema,
  parseParams,
  publicKeySchema,
  u64Schema,
} from '../params.ts';

const permissionSchema = z
  .union([
    z.literal('FullAccess'),
    z.object({
      FunctionCall: z.object({
        allowance: balanceSchema.nullish(),
        receiver_id: z.string(),
        method_names: z.array(z.string()),
      }),
    }),
  ])
  .transform((permission): AccessKeyPermission => {
    if (permission === 'FullAccess') return { kind: 'full' };
    const { allowance, receiver_id, method_names } = permission.FunctionCall;
    return { kind: 'call', allowance: allowance ?? null, receiver_id, method_names };
  });

const account_id = accountIdSchema;
const accountSchema = z.object({
  amount: balanceSchema,
  locked: balanceSchema,
  code_hash: hashSchema,
  storage_usage: u64Schema,
});
/** Receipts that wait and their data are records on NEAR too, but none that a sandbox is known to be given. */
const recordSchema = z.union([
  z
    .object({ Account: z.object({ account_id, account: accountSchema }) })
    .transform(({ Account: { account_id, account } }): PatchRecord => {
      const code_hash = account.code_hash.every((byte) => byte === 0) ? null : account.code_hash;
      return { kind: 'account', account_id, record: { ...account, code_hash } };
    }),
  z
    .object({
      AccessKey: z.object({
        account_id,
        public_key: publicKeySchema,
        access_key: z.object({ nonce: u64Schema, permission: permissionSchema }),
      }),
    })
    .transform(({ AccessKey: { account_id, public_key, access_key } }): PatchRecord => {
      return { kind: 'access_key', account_id, public_key, record: access_key };
    }),
  z
    .object({ Contract: z.object({ account_id, code: base64Schema }) })
    .transform(({ Contract }): PatchRecord => ({ kind: 'contract', ...Contract })),
  z
    .object({ Data: z.object({ account_id, data_key: base64Schema, value: base64Schema }) })
    .transform(({ Data: { account_id, data_key, value } }): PatchRecord => {
      return { kind: 'data', account_id, key: data_key, value };
    }),
]);
const patchSchema = z.object({ records: z.array(recordSchema) });

export async function patchState({ node }: RpcContext, params: unknown) {
  const { records } = parseParams(patchSchema, params);
  await orRefuse(node.patchState(records));
  return {};
}

const forwardSchema = z.object({ delta_height: u64Schema });

export async function fastForward({ node }: RpcContext, params: unknown) {
  const { delta_height } = parseParams(forwardSchema, params);
  await orRefuse(node.fastForward(delta_height));
  return {};
}

/** The node says no with a reason: code without its account, a jump too far. Every other error is a fault. */
async function orRefuse(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    throw error instanceof LocalnetRefusal ? parseError(error.message) : error;
  }
}
