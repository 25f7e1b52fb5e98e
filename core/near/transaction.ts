// Owns the borsh form and hashes of a transaction and its actions; leaves checking and executing them to the chain.
import { BorshWriter } from './borsh.ts';
import { sha256 } from './crypto.ts';
import { type CurveBytes, writeCurveBytes } from './keys.ts';

export type AccessKeyPermission =
  | { kind: 'full' }
  | { kind: 'call'; allowance: bigint | null; receiver_id: string; method_names: string[] };

/** Actions that a delegate action may carry: all but another delegate action. */
export type PlainAction =
  | { kind: 'create_account' }
  | { kind: 'deploy_contract'; code: Uint8Array }
  | { kind: 'function_call'; method_name: string; args: Uint8Array; gas: bigint; deposit: bigint }
  | { kind: 'transfer'; deposit: bigint }
  | { kind: 'stake'; stake: bigint; public_key: CurveBytes }
  | { kind: 'add_key'; public_key: CurveBytes; nonce: bigint; permission: AccessKeyPermission }
  | { kind: 'delete_key'; public_key: CurveBytes }
  | { kind: 'delete_account'; beneficiary_id: string };

export interface DelegateAction {
  sender_id: string;
  receiver_id: string;
  actions: PlainAction[];
  nonce: bigint;
  max_block_height: bigint;
  public_key: CurveBytes;
}

export type Action = PlainAction | { kind: 'delegate'; delegate: DelegateAction; signature: CurveBytes };

export interface Transaction {
  signer_id: string;
  public_key: CurveBytes;
  nonce: bigint;
  receiver_id: string;
  block_hash: Uint8Array;
  actions: Action[];
}

export interface SignedTransaction {
  transaction: Transaction;
  signature: CurveBytes;
}

/** A delegate action is signed behind this number, so that its signature fits no other message of NEAR. */
const DELEGATE_ACTION_PREFIX = 2 ** 30 + 366;

/** What a transaction is called by, and what its signer signs. */
export function hashTransaction(transaction: Transaction): Uint8Array {
  return sha256(encodeTransaction(transaction));
}

/** The leaf of a chunk's tx_root: the signature is inside. */
export function hashSignedTransaction(signed: SignedTransaction): Uint8Array {
  return sha256(encodeSignedTransaction(signed));
}

export function encodeSignedTransaction(signed: SignedTransaction): Uint8Array {
  const writer = new BorshWriter().fixed(encodeTransaction(signed.transaction));
  writeCurveBytes(writer, signed.signature);
  return writer.finish();
}

export function encodeTransaction(transaction: Transaction): Uint8Array {
  const writer = new BorshWriter().string(transaction.signer_id);
  writeCurveBytes(writer, transaction.public_key);
  writer.u64(transaction.nonce).string(transaction.receiver_id).fixed(transaction.block_hash);
  writer.list(transaction.actions, (action) => writeAction(writer, action));
  return writer.finish();
}

export function hashDelegateAction(delegate: DelegateAction): Uint8Array {
  const writer = new BorshWriter().u32(DELEGATE_ACTION_PREFIX);
  writeDelegate(writer, delegate);
  return sha256(writer.finish());
}

export function writeAction(writer: BorshWriter, action: Action): void {
  switch (action.kind) {
    case 'create_account':
      writer.u8(0);
      return;
    case 'deploy_contract':
      writer.u8(1).vec(action.code);
      return;
    case 'function_call':
      writer.u8(2).string(action.method_name).vec(action.args).u64(action.gas).u128(action.deposit);
      return;
    case 'transfer':
      writer.u8(3).u128(action.deposit);
      return;
    case 'stake':
      writer.u8(4).u128(action.stake);
      writeCurveBytes(writer, action.public_key);
      return;
    case 'add_key':
      writer.u8(5);
      writeCurveBytes(writer, action.public_key);
      writer.u64(action.nonce);
      writePermission(writer, action.permission);
      return;
    case 'delete_key':
      writer.u8(6);
      writeCurveBytes(writer, action.public_key);
      return;
    case 'delete_account':
      writer.u8(7).string(action.beneficiary_id);
      return;
    case 'delegate':
      writer.u8(8);
      writeDelegate(writer, action.delegate);
      writeCurveBytes(writer, action.signature);
  }
}

function writePermission(writer: BorshWriter, permission: AccessKeyPermission): void {
  if (permission.kind === 'full') {
    writer.u8(1);
    return;
  }
  writer.u8(0);
  writer.option(permission.allowance, (allowance) => writer.u128(allowance));
  writer.string(permission.receiver_id).list(permission.method_names, (name) => writer.string(name));
}

function writeDelegate(writer: BorshWriter, delegate: DelegateAction): void {
  writer.string(delegate.sender_id).string(delegate.receiver_id);
  writer.list(delegate.actions, (action) => writeAction(writer, action));
  writer.u64(delegate.nonce).u64(delegate.max_block_height);
  writeCurveBytes(writer, delegate.public_key);
}
