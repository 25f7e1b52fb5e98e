// Owns the smallest unit that each registry counts in; leaves checking tonnes against it to the routes and the contract.

/** Registries count whole tonnes, but for this one, which counts kilograms. */
const UNITS: Readonly<Record<string, string>> = { isometric: '0.001' };
const USUAL_UNIT = '1';

export function unitOf(registry_type: string): string {
  return Object.hasOwn(UNITS, registry_type) ? (UNITS[registry_type] ?? USUAL_UNIT) : USUAL_UNIT;
}
