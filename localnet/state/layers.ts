// Owns changes above a trie as a stack of layers that are kept or undone; leaves the trie below unchanged until they are applied.
import type { Trie } from './trie.ts';

/** Null marks a removal. */
type Layer = Map<string, Uint8Array | null>;

/**
 * One chunk's changes. Each receipt begins a layer with `checkpoint` and ends it with `commit` or `revert`; layers
 * nest. The base layer is what committed receipts left behind.
 */
export class StateLayers {
  private readonly base: Trie;
  private readonly layers: Layer[] = [new Map()];

  constructor(base: Trie) {
    this.base = base;
  }

  /** Layers open above the base. */
  get depth(): number {
    return this.layers.length - 1;
  }

  get(key: Uint8Array): Uint8Array | null {
    const changed = this.change(key);
    return changed === undefined ? this.base.get(key) : changed;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.top.set(mapKey(key), value);
  }

  remove(key: Uint8Array): void {
    this.top.set(mapKey(key), null);
  }

  /** Trie nodes that a write or removal is charged for: none where this chunk has changed the key before. */
  touched(key: Uint8Array): bigint {
    return this.change(key) === undefined ? this.base.touched(key) : 0n;
  }

  checkpoint(): void {
    this.layers.push(new Map());
  }

  commit(): void {
    const layer = this.close('commit');
    for (const [key, value] of layer) this.top.set(key, value);
  }

  revert(): void {
    this.close('revert');
  }

  /** The changes as they stand, in the order in which keys were first changed. */
  *changes(): Generator<{ key: Uint8Array; value: Uint8Array | null }> {
    this.requireClosed();
    for (const [key, value] of this.top) yield { key: unmapKey(key), value };
  }

  apply(): Trie {
    let trie = this.base;
    for (const { key, value } of this.changes())
      trie = value === null ? trie.remove(key) : trie.set(key, value);
    return trie;
  }

  private change(key: Uint8Array): Uint8Array | null | undefined {
    const name = mapKey(key);
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const value = this.layers[i]?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  private close(what: string): Layer {
    const layer = this.layers.length > 1 ? this.layers.pop() : undefined;
    if (layer === undefined)
      throw new Error(`${what} without a checkpoint; begin the receipt with checkpoint()`);
    return layer;
  }

  private requireClosed(): void {
    if (this.depth > 0)
      throw new Error(`${this.depth} checkpoints are open; commit or revert each before applying`);
  }

  private get top(): Layer {
    const layer = this.layers.at(-1);
    if (layer === undefined) throw new Error('the base layer is never closed');
    return layer;
  }
}

/** Bytes as a string of the same length: maps compare strings by value. */
function mapKey(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}

function unmapKey(name: string): Uint8Array {
  return new Uint8Array(Buffer.from(name, 'latin1'));
}
