// Owns a growing list of byte strings of one length, packed without an object for each; leaves what they mean to its callers.

const ITEMS_A_PAGE = 4_096;

export class PackedList {
  readonly item_bytes: number;
  private readonly pages: Uint8Array[] = [];
  private count = 0;

  constructor(item_bytes: number) {
    this.item_bytes = item_bytes;
  }

  get length(): number {
    return this.count;
  }

  push(item: Uint8Array): void {
    if (item.length !== this.item_bytes)
      throw new Error(`an item of ${item.length} bytes in a list of ${this.item_bytes}`);
    const place = this.count % ITEMS_A_PAGE;
    if (place === 0) this.pages.push(new Uint8Array(ITEMS_A_PAGE * this.item_bytes));
    this.pages.at(-1)?.set(item, place * this.item_bytes);
    this.count += 1;
  }

  /** A view: nobody may write into it. */
  at(index: number): Uint8Array | undefined {
    if (index < 0 || index >= this.count) return undefined;
    const start = (index % ITEMS_A_PAGE) * this.item_bytes;
    return this.pages[Math.floor(index / ITEMS_A_PAGE)]?.subarray(start, start + this.item_bytes);
  }
}
