// Owns host functions that log, return a value or give up, and reading guest strings; leaves promises to theirs.
import { HostError } from '../failure.ts';
import { act } from './define.ts';
import { decodeUtf8, decodeUtf16, type Host, IN_REGISTER } from './host.ts';

/** In place of a string's length: the string ends at its first zero. */
const NUL_TERMINATED = IN_REGISTER;
const MIN_ABORT_POINTER = 4n;

export const logFunctions = {
  log_utf8: act('II>', (host, length = 0n, pointer = 0n) => {
    host.pay('base');
    checkLogCount(host);
    pushPaidLog(host, readUtf8(host, length, pointer));
  }),
  log_utf16: act('II>', (host, length = 0n, pointer = 0n) => {
    host.pay('base');
    checkLogCount(host);
    pushPaidLog(host, readUtf16(host, length, pointer));
  }),
  panic: act('>', (host) => {
    host.pay('base');
    throw new HostError('GuestPanic', 'explicit guest panic');
  }),
  panic_utf8: act('II>', (host, length = 0n, pointer = 0n) => {
    host.pay('base');
    throw new HostError('GuestPanic', readUtf8(host, length, pointer));
  }),
  abort: act('iiii>', abort),
  value_return: act('II>', valueReturn),
  gas: act('i>', (host, operators = 0n) => {
    host.gas.burn(operators * BigInt(host.parameters.ops.regular));
  }),
};

function valueReturn(host: Host, length = 0n, pointer = 0n): void {
  host.pay('base');
  const value = host.readInput(length, pointer);
  const size = BigInt(value.length);
  const { max_length_returned_data } = host.parameters.limits;
  if (size > max_length_returned_data) {
    throw new HostError('ReturnedValueLengthExceeded', size, max_length_returned_data);
  }
  // Whoever waits for the value gets it in a data receipt; both its ways are paid for here.
  const fees = host.context.output_data_receivers.map(
    (receiver) =>
      host.gas.actionFee('new_data_receipt_byte', receiver === host.context.current_account_id, size).use,
  );
  const burn = fees.reduce((sum, fee) => sum + fee, 0n);
  host.gas.deductFor('new_data_receipt_byte', { burn, use: burn });
  host.return_data = { kind: 'value', value };
}

/** AssemblyScript's way to panic: both strings stand behind their 32-bit lengths. */
function abort(host: Host, message_pointer = 0n, file_pointer = 0n, line = 0n, column = 0n): void {
  host.pay('base');
  if (message_pointer < MIN_ABORT_POINTER || file_pointer < MIN_ABORT_POINTER)
    throw new HostError('BadUTF16');
  checkLogCount(host);
  const message_length = readU32(host, message_pointer - MIN_ABORT_POINTER);
  const file_length = readU32(host, file_pointer - MIN_ABORT_POINTER);
  const message = readUtf16(host, message_length, message_pointer);
  const file = readUtf16(host, file_length, file_pointer);
  const full = `${message}, filename: "${file}" line: ${line} col: ${column}`;
  host.pay('log_base');
  host.payPer('log_byte', byteLength(full));
  pushLog(host, `ABORT: ${full}`);
  throw new HostError('GuestPanic', full);
}

function readU32(host: Host, pointer: bigint): bigint {
  const bytes = host.readMemory(pointer, 4n);
  return BigInt(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
}

function checkLogCount(host: Host): void {
  const { max_number_logs } = host.parameters.limits;
  if (host.logs.length >= max_number_logs) throw new HostError('NumberOfLogsExceeded', max_number_logs);
}

function pushPaidLog(host: Host, message: string): void {
  host.pay('log_base');
  host.payPer('log_byte', byteLength(message));
  pushLog(host, message);
}

/** Only a log that grew while it was decoded can be too long here; NEAR then counts it twice in its message. */
function pushLog(host: Host, message: string): void {
  const bytes = byteLength(message);
  host.log_bytes += bytes;
  if (host.log_bytes > host.parameters.limits.max_total_log_length) throw tooLong(host, bytes);
  host.logs.push(message);
}

function readUtf8(host: Host, length: bigint, pointer: bigint): string {
  host.pay('utf8_decoding_base');
  const most = host.parameters.limits.max_total_log_length - host.log_bytes;
  let bytes: Uint8Array;
  if (length !== NUL_TERMINATED) {
    if (length > most) throw tooLong(host, length);
    bytes = host.readMemory(pointer, length);
  } else {
    bytes = readUntilZero({ host, pointer, most, unit: 1n });
  }
  host.payPer('utf8_decoding_byte', BigInt(bytes.length));
  return decodeUtf8(bytes);
}

function readUtf16(host: Host, length: bigint, pointer: bigint): string {
  host.pay('utf16_decoding_base');
  const most = host.parameters.limits.max_total_log_length - host.log_bytes;
  let bytes: Uint8Array;
  if (length !== NUL_TERMINATED) {
    bytes = host.readMemory(pointer, length);
    if (length % 2n !== 0n) throw new HostError('BadUTF16');
    if (length > most) throw tooLong(host, length);
  } else {
    bytes = readUntilZero({ host, pointer, most, unit: 2n });
  }
  host.payPer('utf16_decoding_byte', BigInt(bytes.length));
  return decodeUtf16(bytes);
}

/** Each unit is read and paid for on its own: bounded by the log bytes that are left. */
function readUntilZero(options: { host: Host; pointer: bigint; most: bigint; unit: bigint }): Uint8Array {
  const { host, pointer, most, unit } = options;
  for (let length = 0n; ; length += unit) {
    const bytes = host.readMemory(pointer + length, unit);
    if (bytes.every((byte) => byte === 0)) return host.bytesAt(pointer, length).slice();
    if (length + unit > most) throw tooLong(host, unit === 1n ? most + 1n : length + unit);
  }
}

function tooLong(host: Host, length: bigint): HostError {
  const { max_total_log_length } = host.parameters.limits;
  return new HostError('TotalLogLengthExceeded', host.log_bytes + length, max_total_log_length);
}

function byteLength(message: string): bigint {
  return BigInt(new TextEncoder().encode(message).length);
}
