// Owns carrying out calls of the contract, each purpose once; leaves storing and following a transaction to its neighbours.

import { setTimeout as sleep } from 'node:timers/promises';
import { listUnsettled, type SignedTransaction } from '../../core/db/signing.ts';
import { RetryableError } from '../../core/errors/index.ts';
import { RpcRefusal } from '../chain/json-rpc.ts';
import { createAccountKeys } from './account-keys.ts';
import type { Pace, SigningDeps } from './deps.ts';
import { lookAt, reread } from './follow.ts';
import { findOrStore } from './store-call.ts';
import type { CallOutcome, ContractCall, SignerEntry, SignerRole, Signing } from './types.ts';

const PACE: Pace = { look_ms: 500, resend_ms: 10_000, wait_ms: 15_000 };
/** A transaction that expired is signed anew in the same call once; who asks again has further ones. */
const MAX_EXPIRED = 1;
/** Nobody follows a transaction that was left alone for so long: its asker ended, or waits for a next time. */
const LEFT_ALONE_MS = 30_000;
const AT_ONCE = 100;

export type OpenSigning = Signing & {
  /** Looks at transactions that nobody follows, so that their keys become free. Signs nothing. */
  settleLeftAlone(): Promise<void>;
};

export type OpenSigningOptions = Omit<SigningDeps, 'keys' | 'pace'> & {
  signers: readonly SignerEntry[];
  pace?: Partial<Pace>;
};

export function openSigning({ signers, pace, ...rest }: OpenSigningOptions): OpenSigning {
  const deps: SigningDeps = {
    ...rest,
    keys: signers.flatMap(({ keys }) => keys),
    pace: { ...PACE, ...pace },
  };
  const account_keys = createAccountKeys(deps);
  // Those that ask for one purpose in this process follow one transaction together.
  const running = new Map<string, Promise<CallOutcome>>();
  return {
    call: (call) => {
      const name = `${call.tenant_id} ${call.purpose}`;
      const known = running.get(name);
      if (known !== undefined) return known;
      const started = carryOut(deps, { call, account_keys }).finally(() => running.delete(name));
      running.set(name, started);
      return started;
    },
    accountFor: (role) => findAccount(signers, role),
    settleLeftAlone: () => settleLeftAlone(deps),
  };
}

/** The entry of the very registry goes before one of all registries. */
function findAccount(signers: readonly SignerEntry[], role: SignerRole): string | undefined {
  const of_kind = signers.filter((signer) => signer.role === role.kind);
  if (role.kind === 'custody') return of_kind[0]?.account_id;
  const own = of_kind.find(({ registry }) => registry === role.registry);
  return (own ?? of_kind.find(({ registry }) => registry === undefined))?.account_id;
}

type Carried = { call: ContractCall; account_keys: ReturnType<typeof createAccountKeys> };

async function carryOut(deps: SigningDeps, about: Carried): Promise<CallOutcome> {
  const { call, account_keys } = about;
  const ends_at = performance.now() + deps.pace.wait_ms;
  for (let expired = 0; expired <= MAX_EXPIRED; ) {
    const standing = await findOrStoreInTime(deps, { ...about, ends_at });
    if (standing === undefined) return { status: 'pending' };
    const outcome = await follow(deps, { standing, ends_at });
    if (outcome.status !== 'expired') return outcome;
    // Why it did not arrive may lie with its key: the chain is asked for the account's keys again.
    account_keys.doubt(call.account_id);
    expired += 1;
  }
  return { status: 'pending' };
}

/** Waits while all keys are busy or no node answers. */
async function findOrStoreInTime(
  deps: SigningDeps,
  about: Carried & { ends_at: number },
): Promise<SignedTransaction | undefined> {
  const { call } = about;
  do {
    try {
      const standing = await findOrStore(deps, about);
      if (standing !== undefined) return standing;
    } catch (error) {
      if (!(error instanceof RetryableError) && !(error instanceof RpcRefusal)) throw error;
      deps.log('A call could not be signed yet.', { purpose: call.purpose, reason: error.message });
    }
    await sleep(deps.pace.look_ms);
  } while (performance.now() < about.ends_at);
  return undefined;
}

async function follow(
  deps: SigningDeps,
  about: { standing: SignedTransaction; ends_at: number },
): Promise<CallOutcome | { status: 'expired' }> {
  const { standing, ends_at } = about;
  const { transaction_hash } = standing;
  for (let current: SignedTransaction | undefined = standing; current !== undefined; ) {
    const look = await lookAt(deps, current);
    if (look.status === 'expired') return look;
    if (look.status !== 'signed') return { ...look, transaction_hash };
    if (performance.now() >= ends_at) return { status: 'pending' };
    await sleep(deps.pace.look_ms);
    // Another process may have sent or settled it meanwhile.
    current = await reread(deps, standing);
  }
  throw new Error(`The stored transaction ${transaction_hash} is gone.`);
}

async function settleLeftAlone(deps: SigningDeps): Promise<void> {
  const before = new Date(deps.now().getTime() - LEFT_ALONE_MS);
  for (const left of await listUnsettled(deps.pool, { before, most: AT_ONCE })) {
    const transaction = await reread(deps, left);
    if (transaction !== undefined) await lookAt(deps, transaction);
  }
}
