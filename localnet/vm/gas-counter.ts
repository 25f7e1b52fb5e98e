// Owns the count of gas burnt and promised in one call, and its limits; leaves prices to params.ts.
import { HostError } from './failure.ts';
import type { ActionCost, ExtCost, ProtocolParameters } from './params.ts';

const MAX_U64 = 2n ** 64n - 1n;

export class GasCounter {
  private readonly parameters: ProtocolParameters;
  private readonly prepaid: bigint;
  private readonly max_burnt: bigint;
  /** What may be burnt at most; falls as gas is promised to others. */
  private limit: bigint;
  burnt = 0n;
  promised = 0n;

  constructor(options: { parameters: ProtocolParameters; prepaid_gas: bigint; is_view: boolean }) {
    const { parameters, is_view } = options;
    this.parameters = parameters;
    this.max_burnt = is_view ? parameters.limits.max_gas_burnt_view : parameters.limits.max_gas_burnt;
    this.prepaid = is_view ? this.max_burnt : options.prepaid_gas;
    this.limit = min(this.max_burnt, this.prepaid);
  }

  get used(): bigint {
    return this.burnt + this.promised;
  }

  get remaining(): bigint {
    return this.used > this.prepaid ? 0n : this.prepaid - this.used;
  }

  /** What may still be burnt; never more than a call may burn at all, even where more is prepaid. */
  get burnable(): bigint {
    return this.limit - this.burnt;
  }

  pay(cost: ExtCost): void {
    this.burn(this.parameters.ext[cost]);
  }

  /** A price times a length the guest chose: the product may leave 64 bits, which burns nothing. */
  payPer(cost: ExtCost, count: bigint): void {
    this.burn(checked(this.parameters.ext[cost] * count));
  }

  burn(amount: bigint): void {
    const burnt = checked(this.burnt + amount);
    if (burnt > this.limit) this.exceed(burnt, burnt + this.promised);
    this.burnt = burnt;
  }

  /** Burns a part now and sets the rest aside for what was promised. */
  deduct(burn: bigint, use: bigint): void {
    const promise = use - burn;
    const burnt = checked(this.burnt + burn);
    const promised = checked(this.promised + promise);
    const used = checked(burnt + promised);
    if (burnt > this.max_burnt || used > this.prepaid) this.exceed(burnt, used);
    this.burnt = burnt;
    this.promised = promised;
    if (promise > 0n) this.limit = min(this.max_burnt, this.prepaid - promised);
  }

  /** An action's fee: sending is burnt now, executing is set aside. */
  payAction(cost: ActionCost, sir: boolean, count = 1n): void {
    const { burn, use } = this.actionFee(cost, sir, count);
    this.deduct(burn, use);
  }

  actionFee(cost: ActionCost, sir: boolean, count = 1n): { burn: bigint; use: bigint } {
    const fee = this.parameters.actions[cost];
    const burn = checked((sir ? fee.send_sir : fee.send_not_sir) * count);
    return { burn, use: checked(burn + checked(fee.execution * count)) };
  }

  /** Where a limit breaks, everything prepaid counts as burnt, so that a failing call cannot be made cheaper. */
  private exceed(burnt: bigint, used: bigint): never {
    this.burnt = min(burnt, min(this.prepaid, this.max_burnt));
    const total = min(this.prepaid, used);
    this.promised = total > this.burnt ? total - this.burnt : 0n;
    throw new HostError(burnt > this.max_burnt ? 'GasLimitExceeded' : 'GasExceeded');
  }
}

function checked(value: bigint): bigint {
  if (value > MAX_U64) throw new HostError('IntegerOverflow');
  return value;
}

function min(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
