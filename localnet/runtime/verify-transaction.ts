// Owns whether a transaction is valid, and charging its signer; leaves turning it into a receipt to apply-transactions.ts.
import { formatCurveBytes } from '../../core/near/keys.ts';
import {
  encodeSignedTransaction,
  hashTransaction,
  type SignedTransaction,
  type Transaction,
} from '../../core/near/transaction.ts';
import type { AccessKeyRecord, AccountRecord } from '../state/records.ts';
import type { ShardState } from '../state/types.ts';
import type { ProtocolParameters } from '../vm/params.ts';
import { findAccessKey, findAccount, lackingForStorage } from './accounts.ts';
import { refuseByPermission } from './call-permission.ts';
import type { InvalidTxError } from './errors.ts';
import { type TransactionCost, transactionCost } from './fees.ts';
import { RUNTIME_LIMITS } from './limits.ts';
import { isSignedBy } from './signature.ts';
import { validateActions } from './validate-actions.ts';

/** What became of the block that a transaction names: known and recent, unknown or too old, or of another fork. */
export type NamedBlock = 'valid' | 'expired' | 'other_chain';

/** The signer's records as they stand after paying. */
export interface ChargedTransaction {
  kind: 'charged';
  cost: TransactionCost;
  account: AccountRecord;
  access_key: AccessKeyRecord;
}

export type Verdict = ChargedTransaction | { kind: 'refused'; error: InvalidTxError };

export interface VerifyContext {
  parameters: ProtocolParameters;
  state: ShardState;
  gas_price: bigint;
  height: bigint;
}

/** Writes nothing: a node asks this before it takes a transaction, and a chunk before it saves the records. */
export function verifyTransaction(
  context: VerifyContext,
  request: { signed: SignedTransaction; named_block: NamedBlock; hash?: Uint8Array },
): Verdict {
  const { signed, named_block } = request;
  const malformed =
    refuseNamedBlock(named_block) ?? refuseMalformed(context.parameters, signed, request.hash);
  if (malformed !== null) return refused(malformed);
  const { transaction } = signed;
  const { parameters, state, gas_price } = context;
  const cost = transactionCost({ parameters, transaction, gas_price });
  if (cost === null) return refused('CostOverflow');
  const { signer_id, public_key } = transaction;
  const account = findAccount(state, signer_id);
  if (account === null) return refused({ SignerDoesNotExist: { signer_id } });
  const access_key = findAccessKey(state, signer_id, public_key);
  if (access_key === null) {
    const missing = { account_id: signer_id, public_key: formatCurveBytes(public_key) };
    return refused({ InvalidAccessKeyError: { AccessKeyNotFound: missing } });
  }
  return chargeSigner(context, { transaction, cost, account, access_key });
}

function refuseNamedBlock(named_block: NamedBlock): InvalidTxError | null {
  if (named_block === 'valid') return null;
  return named_block === 'expired' ? 'Expired' : 'InvalidChain';
}

/** What can be told without any state. */
function refuseMalformed(
  parameters: ProtocolParameters,
  signed: SignedTransaction,
  hash = hashTransaction(signed.transaction),
): InvalidTxError | null {
  const { transaction, signature } = signed;
  const error = validateActions(transaction.actions, parameters);
  if (error !== null) return { ActionsValidation: error };
  const size = BigInt(encodeSignedTransaction(signed).length);
  const limit = RUNTIME_LIMITS.max_transaction_size;
  if (size > limit) return { TransactionSizeExceeded: { size, limit } };
  return isSignedBy({ public_key: transaction.public_key, hash, signature }) ? null : 'InvalidSignature';
}

function chargeSigner(
  context: VerifyContext,
  signer: {
    transaction: Transaction;
    cost: TransactionCost;
    account: AccountRecord;
    access_key: AccessKeyRecord;
  },
): Verdict {
  const { transaction, cost, account, access_key } = signer;
  const nonce = refuseNonce(transaction.nonce, access_key.nonce, context.height);
  if (nonce !== null) return refused(nonce);
  const { signer_id, public_key } = transaction;
  const amount = account.amount - cost.total_cost;
  const price = { cost: String(cost.total_cost) };
  if (amount < 0n) {
    return refused({ NotEnoughBalance: { signer_id, balance: String(account.amount), ...price } });
  }
  const permission = { ...access_key.permission };
  if (permission.kind === 'call' && permission.allowance !== null) {
    const allowance = permission.allowance - cost.total_cost;
    if (allowance < 0n) {
      const key = { account_id: signer_id, public_key: formatCurveBytes(public_key) };
      const lacking = { ...key, allowance: String(permission.allowance), ...price };
      return refused({ InvalidAccessKeyError: { NotEnoughAllowance: lacking } });
    }
    permission.allowance = allowance;
  }
  const lacking = lackingForStorage(account, amount, context.parameters);
  if (lacking > 0n) return refused({ LackBalanceForState: { signer_id, amount: String(lacking) } });
  const forbidden = refuseByPermission(permission, transaction);
  if (forbidden !== null) return refused({ InvalidAccessKeyError: forbidden });
  const charged = { account: { ...account, amount }, access_key: { nonce: transaction.nonce, permission } };
  return { kind: 'charged', cost, ...charged };
}

function refuseNonce(tx_nonce: bigint, ak_nonce: bigint, height: bigint): InvalidTxError | null {
  if (tx_nonce <= ak_nonce) return { InvalidNonce: { tx_nonce, ak_nonce } };
  const upper_bound = height * RUNTIME_LIMITS.nonce_range;
  return tx_nonce < upper_bound ? null : { NonceTooLarge: { tx_nonce, upper_bound } };
}

function refused(error: InvalidTxError): Verdict {
  return { kind: 'refused', error };
}
