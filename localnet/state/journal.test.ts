// Owns the rules of a shard's open chunk; leaves the trie's own to trie.test.ts.
import test from 'ava';
import fc from 'fast-check';
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import { callHost, parameters, priced } from '../../sandbox-tests/support/near-vm.ts';
import { ContractStorage } from '../runtime/contract-storage.ts';
import { type JournaledState, openShardState } from './journal.ts';
import { contractDataKey } from './keys.ts';
import { Trie } from './trie.ts';
import type { StateChangeCause } from './types.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const receipt = (number: number): StateChangeCause => ({
  kind: 'receipt_processing',
  receipt_hash: new Uint8Array(32).fill(number),
});
const ANY = receipt(0);

type Step =
  | { kind: 'set'; key: Uint8Array; value: Uint8Array }
  | { kind: 'remove'; key: Uint8Array }
  | { kind: 'open' | 'keep' | 'undo' | 'cause' | 'finish' };
// Short keys over few letters: long shared beginnings and many collisions.
const key = fc.uint8Array({ maxLength: 3, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.uint8Array({ maxLength: 3 }) }),
  fc.record({ kind: fc.constant('remove' as const), key }),
  fc.record({ kind: fc.constantFrom('open' as const, 'keep' as const, 'undo' as const) }),
  fc.record({ kind: fc.constantFrom('cause' as const, 'finish' as const) }),
);

test('a state reads as a stack of copied maps does, over chunks, whatever is kept and undone', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (history) => {
      const state = openShardState();
      state.setCause(ANY);
      const stack: Model[] = [new Map()];
      for (const item of history) takeStep(state, stack, item);
      return readsAs(state, stack.at(-1) ?? new Map());
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('a chunk ends at the root of a trie built from what it left, however it got there', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (history) => {
      const state = openShardState();
      state.setCause(ANY);
      const stack: Model[] = [new Map()];
      for (const item of history) takeStep(state, stack, item);
      for (; stack.length > 1; stack.pop()) state.revert();
      const { root } = state.finishChunk();
      const fresh = new Trie().with([...(stack[0] ?? new Map()).values()]);
      return equalBytes(root, fresh.root) && equalBytes(root, state.root);
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('replaying the changes of every chunk onto a map gives what the state reads', (t) => {
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 20 }), { maxLength: 6 }), (chunks) => {
      const state = openShardState();
      const replayed: Model = new Map();
      for (const chunk of chunks) {
        state.setCause(ANY);
        const stack: Model[] = [new Map()];
        for (const item of chunk) if (item.kind !== 'finish') takeStep(state, stack, item);
        for (; stack.length > 1; stack.pop()) state.commit();
        for (const { key: changed, changes } of state.finishChunk().changes) {
          const last = changes.at(-1)?.value ?? null;
          if (last === null) replayed.delete(toHex(changed));
          else replayed.set(toHex(changed), { key: changed, value: last });
        }
      }
      return readsAs(state, replayed);
    }),
    { numRuns: 200 },
  );
  t.pass();
});

test('changes are listed by key bytes, each with its causes in their order', (t) => {
  const state = openShardState();
  state.setCause(receipt(1));
  state.set(bytes('b'), bytes('1'));
  state.set(bytes('b'), bytes('2'));
  state.set(bytes('ab'), bytes('3'));
  state.setCause(receipt(2));
  state.remove(bytes('b'));
  state.set(bytes('a'), bytes('4'));
  const { changes } = state.finishChunk();
  t.deepEqual(changes, [
    { key: bytes('a'), changes: [{ cause: receipt(2), value: bytes('4') }] },
    { key: bytes('ab'), changes: [{ cause: receipt(1), value: bytes('3') }] },
    {
      key: bytes('b'),
      changes: [
        { cause: receipt(1), value: bytes('2') },
        { cause: receipt(2), value: null },
      ],
    },
  ]);
});

test('an undone write leaves no change behind, and one before it comes back', (t) => {
  const state = openShardState();
  state.setCause(ANY);
  state.set(bytes('kept'), bytes('1'));
  state.checkpoint();
  state.set(bytes('kept'), bytes('2'));
  state.set(bytes('gone'), bytes('3'));
  state.checkpoint();
  state.setCause(receipt(1));
  state.remove(bytes('kept'));
  state.commit();
  t.is(state.get(bytes('kept')), null);
  state.revert();
  t.deepEqual(state.get(bytes('kept')), bytes('1'));
  t.deepEqual(state.finishChunk().changes, [
    { key: bytes('kept'), changes: [{ cause: ANY, value: bytes('1') }] },
  ]);
});

test('an abandoned chunk leaves the state as it was before', (t) => {
  const state = openShardState(new Trie().set(bytes('a'), bytes('1')));
  const { root } = state;
  state.setCause(ANY);
  state.checkpoint();
  state.set(bytes('a'), bytes('2'));
  state.abandonChunk();
  t.deepEqual(state.get(bytes('a')), bytes('1'));
  t.deepEqual(state.root, root);
  t.deepEqual(state.finishChunk(), { root, changes: [] });
});

test('writing without a cause, closing what is not open and ending over an open checkpoint are refused', (t) => {
  const state = openShardState();
  t.throws(() => state.set(bytes('a'), bytes('1')), { message: /without a cause/ });
  t.throws(() => state.commit(), { message: /commit without an open checkpoint/ });
  t.throws(() => state.revert(), { message: /revert without an open checkpoint/ });
  state.checkpoint();
  t.throws(() => state.finishChunk(), { message: /1 checkpoints are still open/ });
});

test('path nodes are counted at the chunk start, and not for a key that the chunk has written', (t) => {
  const state = openShardState(new Trie().set(bytes('a'), bytes('1')));
  state.setCause(ANY);
  t.is(state.countPathNodes(bytes('a')), 2n);
  t.is(state.countPathNodes(bytes('b')), 1n);
  state.checkpoint();
  state.remove(bytes('b'));
  t.is(state.countPathNodes(bytes('b')), 0n);
  // The chunk's own writes lengthen no path before its end.
  state.set(bytes('c'), bytes('1'));
  t.is(state.countPathNodes(bytes('a')), 2n);
  state.revert();
  t.is(state.countPathNodes(bytes('b')), 1n);
  state.set(bytes('c'), bytes('1'));
  state.finishChunk();
  t.is(state.countPathNodes(bytes('a')), 4n);
});

test('a contract pays for trie nodes once a key and chunk, and never for reading', (t) => {
  const account_id = 'contract.near';
  const base = new Trie()
    .set(contractDataKey(account_id, bytes('key')), bytes('old'))
    .set(contractDataKey(account_id, bytes('kez')), bytes('old'));
  const state = openShardState(base);
  state.setCause(ANY);
  const external = new ContractStorage({ state, account_id, stakes: { of: () => 0n, total: () => 0n } });
  const data: [number, string][] = [[0, 'key']];
  const run = () => callHost([['storage_write', 3, 0, 3, 0, 0]], { external, data }).gas;
  const first = run();
  // An extension, a branch, a leaf, and the value that goes.
  t.is(base.touched(contractDataKey(account_id, bytes('key'))), 4n);
  t.is(first - run(), priced({ touching_trie_node: 4 }));
  const read = callHost([['storage_read', 3, 0, 0]], { external, data }).gas;
  const costs = {
    base: 1,
    storage_read_base: 1,
    read_memory_base: 1,
    read_memory_byte: 3,
    storage_read_key_byte: 3,
  };
  t.is(
    read,
    priced({ ...costs, storage_read_value_byte: 3, write_register_base: 1, write_register_byte: 3 }),
  );
  t.is(parameters.ext.touching_trie_node, 2_280_000_000n);
});

type Model = Map<string, { key: Uint8Array; value: Uint8Array }>;

function takeStep(state: JournaledState, stack: Model[], item: Step): void {
  const top = stack.at(-1) ?? new Map();
  if (item.kind === 'set') {
    state.set(item.key, item.value);
    top.set(toHex(item.key), { key: item.key, value: item.value });
  } else if (item.kind === 'remove') {
    state.remove(item.key);
    top.delete(toHex(item.key));
  } else if (item.kind === 'cause') {
    state.setCause(ANY);
  } else if (item.kind === 'open') {
    state.checkpoint();
    stack.push(new Map(top));
  } else if (stack.length > 1) {
    if (item.kind === 'finish') return;
    if (item.kind === 'keep') state.commit();
    else state.revert();
    // Keeping drops the older copy, undoing the newer one.
    stack.splice(item.kind === 'keep' ? -2 : -1, 1);
  } else if (item.kind === 'finish') {
    state.finishChunk();
    state.setCause(ANY);
  }
}

function readsAs(state: JournaledState, model: Model): boolean {
  const keys = [...model.keys()];
  for (const prefix of [[], [0], [1], [0, 0], [2, 1, 0]]) {
    const start = toHex(Uint8Array.from(prefix));
    const expected = keys.filter((hex) => hex.startsWith(start)).sort();
    const found = [...state.entries(Uint8Array.from(prefix))];
    if (found.map((entry) => toHex(entry.key)).join() !== expected.join()) return false;
    if (!found.every(({ key, value }) => equalBytes(state.get(key) ?? bytes('none'), value))) return false;
  }
  return [...model.values()].every(
    ({ key, value }) =>
      equalBytes(state.get(key) ?? bytes('none'), value) && state.valueLength(key) === value.length,
  );
}
