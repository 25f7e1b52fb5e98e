// Owns the table of operators that NEAR accepts, with what metering must know of each; leaves metering to gas-points.ts and operand-stack.ts.

/** What stands behind an opcode. */
export type Immediate =
  | 'none'
  | 'index'
  | 'memarg'
  | 'zero'
  | 'i32'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'block'
  | 'br_table'
  | 'call_indirect'
  | 'select'
  | 'ref_null'
  | 'two_indices'
  | 'index_zero'
  | 'two_zeros';

/** How an operator ends or joins a range of straight-line code. */
export type Flow = 'pure' | 'effect' | 'linear' | 'control';

export interface Operator {
  immediate: Immediate;
  flow: Flow;
  /** Operands taken, and the size in bytes of the one left (0 for none); control and variable ones are seen to apart. */
  pops: number;
  pushes: number;
  /** The float operators whose NaN results NEAR makes canonical, by the width of the result. */
  nan: 0 | 32 | 64;
}

const SIZE: Record<string, number> = { i: 4, f: 4, I: 8, F: 8 };

/** Single-byte operators by opcode, 0xfc ones by 0xfc00 + their number. A missing one is a feature NEAR refuses. */
export const OPERATORS: ReadonlyMap<number, Operator> = buildTable();

function buildTable(): Map<number, Operator> {
  const table = new Map<number, Operator>();
  const add = (codes: number[], effect: string, more: Partial<Operator> = {}) => {
    const [takes = '', gives = ''] = effect.split('>');
    for (const code of codes) {
      const pushes = gives === '' ? 0 : (SIZE[gives] ?? 0);
      table.set(code, { immediate: 'none', flow: 'pure', pops: takes.length, pushes, nan: 0, ...more });
    }
  };
  addControl(add);
  addMemory(add);
  addNumeric(add);
  addPrefixed(add);
  return table;
}

type Add = (codes: number[], effect: string, more?: Partial<Operator>) => void;

function addControl(add: Add): void {
  const control = { flow: 'control' } as const;
  add([0x00, 0x05, 0x0b, 0x0f], '>', control);
  add([0x02, 0x03, 0x04], '>', { ...control, immediate: 'block' });
  add([0x0c, 0x0d], '>', { ...control, immediate: 'index' });
  add([0x0e], '>', { ...control, immediate: 'br_table' });
  add([0x10], '>', { ...control, immediate: 'index' });
  add([0x11], '>', { ...control, immediate: 'call_indirect' });
  add([0x01], '>');
  add([0x1a], 'i>');
  // A select keeps one of its two values in place, so it only takes two operands away.
  add([0x1b], 'ii>');
  add([0x1c], 'ii>', { immediate: 'select' });
  // Sizes of locals and globals are looked up; setting one takes an operand away.
  add([0x20, 0x23], '>', { immediate: 'index' });
  add([0x21, 0x24], 'i>', { immediate: 'index' });
  add([0x22], '>', { immediate: 'index' });
  add([0x25], 'i>I', { flow: 'effect', immediate: 'index' });
  add([0x26], 'ii>', { flow: 'effect', immediate: 'index' });
  add([0xd0], '>I', { immediate: 'ref_null' });
  add([0xd1], 'I>i');
  add([0xd2], '>I', { immediate: 'index' });
}

function addMemory(add: Add): void {
  const memory = { flow: 'effect', immediate: 'memarg' } as const;
  add([0x28, ...range(0x2c, 0x2f)], 'i>i', memory);
  add([0x29, ...range(0x30, 0x35)], 'i>I', memory);
  add([0x2a], 'i>f', memory);
  add([0x2b], 'i>F', memory);
  add(range(0x36, 0x3e), 'ii>', memory);
  add([0x3f], '>i', { immediate: 'zero' });
  add([0x40], 'i>i', { flow: 'linear', immediate: 'zero' });
  add([0x41], '>i', { immediate: 'i32' });
  add([0x42], '>I', { immediate: 'i64' });
  add([0x43], '>f', { immediate: 'f32' });
  add([0x44], '>F', { immediate: 'f64' });
}

function addNumeric(add: Add): void {
  const trapping = { flow: 'effect' } as const;
  const nan32 = { nan: 32 } as const;
  const nan64 = { nan: 64 } as const;
  add([0x45], 'i>i');
  add(range(0x46, 0x4f), 'ii>i');
  add([0x50], 'I>i');
  add([...range(0x51, 0x5a), ...range(0x5b, 0x66)], 'II>i');
  add([...range(0x67, 0x69), 0xc0, 0xc1], 'i>i');
  add([...range(0x6a, 0x6c), ...range(0x71, 0x78)], 'ii>i');
  add(range(0x6d, 0x70), 'ii>i', trapping);
  add([...range(0x79, 0x7b), ...range(0xc2, 0xc4)], 'I>I');
  add([...range(0x7c, 0x7e), ...range(0x83, 0x8a)], 'II>I');
  add(range(0x7f, 0x82), 'II>I', trapping);
  add([0x8b, 0x8c], 'f>f');
  add(range(0x8d, 0x91), 'f>f', nan32);
  add(range(0x92, 0x97), 'ff>f', nan32);
  add([0x98], 'ff>f');
  add([0x99, 0x9a], 'F>F');
  add(range(0x9b, 0x9f), 'F>F', nan64);
  add(range(0xa0, 0xa5), 'FF>F', nan64);
  add([0xa6], 'FF>F');
  add([0xa7], 'I>i');
  add(range(0xa8, 0xab), 'F>i', trapping);
  add([0xac, 0xad], 'i>I');
  add(range(0xae, 0xb1), 'F>I', trapping);
  add(range(0xb2, 0xb5), 'I>f');
  add([0xb6], 'F>f', nan32);
  add(range(0xb7, 0xba), 'I>F');
  add([0xbb], 'f>F', nan64);
  add([0xbc], 'f>i');
  add([0xbd], 'F>I');
  add([0xbe], 'i>f');
  add([0xbf], 'I>F');
}

function addPrefixed(add: Add): void {
  const prefixed = (numbers: number[]) => numbers.map((number) => 0xfc00 + number);
  const linear = { flow: 'linear' } as const;
  add(prefixed(range(0, 3)), 'F>i');
  add(prefixed(range(4, 7)), 'F>I');
  add(prefixed([8]), 'iii>', { ...linear, immediate: 'index_zero' });
  add(prefixed([9, 13]), '>', { immediate: 'index' });
  add(prefixed([10]), 'iii>', { ...linear, immediate: 'two_zeros' });
  add(prefixed([11]), 'iii>', { ...linear, immediate: 'zero' });
  add(prefixed([12, 14]), 'iii>', { ...linear, immediate: 'two_indices' });
  add(prefixed([15]), 'ii>i', { ...linear, immediate: 'index' });
  add(prefixed([16]), '>i', { immediate: 'index' });
  add(prefixed([17]), 'iii>', { ...linear, immediate: 'index' });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
