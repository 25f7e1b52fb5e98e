// Owns carrying gas and stack between one running module and its host; leaves what either charges to them.
import type { Host } from './host/host.ts';
import { METER_EXPORT } from './wasm/instrument.ts';

/** The module counts whole operators. What is left over of the gas is less than one and waits with the host. */
export class Session {
  readonly host: Host;
  private readonly gas: WebAssembly.Global;
  private readonly stack: WebAssembly.Global;
  private readonly operator: bigint;
  private lent = 0;

  constructor(host: Host, exports: Readonly<Record<string, unknown>>) {
    this.host = host;
    this.gas = exports[METER_EXPORT.gas] as WebAssembly.Global;
    this.stack = exports[METER_EXPORT.stack] as WebAssembly.Global;
    this.operator = BigInt(host.parameters.ops.regular);
  }

  /** A function leaves the stack as its callees found it, so each one that the host calls gets the whole of it. */
  lendStack(): void {
    this.stack.value = this.host.parameters.limits.max_stack_height;
  }

  lendGas(): void {
    this.lent = Number(this.host.gas.burnable / this.operator);
    this.gas.value = this.lent;
  }

  /** A counter below zero means that the module stopped at a charge it could not pay: the whole charge counts. */
  burnGas(): void {
    const left = Number(this.gas.value);
    const operators = this.lent - left;
    this.lent = left;
    if (operators > 0) this.host.gas.burn(BigInt(operators) * this.operator);
  }

  get is_stack_full(): boolean {
    return Number(this.stack.value) < 0;
  }
}
