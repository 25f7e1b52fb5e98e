// Owns that receipts of a real mainnet block encode to what its chunks committed to; leaves other parts of the block to real-block.test.ts.
import test from 'ava';
import { readNearFixture } from '../../sandbox-tests/support/near-fixtures.ts';
import { decodeHash, encodeBase58 } from './base58.ts';
import { BorshWriter } from './borsh.ts';
import { decodeBase64, sha256 } from './crypto.ts';
import { parsePublicKey } from './keys.ts';
import { rootOverChunks } from './merkle.ts';
import { decodeReceipt, encodeReceipt, type Receipt, writeReceipt } from './receipt.ts';
import type { Action } from './transaction.ts';

type LakeAction =
  | { FunctionCall: { methodName: string; args: string; gas: number; deposit: string } }
  | { Transfer: { deposit: string } };

interface LakeReceipt {
  predecessorId: string;
  receiverId: string;
  receiptId: string;
  receipt: {
    Action: {
      signerId: string;
      signerPublicKey: string;
      gasPrice: string;
      actions: LakeAction[];
      inputDataIds: string[];
      outputDataReceivers: { dataId: string; receiverId: string }[];
    };
  };
}

interface LakeShards {
  shards: { shardId: number; chunk: { header: { outgoingReceiptsRoot: string }; receipts: LakeReceipt[] } }[];
}

const { shards } = readNearFixture<LakeShards>('lake_61321189.json');
/** Mainnet's four shards of that time: each account belongs behind the last boundary that is not above it. */
const BOUNDARIES = ['aurora', 'aurora-0', 'kkuuue2akv_1630967379.near'];

for (const { shardId, chunk } of shards) {
  test(`the receipts that shard ${shardId} sent encode to the root in its chunk`, (t) => {
    const receipts = chunk.receipts.map(readReceipt);
    t.true(receipts.length > 0);
    t.is(encodeBase58(outgoingRoot(receipts)), chunk.header.outgoingReceiptsRoot);
    t.deepEqual(
      receipts.map((receipt) => decodeReceipt(encodeReceipt(receipt))),
      receipts,
    );
  });
}

/** One list for each shard, empty ones too. */
function outgoingRoot(receipts: readonly Receipt[]): Uint8Array {
  const lists = shards.map((_, shard) => {
    const writer = new BorshWriter().u64(BigInt(shard));
    const own = receipts.filter((receipt) => shardOf(receipt.receiver_id) === shard);
    writer.list(own, (receipt) => writeReceipt(writer, receipt));
    return sha256(writer.finish());
  });
  return rootOverChunks(lists);
}

function shardOf(account_id: string): number {
  return BOUNDARIES.filter((boundary) => boundary <= account_id).length;
}

function readReceipt(given: LakeReceipt): Receipt {
  const body = given.receipt.Action;
  return {
    predecessor_id: given.predecessorId,
    receiver_id: given.receiverId,
    receipt_id: decodeHash(given.receiptId),
    body: {
      kind: 'action',
      version: 1,
      signer_id: body.signerId,
      signer_public_key: parsePublicKey(body.signerPublicKey),
      refund_to: null,
      gas_price: BigInt(body.gasPrice),
      output_data_receivers: body.outputDataReceivers.map(({ dataId, receiverId }) => ({
        data_id: decodeHash(dataId),
        receiver_id: receiverId,
      })),
      input_data_ids: body.inputDataIds.map(decodeHash),
      actions: body.actions.map(readAction),
    },
  };
}

function readAction(given: LakeAction): Action {
  if ('Transfer' in given) return { kind: 'transfer', deposit: BigInt(given.Transfer.deposit) };
  const { methodName, args, gas, deposit } = given.FunctionCall;
  return {
    kind: 'function_call',
    method_name: methodName,
    args: decodeBase64(args),
    gas: BigInt(gas),
    deposit: BigInt(deposit),
  };
}
