// Owns finding out what became of a stored transaction, and sending it again while it may still arrive; leaves signing
// another to open-signing.ts.

import { runAs } from '../../core/db/identity.ts';
import {
  findSigned,
  lowerValidity,
  noteSent,
  type Settlement,
  type SignedTransaction,
  settleSigned,
} from '../../core/db/signing.ts';
import { RetryableError } from '../../core/errors/index.ts';
import { RpcRefusal } from '../chain/json-rpc.ts';
import {
  type Block,
  findBlock,
  findFinalBlock,
  findNonceAt,
  type SeenStatus,
  seeTransaction,
  sendBytes,
  viewAt,
} from './ask-node.ts';
import type { SigningDeps } from './deps.ts';
import { findEffectView } from './effects.ts';

/** Blocks behind the last that may hold the transaction, in which its receipts run and every node learns of them. */
const MARGIN_BLOCKS = 50n;

/** What a transaction is said to be by one look at it. */
export type Look = { status: 'signed' } | Settlement;

/** One look. What it finds is stored; a node that does not answer leaves everything as it was. */
export async function lookAt(deps: SigningDeps, transaction: SignedTransaction): Promise<Look> {
  if (transaction.status !== 'signed') return readSettled(transaction);
  try {
    const found = await findOut(deps, transaction);
    if (found !== undefined) await settle(deps, transaction, found);
    return found ?? { status: 'signed' };
  } catch (error) {
    if (!(error instanceof RetryableError) && !(error instanceof RpcRefusal)) throw error;
    tell(deps, transaction, { line: 'A node did not tell of a transaction.', reason: error.message });
    return { status: 'signed' };
  }
}

/** As it was stored by whoever settled it. */
export function readSettled(transaction: SignedTransaction): Look {
  const { status, value, block_height, failure_code, failure_message } = transaction;
  if (status === 'succeeded' && block_height !== null) return { status, value, block_height };
  if (status === 'failed' && failure_code !== null && failure_message !== null) {
    return { status, code: failure_code, message: failure_message };
  }
  return status === 'expired' ? { status } : { status: 'signed' };
}

/** Undefined while nobody can know. */
async function findOut(deps: SigningDeps, transaction: SignedTransaction): Promise<Settlement | undefined> {
  const { ask, contract_id } = deps;
  const { signed_base64 } = transaction;
  if (transaction.sent_at === null) await send(deps, transaction);
  const seen = await seeTransaction(ask, { signed_base64, contract_id });
  switch (seen.kind) {
    case 'succeeded': {
      const { height } = await findBlock(ask, seen.block_hash);
      return { status: 'succeeded', value: seen.value, block_height: `${height}` };
    }
    case 'failed':
      return { status: 'failed', code: seen.code, message: seen.message };
    case 'on_its_way':
      return undefined;
    case 'unreadable':
      throw new RetryableError('CHAIN_UNREACHABLE', { facts: { reason: 'an answer of another form' } });
    default:
      return await considerUnknown(deps, transaction, seen);
  }
}

/** No node knows it. From time to time it is sent again, and a final block is asked whether it can still come. */
async function considerUnknown(
  deps: SigningDeps,
  transaction: SignedTransaction,
  seen: Extract<SeenStatus, { kind: 'unknown' | 'refused' }>,
): Promise<Settlement | undefined> {
  const { ask, now, pace } = deps;
  const { sent_at } = transaction;
  const is_due = sent_at === null || now().getTime() - Date.parse(sent_at) >= pace.resend_ms;
  if (!is_due) return undefined;
  if (seen.kind === 'refused') {
    tell(deps, transaction, { line: 'A node would not take a transaction.', reason: seen.code });
  }
  const head = await findFinalBlock(ask);
  const is_late = head.height > BigInt(transaction.valid_until_height);
  if (!is_late && seen.kind === 'unknown') {
    await send(deps, transaction);
    return undefined;
  }
  return await judgeAt(deps, { transaction, head, is_late });
}

/**
 * A key's nonce in a final block decides. Below the transaction's, it was in no block until then. At or above it, the
 * transaction arrived, or somebody used the key elsewhere: then no later block can hold it, and after a while the
 * effect itself is looked for.
 */
async function judgeAt(
  deps: SigningDeps,
  about: { transaction: SignedTransaction; head: Block; is_late: boolean },
): Promise<Settlement | undefined> {
  const { transaction, head, is_late } = about;
  const { transaction_id, account_id, public_key } = transaction;
  const nonce = await findNonceAt(deps.ask, { block_hash: head.hash, account_id, public_key });
  if (nonce !== undefined && nonce < BigInt(transaction.nonce)) {
    if (is_late) return { status: 'expired' };
    await send(deps, transaction);
    return undefined;
  }
  if (!is_late) {
    await runAs(deps.pool, asTenant(transaction), (trx) =>
      lowerValidity(trx, { transaction_id, height: head.height }),
    );
    return undefined;
  }
  if (head.height <= BigInt(transaction.valid_until_height) + MARGIN_BLOCKS) return undefined;
  return await lookForEffect(deps, transaction, head);
}

async function lookForEffect(
  { ask, contract_id }: SigningDeps,
  transaction: SignedTransaction,
  head: Block,
): Promise<Settlement> {
  const view = findEffectView(transaction);
  if (view === undefined) return { status: 'expired' };
  const { method, args } = view;
  const seen = await viewAt(ask, { block_hash: head.hash, contract_id, method, args });
  return view.shows(seen)
    ? { status: 'succeeded', value: null, block_height: `${head.height}` }
    : { status: 'expired' };
}

async function send(deps: SigningDeps, transaction: SignedTransaction): Promise<void> {
  const { transaction_id, signed_base64 } = transaction;
  await sendBytes(deps.ask, signed_base64);
  await runAs(deps.pool, asTenant(transaction), (trx) => noteSent(trx, { transaction_id, now: deps.now() }));
}

async function settle(
  deps: SigningDeps,
  transaction: SignedTransaction,
  settlement: Settlement,
): Promise<void> {
  const { transaction_id } = transaction;
  await runAs(deps.pool, asTenant(transaction), (trx) =>
    settleSigned(trx, { transaction_id, settlement, now: deps.now() }),
  );
}

export async function reread(
  deps: SigningDeps,
  about: { tenant_id: string; transaction_id: string },
): Promise<SignedTransaction | undefined> {
  return await runAs(deps.pool, asTenant(about), (trx) => findSigned(trx, about.transaction_id));
}

export function asTenant({ tenant_id }: { tenant_id: string }) {
  return { identity: { kind: 'tenant', tenant_id, actor: 'system:signing' } } as const;
}

function tell(
  { log }: SigningDeps,
  { purpose, transaction_hash }: SignedTransaction,
  { line, reason }: { line: string; reason: string },
): void {
  log(line, { purpose, transaction_hash, reason });
}
