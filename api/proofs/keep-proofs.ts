// Owns one round of keeping retirements provable: receipts noted, proven while nodes know them, files made of them; leaves each step
// to its file and the rounds to prove-always.ts.

import { type Lock, withLock } from '../../core/db/lock.ts';
import {
  type DueReceipt,
  forgetBelow,
  keepOutcome,
  listDueReceipts,
  listDueTasks,
  noteReceipts,
  postponeOutcome,
  postponeTask,
} from '../../core/db/proofs.ts';
import { RetryableError } from '../../core/errors/index.ts';
import { findHead, type Head } from './ask-head.ts';
import { askOutcome } from './ask-outcome.ts';
import { earliestHeight } from './find-height.ts';
import { inOneGo, type KeeperDeps } from './keeper-deps.ts';
import { makeBundle } from './make-bundle.ts';

export type Round = { noted: number; proven: number; made: number };

const EVENTS_AT_ONCE = 5_000;
const MAX_PAGES = 50;
const RECEIPTS_AT_ONCE = 50;
const FILES_AT_ONCE = 20;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A receipt that is so far below the head is committed long ago: a node that cannot prove it has forgotten it. */
const SETTLED_BLOCKS = 600n;
const MAX_TRIES = 10;
/** A file that cannot be made for a reason nobody foresaw is left after so many tries, until the next start. */
const MAX_FILE_TRIES = 20;

/** Undefined where another process is at it. */
export async function keepProofs(deps: KeeperDeps, stop: AbortSignal): Promise<Round | undefined> {
  const lock: Lock = { kind: 'proofs', name: deps.chain.contract_account_id };
  const done = await withLock(deps.pool, lock, async () => {
    const noted = await noteAll(deps, stop);
    const proven = await proveDue(deps, stop);
    const made = await makeDue(deps, stop);
    return { noted, proven, made };
  });
  return done.is_ours ? done.result : undefined;
}

async function noteAll(deps: KeeperDeps, stop: AbortSignal): Promise<number> {
  const near_contract_id = deps.chain.contract_account_id;
  let noted = 0;
  for (let page = 0; page < MAX_PAGES && !stop.aborted; page++) {
    const about = { near_contract_id, now: deps.now(), limit: EVENTS_AT_ONCE };
    const events = await inOneGo(deps, (trx) => noteReceipts(trx, about));
    noted += events;
    if (events < EVENTS_AT_ONCE) break;
  }
  return noted;
}

async function proveDue(deps: KeeperDeps, stop: AbortSignal): Promise<number> {
  const near_contract_id = deps.chain.contract_account_id;
  const list = () =>
    inOneGo(deps, (trx) =>
      listDueReceipts(trx, { near_contract_id, now: deps.now(), limit: RECEIPTS_AT_ONCE }),
    );
  let due = await list();
  if (due.length === 0) return 0;
  const head = await findHead(deps.chain.ask);
  if (head === undefined) return 0;
  if (await forgetOld(deps, { due, head })) due = await list();
  let proven = 0;
  for (const receipt of due) {
    if (stop.aborted) break;
    if (await proveOne(deps, { receipt, head })) proven += 1;
  }
  return proven;
}

/** Whether there was anything that the node keeps no longer: an old log has a million such receipts. */
async function forgetOld(
  deps: KeeperDeps,
  { due, head }: { due: readonly DueReceipt[]; head: Head },
): Promise<boolean> {
  const settled = head.header.inner_lite.height - SETTLED_BLOCKS;
  if (!due.some(({ block_height }) => BigInt(block_height) < settled)) return false;
  const height = await earliestHeight(deps.chain.ask);
  const note = `the node keeps nothing below block ${height}; one that keeps everything is needed`;
  const near_contract_id = deps.chain.contract_account_id;
  const forgotten = await inOneGo(deps, (trx) => forgetBelow(trx, { near_contract_id, height, note }));
  if (forgotten > 0) deps.log(`${forgotten} receipts cannot be proven: ${note}.`, { height: `${height}` });
  return forgotten > 0;
}

async function proveOne(
  deps: KeeperDeps,
  { receipt, head }: { receipt: DueReceipt; head: Head },
): Promise<boolean> {
  const { receipt_id, block_height, attempts } = receipt;
  const contract_id = deps.chain.contract_account_id;
  const about = { near_contract_id: contract_id, receipt_id };
  let note = 'no node can prove it yet';
  try {
    const proven = await askOutcome(deps.chain.ask, { contract_id, receipt_id, head });
    if (proven !== undefined) {
      await inOneGo(deps, (trx) => keepOutcome(trx, { ...about, proven }));
      return true;
    }
  } catch (error) {
    // No node at all is nobody's fault: the round ends, and nothing is counted.
    if (error instanceof RetryableError) throw error;
    note = error instanceof Error ? error.message : String(error);
  }
  const is_settled = BigInt(block_height) + SETTLED_BLOCKS < head.header.inner_lite.height;
  const is_given_up = is_settled && attempts + 1 >= MAX_TRIES;
  if (is_given_up) note = `the node cannot prove it any more (${note}); one that keeps everything is needed`;
  const next_try_at = is_given_up ? null : pauseAfter(attempts, deps.now());
  await inOneGo(deps, (trx) => postponeOutcome(trx, { ...about, next_try_at, note }));
  if (is_given_up) deps.log(`Receipt ${receipt_id} of block ${block_height}: ${note}.`, { receipt_id });
  return false;
}

async function makeDue(deps: KeeperDeps, stop: AbortSignal): Promise<number> {
  const near_contract_id = deps.chain.contract_account_id;
  const about = { near_contract_id, now: deps.now(), limit: FILES_AT_ONCE };
  const due = await inOneGo(deps, (trx) => listDueTasks(trx, about));
  if (due.length === 0) return 0;
  const head = await findHead(deps.chain.ask);
  let made = 0;
  for (const { token_id, asked, attempts } of due) {
    if (stop.aborted) break;
    const outcome = await makeBundle(deps, { token_id, asked, attempts, head });
    if (outcome.kind === 'made') {
      made += 1;
      const { revision, bytes } = outcome;
      deps.log(`The proof of ${token_id} is kept.`, { token_id, revision, bytes });
      continue;
    }
    const is_left =
      outcome.kind === 'impossible' || (outcome.kind === 'failed' && attempts + 1 >= MAX_FILE_TRIES);
    const next_try_at = is_left ? null : pauseAfter(outcome.kind === 'waits' ? 0 : attempts, deps.now());
    const { note } = outcome;
    await inOneGo(deps, (trx) => postponeTask(trx, { near_contract_id, token_id, next_try_at, note }));
    if (is_left) deps.log(`The proof of ${token_id} cannot be made: ${note}.`, { token_id });
  }
  return made;
}

function pauseAfter(attempts: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 10)));
}
