// Owns host functions that tell a contract where it runs, and registers; leaves storage, logs and promises to their files.
import { act, answer } from './define.ts';
import type { Host } from './host.ts';

const NO_REGISTER = 2n ** 64n - 1n;
const LOCAL_CODE = 1n;

const text = (value: string) => new TextEncoder().encode(value);

/** A value of the context, written to a register. */
const toRegister = (pick: (host: Host) => Uint8Array) =>
  act('I>', (host, register_id = 0n) => {
    host.pay('base');
    host.writeRegister(register_id, pick(host));
  });

/** The same, but only a call that changes state knows it. */
const toRegisterUnlessView = (name: string, pick: (host: Host) => Uint8Array) =>
  act('I>', (host, register_id = 0n) => {
    host.pay('base');
    host.forbidInView(name);
    host.writeRegister(register_id, pick(host));
  });

const number = (pick: (host: Host) => bigint) =>
  answer('>I', (host) => {
    host.pay('base');
    return pick(host);
  });

const numberUnlessView = (name: string, pick: (host: Host) => bigint) =>
  answer('>I', (host) => {
    host.pay('base');
    host.forbidInView(name);
    return pick(host);
  });

const amount = (pick: (host: Host) => bigint) =>
  act('I>', (host, pointer = 0n) => {
    host.pay('base');
    host.writeU128(pointer, pick(host));
  });

export const contextFunctions = {
  read_register: act('II>', (host, register_id = 0n, pointer = 0n) => {
    host.pay('base');
    host.writeMemory(pointer, host.readRegister(register_id));
  }),
  register_len: answer('I>I', (host, register_id = 0n) => {
    host.pay('base');
    return host.registers.length(register_id) ?? NO_REGISTER;
  }),
  write_register: act('III>', (host, register_id = 0n, length = 0n, pointer = 0n) => {
    host.pay('base');
    host.writeRegister(register_id, host.readMemory(pointer, length));
  }),
  current_account_id: toRegister((host) => text(host.context.current_account_id)),
  chain_id: toRegister((host) => text(host.context.chain_id)),
  random_seed: toRegister((host) => host.context.random_seed),
  signer_account_id: toRegisterUnlessView('signer_account_id', (host) =>
    text(host.context.signer_account_id),
  ),
  signer_account_pk: toRegisterUnlessView('signer_account_pk', (host) => host.context.signer_account_pk),
  predecessor_account_id: toRegisterUnlessView('predecessor_account_id', (host) =>
    text(host.context.predecessor_account_id),
  ),
  refund_to_account_id: toRegisterUnlessView('refund_to_account_id', (host) =>
    text(host.context.refund_to_account_id),
  ),
  input: act('I>', (host, register_id = 0n) => {
    host.pay('base');
    host.writeRegisterFlat(register_id, host.context.input);
  }),
  current_contract_code: answer('I>I', (host, register_id = 0n) => {
    host.pay('base');
    host.writeRegister(register_id, host.context.code_hash);
    return LOCAL_CODE;
  }),
  block_index: number((host) => host.context.block_height),
  block_timestamp: number((host) => host.context.block_timestamp),
  epoch_height: number((host) => host.context.epoch_height),
  storage_usage: number((host) => host.storage_usage),
  account_balance: amount((host) => host.balance),
  account_locked_balance: amount((host) => host.context.account_locked_balance),
  attached_deposit: amount((host) => host.context.attached_deposit),
  prepaid_gas: numberUnlessView('prepaid_gas', (host) => host.context.prepaid_gas),
  used_gas: numberUnlessView('used_gas', (host) => host.gas.used),
  validator_stake: act('III>', (host, length = 0n, pointer = 0n, stake_pointer = 0n) => {
    host.pay('base');
    const account_id = host.readAccountId(length, pointer);
    host.pay('validator_stake_base');
    host.writeU128(stake_pointer, host.external.validatorStake(account_id));
  }),
  validator_total_stake: act('I>', (host, stake_pointer = 0n) => {
    host.pay('base');
    host.pay('validator_total_stake_base');
    host.writeU128(stake_pointer, host.external.validatorTotalStake());
  }),
};
