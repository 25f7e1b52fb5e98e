// Owns reads of accounts, keys, codes, contract state and view calls; leaves which block they read to blocks.ts.
import { z } from 'zod';
import { encodeBase58 } from '../../../core/near/base58.ts';
import { encodeBase64 } from '../../../core/near/crypto.ts';
import { formatCurveBytes } from '../../../core/near/keys.ts';
import type { BlockReference, StateAt } from '../../node/types.ts';
import type { AccountRecord } from '../../state/records.ts';
import { viewAccessKey } from '../../views/action.ts';
import { viewAccount } from '../../views/state-change.ts';
import { getState, placeOf } from '../blocks.ts';
import type { RpcContext } from '../context.ts';
import { handlerError } from '../errors.ts';
import {
  accountIdSchema,
  base64Schema,
  blockReferenceSchema,
  parseParams,
  publicKeySchema,
} from '../params.ts';
import { missingCodeError, viewCallError } from '../vm-error.ts';
import { fromPath } from './query-path.ts';

const account_id = accountIdSchema;
const questionSchema = z.discriminatedUnion('request_type', [
  z.object({ request_type: z.literal('view_account'), account_id }),
  z.object({ request_type: z.literal('view_code'), account_id }),
  z.object({
    request_type: z.literal('view_state'),
    account_id,
    prefix_base64: base64Schema,
    include_proof: z.boolean().default(false),
  }),
  z.object({ request_type: z.literal('view_access_key'), account_id, public_key: publicKeySchema }),
  z.object({ request_type: z.literal('view_access_key_list'), account_id }),
  z.object({
    request_type: z.literal('call_function'),
    account_id,
    method_name: z.string(),
    args_base64: base64Schema,
  }),
]);
type Question = z.infer<typeof questionSchema>;

/** The old form has the block nowhere and means the newest. */
export function query(context: RpcContext, params: unknown) {
  const named = Array.isArray(params) && params.length === 2 ? fromPath(params) : params;
  const question = parseParams(questionSchema, named);
  const reference: BlockReference = parseParams(blockReferenceSchema, named);
  const state = getState(context.node, question.account_id, reference);
  return { ...answer(context, { question, state }), ...placeOf(state.block) };
}

function answer(context: RpcContext, { question, state }: { question: Question; state: StateAt }): object {
  const { account_id } = question;
  switch (question.request_type) {
    case 'view_account':
      return viewAccount(getAccount(state, account_id));
    case 'view_code':
      return viewCode(state, account_id);
    case 'view_state':
      return viewState(context, { ...question, state });
    case 'view_access_key': {
      const record = state.findAccessKey(account_id, question.public_key);
      if (record !== null) return viewAccessKey(record);
      return softError(`access key ${formatCurveBytes(question.public_key)} does not exist while viewing`);
    }
    // An account that is not there has no keys: no error on NEAR either.
    case 'view_access_key_list':
      return { keys: state.listAccessKeys(account_id).map(viewListedKey) };
    case 'call_function':
      return callFunction(state, { ...question, args: question.args_base64 });
  }
}

/** A result and not an error: clients have read it there since before errors had names. */
function softError(error: string) {
  return { error, logs: [] };
}

function getAccount(state: StateAt, account_id: string): AccountRecord {
  const account = state.findAccount(account_id);
  if (account !== null) return account;
  throw handlerError(
    { name: 'UNKNOWN_ACCOUNT', info: { requested_account_id: account_id, ...placeOf(state.block) } },
    { data: `account ${account_id} does not exist while viewing` },
  );
}

function viewListedKey({ public_key, record }: ReturnType<StateAt['listAccessKeys']>[number]) {
  return { public_key: formatCurveBytes(public_key), access_key: viewAccessKey(record) };
}

function viewCode(state: StateAt, account_id: string) {
  const { code_hash } = getAccount(state, account_id);
  const code = state.findCode(account_id);
  if (code_hash !== null && code !== null) {
    return { code_base64: encodeBase64(code), hash: encodeBase58(code_hash) };
  }
  throw handlerError(
    { name: 'NO_CONTRACT_CODE', info: { contract_account_id: account_id, ...placeOf(state.block) } },
    { data: `Contract code for contract ID #${account_id} has never been observed on the node` },
  );
}

function viewState(
  context: RpcContext,
  options: { account_id: string; prefix_base64: Uint8Array; include_proof: boolean; state: StateAt },
) {
  const { account_id, prefix_base64: prefix, state } = options;
  const { storage_usage } = getAccount(state, account_id);
  const code_length = BigInt(state.findCode(account_id)?.length ?? 0);
  if (storage_usage - code_length > context.max_viewed_state) {
    throw handlerError(
      {
        name: 'TOO_LARGE_CONTRACT_STATE',
        info: { contract_account_id: account_id, ...placeOf(state.block) },
      },
      { data: `State of contract ${account_id} is too large to be viewed` },
    );
  }
  const values = state
    .listContractState(account_id, prefix)
    .map(({ key, value }) => ({ key: encodeBase64(key), value: encodeBase64(value) }));
  if (!options.include_proof) return { values };
  return { values, proof: state.proveContractState(account_id, prefix).map(encodeBase64) };
}

function callFunction(state: StateAt, call: { account_id: string; method_name: string; args: Uint8Array }) {
  getAccount(state, call.account_id);
  const outcome = state.view(call);
  if (outcome === null) return softError(missingCodeError(call.account_id));
  if (outcome.failure !== null) return softError(viewCallError(outcome.failure));
  const { return_data } = outcome;
  return { result: return_data.kind === 'value' ? [...return_data.value] : [], logs: outcome.logs };
}
