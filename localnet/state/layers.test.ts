// Owns the rules of layers above a trie; leaves the trie's own to trie.test.ts.
import test from 'ava';
import fc from 'fast-check';
import { equalBytes, toHex } from '../../core/near/bytes.ts';
import { callHost, parameters, priced } from '../vm/testing.ts';
import { ContractState } from './contract-state.ts';
import { contractDataKey } from './keys.ts';
import { StateLayers } from './layers.ts';
import { Trie } from './trie.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

type Step =
  | { kind: 'set'; key: number; value: number }
  | { kind: 'remove'; key: number }
  | { kind: 'open' | 'keep' | 'undo' };
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), key: fc.nat(6), value: fc.nat(200) }),
    fc.record({ kind: fc.constant('remove' as const), key: fc.nat(6) }),
    fc.record({ kind: fc.constantFrom('open' as const, 'keep' as const, 'undo' as const) }),
  ),
  { maxLength: 80 },
);

test('layers read as a stack of copied maps does, whatever is kept and undone', (t) => {
  fc.assert(
    fc.property(steps, (history: Step[]) => {
      const layers = new StateLayers(new Trie().set(Uint8Array.of(3), Uint8Array.of(9)));
      const stack: Map<number, number>[] = [new Map([[3, 9]])];
      for (const step of history) takeStep(layers, stack, step);
      for (let key = 0; key <= 6; key++) {
        const expected = stack.at(-1)?.get(key);
        const found = layers.get(Uint8Array.of(key));
        if (expected === undefined ? found !== null : found?.[0] !== expected) return false;
      }
      while (layers.depth > 0) {
        layers.commit();
        stack.splice(-2, 1);
      }
      let fresh = new Trie();
      for (const [key, value] of stack[0] ?? []) fresh = fresh.set(Uint8Array.of(key), Uint8Array.of(value));
      return equalBytes(layers.apply().root, fresh.root);
    }),
    { numRuns: 300 },
  );
  t.pass();
});

function takeStep(layers: StateLayers, stack: Map<number, number>[], step: Step): void {
  const top = stack.at(-1) ?? new Map<number, number>();
  if (step.kind === 'set') {
    layers.set(Uint8Array.of(step.key), Uint8Array.of(step.value));
    top.set(step.key, step.value);
  } else if (step.kind === 'remove') {
    layers.remove(Uint8Array.of(step.key));
    top.delete(step.key);
  } else if (step.kind === 'open') {
    layers.checkpoint();
    stack.push(new Map(top));
  } else if (layers.depth > 0) {
    if (step.kind === 'keep') layers.commit();
    else layers.revert();
    // Keeping drops the older copy, undoing the newer one.
    stack.splice(step.kind === 'keep' ? -2 : -1, 1);
  }
}

test('closing a layer that was not begun, and applying over an open one, are refused', (t) => {
  const layers = new StateLayers(new Trie());
  t.throws(() => layers.commit(), { message: /commit without a checkpoint/ });
  t.throws(() => layers.revert(), { message: /revert without a checkpoint/ });
  layers.checkpoint();
  t.throws(() => layers.apply(), { message: /1 checkpoints are open/ });
});

test('changes come in the order in which keys were first changed, removals among them', (t) => {
  const layers = new StateLayers(new Trie());
  layers.set(bytes('b'), bytes('1'));
  layers.set(bytes('a'), bytes('2'));
  layers.remove(bytes('b'));
  t.deepEqual(
    [...layers.changes()].map(({ key, value }) => [toHex(key), value === null ? null : toHex(value)]),
    [
      ['62', null],
      ['61', '32'],
    ],
  );
});

test('a contract pays for trie nodes once a key and chunk, and never for reading', (t) => {
  const account_id = 'contract.near';
  const base = new Trie()
    .set(contractDataKey(account_id, bytes('key')), bytes('old'))
    .set(contractDataKey(account_id, bytes('kez')), bytes('old'));
  const layers = new StateLayers(base);
  const external = new ContractState({ layers, account_id, stakes: { of: () => 0n, total: () => 0n } });
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
