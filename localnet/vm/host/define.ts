// Owns what a host function is: a signature and what it does; leaves calling it to prepare.ts.
import type { Host } from './host.ts';

export interface HostFunction {
  /** Parameters and result, "i" for 32 bits and "I" for 64, such as "III>I". */
  signature: string;
  /** Arguments come as unsigned integers. */
  run(host: Host, ...args: bigint[]): bigint | undefined;
}

/** A function that answers with a number. */
export function answer(signature: string, run: (host: Host, ...args: bigint[]) => bigint): HostFunction {
  return { signature, run };
}

/** A function that only acts. */
export function act(signature: string, run: (host: Host, ...args: bigint[]) => void): HostFunction {
  return {
    signature,
    run: (host, ...args) => {
      run(host, ...args);
      return undefined;
    },
  };
}
