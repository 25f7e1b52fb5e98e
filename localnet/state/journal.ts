// Owns a shard's open chunk: writes over a root, checkpoints, causes, the finished root; leaves nodes to the trie.
import { keyBytes, keyText } from './key-text.ts';
import { Trie } from './trie.ts';
import type { FinishedChunk, ShardState, StateChange, StateChangeCause, StateEntry } from './types.ts';

/** Reads past roots too: give it any trie. */
export function openShardState(trie: Trie = new Trie()): JournaledState {
  return new JournaledState(trie);
}

interface Write {
  /** Counts calls of setCause: two receipts never share an entry, even when their causes are equal. */
  turn: number;
  cause: StateChangeCause;
  value: Uint8Array | null;
}

type Undo = { kind: 'append'; writes: Write[] } | { kind: 'replace'; write: Write; value: Uint8Array | null };

export class JournaledState implements ShardState {
  /** The state before the chunk at hand. */
  trie: Trie;
  private readonly written = new Map<string, Write[]>();
  private readonly undos: Undo[] = [];
  /** Where each open checkpoint begins in `undos`. */
  private readonly marks: number[] = [];
  private cause: StateChangeCause | null = null;
  private turn = 0;

  constructor(trie: Trie) {
    this.trie = trie;
  }

  get root(): Uint8Array {
    return this.trie.root;
  }

  get(key: Uint8Array): Uint8Array | null {
    const last = this.lastWrite(keyText(key));
    return last === undefined ? this.trie.get(key) : last.value;
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== null;
  }

  valueLength(key: Uint8Array): number | null {
    return this.get(key)?.length ?? null;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.write(key, value);
  }

  remove(key: Uint8Array): void {
    this.write(key, null);
  }

  *entries(prefix: Uint8Array): Generator<StateEntry> {
    const start = keyText(prefix);
    const over: [string, Uint8Array | null][] = [];
    for (const key of this.written.keys()) {
      const last = key.startsWith(start) ? this.lastWrite(key) : undefined;
      if (last !== undefined) over.push([key, last.value]);
    }
    over.sort(([left], [right]) => (left < right ? -1 : 1));
    let at = 0;
    for (const entry of this.trie.entries(prefix)) {
      const text = keyText(entry.key);
      let shadowed = false;
      for (let next = over[at]; next !== undefined && next[0] <= text; next = over[++at]) {
        if (next[1] !== null) yield { key: keyBytes(next[0]), value: next[1] };
        shadowed = next[0] === text;
      }
      if (!shadowed) yield entry;
    }
    for (const [key, value] of over.slice(at)) if (value !== null) yield { key: keyBytes(key), value };
  }

  countPathNodes(key: Uint8Array): bigint {
    return this.lastWrite(keyText(key)) === undefined ? this.trie.touched(key) : 0n;
  }

  setCause(cause: StateChangeCause): void {
    this.cause = cause;
    this.turn += 1;
  }

  checkpoint(): void {
    this.marks.push(this.undos.length);
  }

  commit(): void {
    this.closeCheckpoint('commit');
    if (this.marks.length === 0) this.undos.length = 0;
  }

  revert(): void {
    const mark = this.closeCheckpoint('revert');
    while (this.undos.length > mark) {
      const undo = this.undos.pop();
      if (undo?.kind === 'append') undo.writes.pop();
      else if (undo?.kind === 'replace') undo.write.value = undo.value;
    }
  }

  finishChunk(): FinishedChunk {
    if (this.marks.length > 0) {
      throw new Error(
        `${this.marks.length} checkpoints are still open; commit or revert them before the end`,
      );
    }
    const changes: StateChange[] = [];
    const last: { key: Uint8Array; value: Uint8Array | null }[] = [];
    for (const text of [...this.written.keys()].sort()) {
      const writes = this.written.get(text) ?? [];
      const final = writes.at(-1);
      // Every write of the key was reverted.
      if (final === undefined) continue;
      const key = keyBytes(text);
      last.push({ key, value: final.value });
      changes.push({ key, changes: writes.map(({ cause, value }) => ({ cause, value })) });
    }
    this.trie = this.trie.with(last);
    this.clear();
    return { root: this.trie.root, changes };
  }

  abandonChunk(): void {
    this.clear();
  }

  private write(key: Uint8Array, value: Uint8Array | null): void {
    const { cause, turn } = this;
    if (cause === null) throw new Error('a write without a cause; call setCause before executing anything');
    const text = keyText(key);
    const writes = this.written.get(text) ?? [];
    if (writes.length === 0) this.written.set(text, writes);
    const last = writes.at(-1);
    if (last?.turn === turn) {
      if (this.marks.length > 0) this.undos.push({ kind: 'replace', write: last, value: last.value });
      last.value = value;
      return;
    }
    writes.push({ turn, cause, value });
    if (this.marks.length > 0) this.undos.push({ kind: 'append', writes });
  }

  private lastWrite(text: string): Write | undefined {
    return this.written.get(text)?.at(-1);
  }

  private closeCheckpoint(what: 'commit' | 'revert'): number {
    const mark = this.marks.pop();
    if (mark === undefined) throw new Error(`${what} without an open checkpoint`);
    return mark;
  }

  private clear(): void {
    this.written.clear();
    this.undos.length = 0;
    this.marks.length = 0;
    this.cause = null;
  }
}
