// Owns random transactions that touch every kind of record, and a contract to touch them with; leaves judging to the specs.
import { type Action, hashTransaction } from '../../core/near/transaction.ts';
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import type { LocalnetNode } from '../../localnet/node/types.ts';
import { SEED, signFor } from './near-node.ts';
import { contract, keyOf, NEAR } from './near-runtime.ts';
import type { Random } from './random.ts';

const TGAS = 10n ** 12n;
/** The first byte of the arguments is the key, the rest the value. */
const READ_ARGS = '(call $input (i64.const 0)) (call $read_register (i64.const 0) (i64.const 1000))';
const REST = '(i64.sub (call $register_len (i64.const 0)) (i64.const 1)) (i64.const 1001)';
const PUT = `${READ_ARGS} (drop (call $storage_write (i64.const 1) (i64.const 1000) ${REST} (i64.const 1)))`;
const DROP = `${READ_ARGS} (drop (call $storage_remove (i64.const 1) (i64.const 1000) (i64.const 1)))`;
const LOG = '(call $log_utf8 (i64.const 5) (i64.const 10))';
/** Calls `put` of the account at 20 with the same arguments. */
const PASS = `${READ_ARGS} (drop (call $promise_create (i64.const 10) (i64.const 20) (i64.const 3) (i64.const 30)
  (call $register_len (i64.const 0)) (i64.const 1000) (i64.const 40) (i64.const 20000000000000)))`;

const CODE = contract(
  {
    put: `${PUT} ${LOG}`,
    drop: DROP,
    fail: `${PUT} (unreachable)`,
    pass: PASS,
    // Two in one call, so that one cause shows one value.
    twice: `${PUT} ${DROP} ${PUT}`,
  },
  { 10: 'event', 20: 'carol.near', 30: 'put', 40: '\u0000'.repeat(16) },
);

export const LAKE_ACCOUNTS = ['alice.near', 'bob.near', 'carol.near', 'user.near'];

export interface Stream {
  /** Puts a few transactions into the pool. */
  send(): void;
  /** Transactions that were taken. */
  readonly sent: number;
}

/** Accounts are made, filled, emptied and removed; each sends at most one transaction at a time. */
export function randomStream(node: LocalnetNode, random: Random): Stream {
  const made: string[] = [];
  const stream = { sent: 0, send };
  return stream;

  function send(): void {
    const living = [...LAKE_ACCOUNTS, ...made].filter((account_id) => exists(node, account_id));
    for (const from of living) {
      if (random.below(3) > 0) continue;
      const { to, actions } = choose(from, living);
      const signed = signFor(node, { from, to, actions });
      const submitted = node.submit(signed);
      if (submitted.kind === 'accepted') stream.sent += 1;
      else if (submitted.kind === 'refused' && actions.length === 0)
        throw new Error(`${hashTransaction(signed.transaction)} was refused`);
    }
  }

  function choose(from: string, living: string[]): { to: string; actions: Action[] } {
    const other = living[random.below(living.length)] ?? from;
    switch (random.below(10)) {
      case 0:
        return { to: other, actions: [{ kind: 'transfer', deposit: BigInt(random.below(1_000_000)) }] };
      case 1:
        return create(from);
      case 2:
        return { to: from, actions: [{ kind: 'deploy_contract', code: CODE }] };
      case 3:
        return { to: from, actions: [addKey(from)] };
      case 4:
        return { to: from, actions: [{ kind: 'delete_key', public_key: spareKey(from) }] };
      case 5:
        return made.includes(from)
          ? { to: from, actions: [{ kind: 'delete_account', beneficiary_id: 'user.near' }] }
          : { to: other, actions: [call('put')] };
      case 6:
        return { to: other, actions: [call('drop'), call('put'), call('drop')] };
      default:
        return { to: other, actions: [call(random.pick(['put', 'drop', 'fail', 'pass', 'twice']))] };
    }
  }

  function create(from: string): { to: string; actions: Action[] } {
    const to = `${'abmnyz'[random.below(6)]}${random.below(1_000)}.${from}`;
    // Of an account in an account's account there would be no end.
    if (to.length > 40) return { to: from, actions: [call('put')] };
    made.push(to);
    const { public_key } = accountKeyPair(SEED, to);
    return {
      to,
      actions: [
        { kind: 'create_account' },
        { kind: 'transfer', deposit: 20n * NEAR },
        { kind: 'add_key', public_key, nonce: 0n, permission: { kind: 'full' } },
        { kind: 'deploy_contract', code: CODE },
      ],
    };
  }

  function addKey(account_id: string): Action {
    const allowance = random.below(2) === 0 ? null : NEAR;
    const call_only = { kind: 'call' as const, allowance, receiver_id: 'bob.near', method_names: ['put'] };
    const permission = random.below(2) === 0 ? { kind: 'full' as const } : call_only;
    return { kind: 'add_key', public_key: spareKey(account_id), nonce: 0n, permission };
  }

  function spareKey(account_id: string) {
    return keyOf(`${account_id}/${random.below(3)}`).public_key;
  }

  function call(method_name: string): Action {
    const args = new Uint8Array([
      random.below(5),
      ...new Uint8Array(random.below(40)).fill(random.below(256)),
    ]);
    return { kind: 'function_call', method_name, args, gas: 60n * TGAS, deposit: 0n };
  }
}

function exists(node: LocalnetNode, account_id: string): boolean {
  const state = node.readState(account_id, { kind: 'finality', finality: 'optimistic' });
  return state.ok && state.value.findAccount(account_id) !== null;
}
