// Owns host functions of a contract's storage and their charges; leaves the trie behind them to the state.
import { HostError } from '../failure.ts';
import { answer } from './define.ts';
import type { Host } from './host.ts';

/** Values longer than this are stored apart from their key, which makes reading them dearer. */
const LARGE_VALUE = 4_000;
const HELD = 1n;
const ABSENT = 0n;

const deprecated = (name: string, signature: string) =>
  answer(signature, () => {
    throw new HostError('Deprecated', name);
  });

export const storageFunctions = {
  storage_write: answer('IIIII>I', storageWrite),
  storage_read: answer('III>I', storageRead),
  storage_remove: answer('III>I', storageRemove),
  storage_has_key: answer('II>I', (host, key_length = 0n, key_pointer = 0n) => {
    host.pay('base');
    host.pay('storage_has_key_base');
    const key = readKey(host, key_length, key_pointer);
    host.payPer('storage_has_key_byte', BigInt(key.length));
    return host.external.read(key) === null ? ABSENT : HELD;
  }),
  storage_iter_prefix: deprecated('storage_iter_prefix', 'II>I'),
  storage_iter_range: deprecated('storage_iter_range', 'IIII>I'),
  storage_iter_next: deprecated('storage_iter_next', 'III>I'),
};

function storageWrite(
  host: Host,
  key_length = 0n,
  key_pointer = 0n,
  value_length = 0n,
  value_pointer = 0n,
  register_id = 0n,
): bigint {
  host.pay('base');
  host.forbidInView('storage_write');
  host.pay('storage_write_base');
  const key = readKey(host, key_length, key_pointer);
  const value = host.readInput(value_length, value_pointer);
  const { max_length_storage_value } = host.parameters.limits;
  if (BigInt(value.length) > max_length_storage_value) {
    throw new HostError('ValueLengthExceeded', value.length, max_length_storage_value);
  }
  host.payPer('storage_write_key_byte', BigInt(key.length));
  host.payPer('storage_write_value_byte', BigInt(value.length));
  // The state is undone with the whole receipt if a charge below fails.
  const { previous, trie_nodes } = host.external.write(key, value);
  if (previous !== null) host.payPer('storage_write_evicted_byte', BigInt(previous.length));
  host.payPer('touching_trie_node', trie_nodes);
  if (previous === null) {
    host.storage_usage += recordBytes(host, key, value);
    return ABSENT;
  }
  host.storage_usage += BigInt(value.length) - BigInt(previous.length);
  host.writeRegister(register_id, previous);
  return HELD;
}

function storageRead(host: Host, key_length = 0n, key_pointer = 0n, register_id = 0n): bigint {
  host.pay('base');
  host.pay('storage_read_base');
  const key = readKey(host, key_length, key_pointer);
  host.payPer('storage_read_key_byte', BigInt(key.length));
  const value = host.external.read(key);
  if (value === null) return ABSENT;
  host.payPer('storage_read_value_byte', BigInt(value.length));
  if (value.length > LARGE_VALUE) {
    host.pay('storage_large_read_overhead_base');
    host.payPer('storage_large_read_overhead_byte', BigInt(value.length));
  }
  host.writeRegister(register_id, value);
  return HELD;
}

function storageRemove(host: Host, key_length = 0n, key_pointer = 0n, register_id = 0n): bigint {
  host.pay('base');
  host.forbidInView('storage_remove');
  host.pay('storage_remove_base');
  const key = readKey(host, key_length, key_pointer);
  host.payPer('storage_remove_key_byte', BigInt(key.length));
  const { previous, trie_nodes } = host.external.remove(key);
  if (previous !== null) host.payPer('storage_remove_ret_value_byte', BigInt(previous.length));
  host.payPer('touching_trie_node', trie_nodes);
  if (previous === null) return ABSENT;
  host.storage_usage -= recordBytes(host, key, previous);
  host.writeRegister(register_id, previous);
  return HELD;
}

function readKey(host: Host, length: bigint, pointer: bigint): Uint8Array {
  const key = host.readInput(length, pointer);
  const { max_length_storage_key } = host.parameters.limits;
  if (BigInt(key.length) > max_length_storage_key) {
    throw new HostError('KeyLengthExceeded', key.length, max_length_storage_key);
  }
  return key;
}

function recordBytes(host: Host, key: Uint8Array, value: Uint8Array): bigint {
  return BigInt(key.length + value.length) + host.parameters.storage.bytes_per_record;
}
