// Owns the list of what was measured on one build; leaves which calls to the stories.
import type { Call, CallResult, ContractChain } from '../../sandbox-tests/support/contract-chain.ts';
import { type Gas, gasOfCall, gasOfReceipt, gasOfView } from './gas.ts';

export interface Row {
  method: string;
  /** Which case of the method, or ''. */
  what: string;
  kind: 'call' | 'view' | 'receipt';
  gas: Gas;
  /** What stopped it, where it did not end well; '' where it did. */
  error: string;
}

export class Meter {
  readonly rows: Row[] = [];
  private readonly may_fail: boolean;

  /** A build that is measured for comparison may need more gas than the contract hands on. */
  constructor({ may_fail }: { may_fail: boolean }) {
    this.may_fail = may_fail;
  }

  call(chain: ContractChain, call: Call, what = ''): CallResult {
    const result = this.may_fail ? chain.call(call) : chain.mustCall(call);
    this.rows.push({
      method: call.method,
      what,
      kind: 'call',
      gas: gasOfCall(result),
      error: result.error ?? '',
    });
    return result;
  }

  /** Of a contract call that another one made. */
  receipt(result: CallResult, method: string, what: string): void {
    this.rows.push({ method, what, kind: 'receipt', ...gasOfReceipt(result, method) });
  }

  view(chain: ContractChain, method: string, args: object = {}, what = ''): unknown {
    const result = chain.tryView(method, args);
    if (result.error !== null) throw new Error(`viewing ${method}: ${result.error}`);
    this.rows.push({ method, what, kind: 'view', gas: gasOfView(result), error: '' });
    return result.value;
  }
}
