// Owns the memories that calls run in: new ones, and one that was used before and is all zeros again; leaves what stands in them to the contract.

export interface MemoryPages {
  initial: number;
  maximum: number;
}

const PAGE_BYTES = 65_536;
const ZEROS = Buffer.alloc(PAGE_BYTES);
/** To write all of a memory for the first time takes as long as this many new ones: a short life is better without. */
const NEW_AT_FIRST = 32;

/**
 * A new memory for each call would do, but the engine counts its 64 MiB as in use until it has collected all garbage,
 * and so collects every few calls, in time that grows with all that the process holds.
 */
export class Memories {
  /** Calls run one after the other, so that more than one would wait in vain. */
  private spare: { memory: WebAssembly.Memory; pages: MemoryPages } | null = null;
  private made = 0;

  /** A memory of the initial size that holds nothing but zeros. With `will_grow` the spare one stays for others. */
  take(pages: MemoryPages, will_grow: boolean): WebAssembly.Memory {
    const { spare } = this;
    const fits = spare?.pages.initial === pages.initial && spare.pages.maximum === pages.maximum;
    if (spare === null || !fits || will_grow) {
      this.made += 1;
      return new WebAssembly.Memory(pages);
    }
    this.spare = null;
    clear(spare.memory);
    return spare.memory;
  }

  /** From whoever took it and will not touch it again. A memory cannot shrink, so one that grew is not kept. */
  giveBack(memory: WebAssembly.Memory, pages: MemoryPages): { grew: boolean } {
    const grew = memory.buffer.byteLength !== pages.initial * PAGE_BYTES;
    if (!grew && this.spare === null && this.made > NEW_AT_FIRST) this.spare = { memory, pages };
    return { grew };
  }
}

/**
 * A contract may have written anywhere, so that every byte is looked at; most pages hold nothing but zeros, and to
 * read 64 MiB takes half as long as to write them.
 */
function clear(memory: WebAssembly.Memory): void {
  const bytes = Buffer.from(memory.buffer);
  for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
    const end = at + PAGE_BYTES;
    if (bytes.compare(ZEROS, 0, PAGE_BYTES, at, end) !== 0) bytes.fill(0, at, end);
  }
}
