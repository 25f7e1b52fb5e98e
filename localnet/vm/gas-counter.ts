// Owns the count of gas burnt and promised in one call, its kinds of cost and its limits; leaves prices to params.ts.
import { HostError } from './failure.ts';
import { addCost, type GasProfile, sumCosts } from './gas-profile.ts';
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
  private readonly actions: GasProfile['actions'] = {};
  private readonly host: GasProfile['host'] = {};

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

  /** What no host function and no action burnt, the module's operators did. */
  get profile(): GasProfile {
    const { actions, host, burnt } = this;
    return { actions, host, wasm: burnt - sumCosts(actions) - sumCosts(host) };
  }

  pay(cost: ExtCost): void {
    this.burnFor(cost, this.parameters.ext[cost]);
  }

  /** A price times a length the guest chose: the product may leave 64 bits, which burns nothing. */
  payPer(cost: ExtCost, count: bigint): void {
    this.burnFor(cost, checked(this.parameters.ext[cost] * count));
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
    this.deductFor(cost, { burn, use });
  }

  /** The same for fees that NEAR charges together and counts under one name. */
  deductFor(cost: ActionCost, { burn, use }: { burn: bigint; use: bigint }): void {
    const before = this.burnt;
    try {
      this.deduct(burn, use);
    } finally {
      addCost(this.actions, cost, this.burnt - before);
    }
  }

  actionFee(cost: ActionCost, sir: boolean, count = 1n): { burn: bigint; use: bigint } {
    const fee = this.parameters.actions[cost];
    const burn = checked((sir ? fee.send_sir : fee.send_not_sir) * count);
    return { burn, use: checked(burn + checked(fee.execution * count)) };
  }

  /** Where a limit breaks, the cost that broke it takes what was left. */
  private burnFor(cost: ExtCost, amount: bigint): void {
    const before = this.burnt;
    try {
      this.burn(amount);
    } finally {
      addCost(this.host, cost, this.burnt - before);
    }
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
