// Owns reading transactions and actions from borsh; leaves writing them to transaction.ts and checking them to the chain.
import { isAccountId } from './account-id.ts';
import { BorshError, BorshReader } from './borsh-reader.ts';
import type { Curve, CurveBytes } from './keys.ts';
import type {
  AccessKeyPermission,
  Action,
  DelegateAction,
  PlainAction,
  SignedTransaction,
  Transaction,
} from './transaction.ts';

const HASH_BYTES = 32;
const DELEGATE_TAG = 8;
const CURVES: readonly { curve: Curve; key: number; signature: number }[] = [
  { curve: 'ed25519', key: 32, signature: 64 },
  { curve: 'secp256k1', key: 64, signature: 65 },
];
/** NEAR has these behind the actions known here. */
const NEWER_ACTIONS: Record<number, string> = {
  9: 'DeployGlobalContract',
  10: 'UseGlobalContract',
  11: 'DeterministicStateInit',
  12: 'TransferToGasKey',
  13: 'WithdrawFromGasKey',
  14: 'DelegateV2',
};

export function decodeSignedTransaction(bytes: Uint8Array): SignedTransaction {
  const reader = new BorshReader(bytes);
  const signed = { transaction: readTransaction(reader), signature: readSignature(reader) };
  reader.end();
  return signed;
}

function readTransaction(reader: BorshReader): Transaction {
  return {
    signer_id: readAccountId(reader),
    public_key: readPublicKey(reader),
    nonce: reader.u64(),
    receiver_id: readAccountId(reader),
    block_hash: reader.fixed(HASH_BYTES),
    actions: reader.list(() => readAction(reader)),
  };
}

export function readAction(reader: BorshReader): Action {
  const tag = reader.u8();
  if (tag !== DELEGATE_TAG) return readPlainAction(reader, tag);
  return { kind: 'delegate', delegate: readDelegate(reader), signature: readSignature(reader) };
}

function readPlainAction(reader: BorshReader, tag: number): PlainAction {
  switch (tag) {
    case 0:
      return { kind: 'create_account' };
    case 1:
      return { kind: 'deploy_contract', code: reader.vec() };
    case 2:
      return {
        kind: 'function_call',
        method_name: reader.string(),
        args: reader.vec(),
        gas: reader.u64(),
        deposit: reader.u128(),
      };
    case 3:
      return { kind: 'transfer', deposit: reader.u128() };
    case 4:
      return { kind: 'stake', stake: reader.u128(), public_key: readPublicKey(reader) };
    case 5:
      return {
        kind: 'add_key',
        public_key: readPublicKey(reader),
        nonce: reader.u64(),
        permission: readPermission(reader),
      };
    case 6:
      return { kind: 'delete_key', public_key: readPublicKey(reader) };
    case 7:
      return { kind: 'delete_account', beneficiary_id: readAccountId(reader) };
    default:
      throw new BorshError(unknownAction(tag));
  }
}

function unknownAction(tag: number): string {
  if (tag === DELEGATE_TAG) return 'a delegate action stands inside another; NEAR allows one level';
  const newer = NEWER_ACTIONS[tag];
  return newer === undefined
    ? `${tag} is no action's tag`
    : `the action ${newer} is not supported here; use a NEAR sandbox for it`;
}

function readDelegate(reader: BorshReader): DelegateAction {
  return {
    sender_id: readAccountId(reader),
    receiver_id: readAccountId(reader),
    actions: reader.list(() => readPlainAction(reader, reader.u8())),
    nonce: reader.u64(),
    max_block_height: reader.u64(),
    public_key: readPublicKey(reader),
  };
}

export function readPermission(reader: BorshReader): AccessKeyPermission {
  const tag = reader.u8();
  if (tag === 1) return { kind: 'full' };
  if (tag !== 0) throw new BorshError(`an access key's permission has tag ${tag}; 0 and 1 are known here`);
  return {
    kind: 'call',
    allowance: reader.option(() => reader.u128()),
    // A plain text: nodes check it as an account id only when the key is added.
    receiver_id: reader.string(),
    method_names: reader.list(() => reader.string()),
  };
}

export function readPublicKey(reader: BorshReader): CurveBytes {
  const { curve, key } = readCurve(reader);
  return { curve, bytes: reader.fixed(key) };
}

export function readSignature(reader: BorshReader): CurveBytes {
  const { curve, signature } = readCurve(reader);
  return { curve, bytes: reader.fixed(signature) };
}

function readCurve(reader: BorshReader): (typeof CURVES)[number] {
  const tag = reader.u8();
  const curve = CURVES[tag];
  if (curve === undefined) throw new BorshError(`a key or signature of curve ${tag} is not supported here`);
  return curve;
}

export function readAccountId(reader: BorshReader): string {
  const text = reader.string();
  if (!isAccountId(text)) throw new BorshError(`"${text.slice(0, 80)}" is no account id`);
  return text;
}
