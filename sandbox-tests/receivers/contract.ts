// Owns a receiver of credits that behaves, or misbehaves, as the message tells it; leaves judging it to the specs.
import * as near from 'near-sdk-js/lib/api.js';
import { encode } from 'near-sdk-js/lib/utils.js';

const TGAS = 1_000_000_000_000n;
const HUGE_BYTES = 3_000_000;

interface Told {
  token_id: string;
  sender_id: string;
  msg: string;
}

const BEHAVIOURS: { readonly [name: string]: (told: Told, more: string) => void } = {
  keep: () => near.valueReturn('false'),
  return: () => near.valueReturn('true'),
  panic: () => near.panicUtf8(encode('I want no credits')),
  nothing: () => undefined,
  number: () => near.valueReturn('0'),
  text: () => near.valueReturn('"false"'),
  long: () => near.valueReturn(`false${' '.repeat(100)}`),
  huge: () => near.valueReturnRaw(new Uint8Array(HUGE_BYTES)),
  burn: () => {
    for (;;) near.blockTimestamp();
  },
  /** Gives it to another, and still answers that it wants to return it. */
  move: ({ token_id }, receiver_id) => {
    thenSayTrue(ask('nft_transfer', { token_id, receiver_id }, 10n));
  },
  /** Sends it to one who returns it: it is back here, and not the same any more. */
  bounce: ({ token_id }, receiver_id) => {
    thenSayTrue(ask('nft_transfer_call', { token_id, receiver_id, msg: 'return' }, 40n));
  },
  /** Calls what it is told, with 1 yocto: method, then arguments. */
  ask: (_, more) => {
    const at = more.indexOf(' ');
    thenSayTrue(ask(more.slice(0, at), JSON.parse(more.slice(at + 1)) as object, 15n));
  },
  /** Calls the end of the transfer itself. */
  resolve: ({ token_id, sender_id }) => {
    const args = {
      owner_id: sender_id,
      receiver_id: near.currentAccountId(),
      token_id,
      approved_account_ids: {},
      transfer_nonce: 1,
    };
    thenSayTrue(ask('nft_resolve_transfer', args, 10n, 0n));
  },
};

export function nft_on_transfer(): void {
  const told = JSON.parse(near.input()) as Told;
  const at = told.msg.indexOf(' ');
  const name = at < 0 ? told.msg : told.msg.slice(0, at);
  BEHAVIOURS[name]?.(told, told.msg.slice(at + 1));
}

export function nft_on_approve(): void {
  const { token_id, approval_id, msg } = JSON.parse(near.input()) as Told & { approval_id: number };
  if (msg !== 'take') {
    near.valueReturn(JSON.stringify(`${msg} ${typeof approval_id} ${approval_id}`));
    return;
  }
  near.promiseReturn(
    ask('nft_transfer', { token_id, receiver_id: near.currentAccountId(), approval_id }, 10n),
  );
}

export function say_true(): void {
  near.valueReturn('true');
}

function ask(method: string, args: object, tgas: bigint, deposit = 1n): bigint {
  const promise = near.promiseBatchCreate(near.predecessorAccountId());
  near.promiseBatchActionFunctionCall(promise, method, JSON.stringify(args), deposit, tgas * TGAS);
  return promise as unknown as bigint;
}

function thenSayTrue(promise: bigint): void {
  const then = near.promiseBatchThen(promise as never, near.currentAccountId());
  near.promiseBatchActionFunctionCall(then, 'say_true', '{}', 0n, 3n * TGAS);
  near.promiseReturn(then);
}
