// Owns the small contracts that the compared scenarios deploy, in WebAssembly text; leaves calling them to scenarios.ts.
import { contract } from '../../sandbox-tests/support/near-runtime.ts';

export const KEEPER_ID = 'keeper.test.near';
export const ASKER_ID = 'asker.test.near';

/** Texts in memory, by place; amounts stand as little-endian u128 behind them. */
const TEXTS = {
  0: 'key',
  8: 'kept',
  16: 'no such luck',
  32: KEEPER_ID,
  64: ASKER_ID,
  96: 'give',
  104: 'refuse',
  112: 'after',
  120: 'gone.test.near',
};
const ONE_YOCTO = 256;
const NO_DEPOSIT = 272;
const BUFFER = 1_024;
const PROMISE_GAS = 20_000_000_000_000n;
const ALL = '(i64.const -1)';

const at = (text: string) => {
  const [place] = Object.entries(TEXTS).find(([, known]) => known === text) ?? [];
  if (place === undefined) throw new Error(`"${text}" is not in the contract's memory; add it to TEXTS`);
  return `(i64.const ${text.length}) (i64.const ${place})`;
};
const promise = (host: string, first: string, to: string, method: string, amount = NO_DEPOSIT) =>
  `(call $${host} ${first} ${at(to)} ${at(method)} (i64.const 0) (i64.const 0) (i64.const ${amount}) (i64.const ${PROMISE_GAS}))`;
const ask = (to: string, method: string, amount = NO_DEPOSIT) =>
  promise('promise_create', '', to, method, amount);
const withCallback = (first: string) =>
  `(call $promise_return ${promise('promise_then', first, ASKER_ID, 'after')})`;

/** `keep`, `read`, `forget` work on state; `give` returns a text; the others fail, each in its way. */
export const KEEPER = contract(
  {
    keep: `(call $input (i64.const 0))
      (drop (call $storage_write ${at('key')} ${ALL} (i64.const 0) (i64.const 1)))
      (call $log_utf8 ${at('kept')})`,
    read: `(if (i64.eq (call $storage_read ${at('key')} (i64.const 0)) (i64.const 1))
      (then (call $value_return ${ALL} (i64.const 0))))`,
    forget: `(drop (call $storage_remove ${at('key')} (i64.const 0)))`,
    give: `(call $value_return ${at('give')})`,
    refuse: `(call $log_utf8 ${at('kept')}) (call $panic_utf8 ${at('no such luck')})`,
    trap: '(unreachable)',
    spin: '(loop $again (br $again))',
    outside: '(call $log_utf8 (i64.const 10) (i64.const 0x7fffffffff))',
    divide: '(drop (i32.div_u (i32.const 1) (i32.load (i32.const 4096))))',
    deep: '(call $log_utf8 (i64.const 101) (i64.const 0)) (loop $again (call $log_utf8 (i64.const 1) (i64.const 0)) (br $again))',
    hash: `(call $input (i64.const 0)) (call $sha256 ${ALL} (i64.const 0) (i64.const 1)) (call $value_return ${ALL} (i64.const 1))`,
  },
  TEXTS,
);

/** Each asks the keeper, or somebody who is not there; `after` says how that ended. */
export const ASKER = contract(
  {
    ask: withCallback(ask(KEEPER_ID, 'give')),
    ask_refused: withCallback(ask(KEEPER_ID, 'refuse')),
    ask_paying: withCallback(ask(KEEPER_ID, 'refuse', ONE_YOCTO)),
    ask_nobody: withCallback(ask('gone.test.near', 'give')),
    ask_both: `(i64.store (i32.const 512) ${ask(KEEPER_ID, 'give')}) (i64.store (i32.const 520) ${ask(KEEPER_ID, 'refuse')})
      ${withCallback('(call $promise_and (i64.const 512) (i64.const 2))')}`,
    ask_loose: `(drop ${ask(KEEPER_ID, 'refuse')})`,
    after: `(i64.store (i32.const ${BUFFER}) (call $promise_result (i64.const 0) (i64.const 0)))
      (call $log_utf8 ${at('after')})
      (call $value_return (i64.const 1) (i64.const ${BUFFER}))`,
  },
  { ...TEXTS, [ONE_YOCTO]: '\u0001' },
);
