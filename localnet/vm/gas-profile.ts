// Owns what a call's gas went to, by kind of cost; leaves burning it to gas-counter.ts and showing it to the views.
import type { ActionCost, ExtCost } from './params.ts';

/** Gas burnt, as NEAR groups it: a cost that burnt nothing is absent. */
export interface GasProfile {
  actions: { [C in ActionCost]?: bigint };
  host: { [C in ExtCost]?: bigint };
  /** By the module's own operators. */
  wasm: bigint;
}

export function emptyProfile(): GasProfile {
  return { actions: {}, host: {}, wasm: 0n };
}

/** Of several calls of one receipt. */
export function addProfiles(first: GasProfile, second: GasProfile): GasProfile {
  return {
    actions: addCosts(first.actions, second.actions),
    host: addCosts(first.host, second.host),
    wasm: first.wasm + second.wasm,
  };
}

export function addCost<C extends string>(costs: { [K in C]?: bigint }, cost: C, gas: bigint): void {
  if (gas > 0n) costs[cost] = (costs[cost] ?? 0n) + gas;
}

export function sumCosts(costs: { [cost: string]: bigint | undefined }): bigint {
  return Object.values(costs).reduce<bigint>((sum, gas = 0n) => sum + gas, 0n);
}

function addCosts<C extends string>(first: { [K in C]?: bigint }, second: { [K in C]?: bigint }) {
  const sum = { ...first };
  for (const [cost, gas] of Object.entries(second) as [C, bigint][]) addCost(sum, cost, gas);
  return sum;
}
