// Owns a call's registers and their limits; leaves charging for them to host.ts.
import { HostError } from '../failure.ts';
import type { ProtocolParameters } from '../params.ts';

const ENTRY_BYTES = 8n;

export class Registers {
  private readonly limits: ProtocolParameters['limits'];
  private readonly values = new Map<bigint, Uint8Array>();
  private usage = 0n;

  constructor(limits: ProtocolParameters['limits']) {
    this.limits = limits;
  }

  get(id: bigint): Uint8Array {
    const value = this.values.get(id);
    if (value === undefined) throw new HostError('InvalidRegisterId', id);
    return value;
  }

  length(id: bigint): bigint | null {
    const value = this.values.get(id);
    return value === undefined ? null : BigInt(value.length);
  }

  set(id: bigint, value: Uint8Array): void {
    const { max_register_size, max_number_registers, registers_memory_limit } = this.limits;
    const before = this.values.get(id);
    const usage =
      this.usage -
      (before === undefined ? 0n : BigInt(before.length) + ENTRY_BYTES) +
      (BigInt(value.length) + ENTRY_BYTES);
    // The count is checked even where a register is only replaced: so does NEAR.
    const full = this.values.size >= max_number_registers;
    if (BigInt(value.length) > max_register_size || full || usage > registers_memory_limit) {
      throw new HostError('MemoryAccessViolation');
    }
    this.usage = usage;
    this.values.set(id, value);
  }
}
