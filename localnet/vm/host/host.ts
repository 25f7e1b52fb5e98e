// Owns one call's host side: memory, registers, gas, logs, balance; leaves each host function to its family's file.
import { isAccountId } from '../../../core/near/account-id.ts';
import type { CallContext, ExternalState, ReceiptDraft, ReturnData } from '../context.ts';
import { HostError } from '../failure.ts';
import { GasCounter } from '../gas-counter.ts';
import type { ExtCost, ProtocolParameters } from '../params.ts';
import { Registers } from './registers.ts';

/** In place of a length: the value is in the register whose number stands in place of the pointer. */
export const IN_REGISTER = 2n ** 64n - 1n;

/** A promise is one receipt to be, or several joined. */
export type PromiseRef = { joint: false; receipt: number } | { joint: true; receipts: number[] };

export class Host {
  readonly context: CallContext;
  readonly external: ExternalState;
  readonly parameters: ProtocolParameters;
  readonly gas: GasCounter;
  readonly registers: Registers;
  readonly logs: string[] = [];
  readonly promises: PromiseRef[] = [];
  readonly receipts: ReceiptDraft[] = [];
  /** Function calls that share what gas is left, by receipt and action index. */
  readonly weights: { receipt: number; action: number; weight: bigint }[] = [];
  log_bytes = 0n;
  return_data: ReturnData = { kind: 'none' };
  balance: bigint;
  subsidized = 0n;
  storage_usage: bigint;
  private memory: WebAssembly.Memory | null = null;

  constructor(options: { context: CallContext; external: ExternalState; parameters: ProtocolParameters }) {
    const { context, external, parameters } = options;
    this.context = context;
    this.external = external;
    this.parameters = parameters;
    const { prepaid_gas, is_view } = context;
    this.gas = new GasCounter({ parameters, prepaid_gas, is_view });
    this.registers = new Registers(parameters.limits);
    this.balance = context.account_balance + context.attached_deposit;
    this.storage_usage = context.storage_usage;
  }

  attach(memory: WebAssembly.Memory): void {
    this.memory = memory;
  }

  pay(cost: ExtCost): void {
    this.gas.pay(cost);
  }

  payPer(cost: ExtCost, count: bigint): void {
    this.gas.payPer(cost, count);
  }

  forbidInView(name: string): void {
    if (this.context.is_view) throw new HostError('ProhibitedInView', name);
  }

  /** Paid for before it is looked at, so that a pointer outside the memory is no cheaper. */
  readMemory(pointer: bigint, length: bigint): Uint8Array {
    this.pay('read_memory_base');
    this.payPer('read_memory_byte', length);
    return this.bytesAt(pointer, length).slice();
  }

  writeMemory(pointer: bigint, bytes: Uint8Array): void {
    this.pay('write_memory_base');
    this.payPer('write_memory_byte', BigInt(bytes.length));
    this.bytesAt(pointer, BigInt(bytes.length)).set(bytes);
  }

  /** Free of charge: for a caller that has paid. */
  bytesAt(pointer: bigint, length: bigint): Uint8Array {
    const buffer = this.memory?.buffer;
    if (buffer === undefined || pointer + length > BigInt(buffer.byteLength)) {
      throw new HostError('MemoryAccessViolation');
    }
    return new Uint8Array(buffer, Number(pointer), Number(length));
  }

  readRegister(id: bigint): Uint8Array {
    const value = this.registers.get(id);
    this.pay('read_register_base');
    this.payPer('read_register_byte', BigInt(value.length));
    return value;
  }

  writeRegister(id: bigint, value: Uint8Array): void {
    this.pay('write_register_base');
    this.payPer('write_register_byte', BigInt(value.length));
    this.registers.set(id, value);
  }

  /** For values that the call was given: only the base is charged. */
  writeRegisterFlat(id: bigint, value: Uint8Array): void {
    this.pay('write_register_base');
    this.registers.set(id, value);
  }

  readInput(length: bigint, pointer: bigint): Uint8Array {
    return length === IN_REGISTER ? this.readRegister(pointer) : this.readMemory(pointer, length);
  }

  readU128(pointer: bigint): bigint {
    const bytes = this.readMemory(pointer, 16n);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return (view.getBigUint64(8, true) << 64n) | view.getBigUint64(0, true);
  }

  writeU128(pointer: bigint, value: bigint): void {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, value & (2n ** 64n - 1n), true);
    view.setBigUint64(8, value >> 64n, true);
    this.writeMemory(pointer, bytes);
  }

  readAccountId(length: bigint, pointer: bigint): string {
    const bytes = this.readInput(length, pointer);
    this.pay('utf8_decoding_base');
    this.payPer('utf8_decoding_byte', BigInt(bytes.length));
    const text = decodeUtf8(bytes);
    if (!isAccountId(text)) throw new HostError('InvalidAccountId');
    return text;
  }

  deductBalance(amount: bigint): void {
    if (amount > this.balance) throw new HostError('BalanceExceeded');
    this.balance -= amount;
  }
}

export function decodeUtf8(bytes: Uint8Array): string {
  const text = tryDecode('utf-8', bytes);
  if (text === null) throw new HostError('BadUTF8');
  return text;
}

export function decodeUtf16(bytes: Uint8Array): string {
  const text = tryDecode('utf-16le', bytes);
  if (text === null) throw new HostError('BadUTF16');
  return text;
}

function tryDecode(label: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // Malformed text is the only reason for which the decoder throws this kind of error.
    if (error instanceof TypeError) return null;
    throw error;
  }
}
