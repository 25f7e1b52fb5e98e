// Owns how a registry's id in events becomes a type and a name in the database, and back; leaves the list's meaning to the contract.

export interface RegistryName {
  registry_type: string;
  /** Of the type `other` alone. */
  registry_name: string | null;
}

const OTHER = 'other';
const OTHER_PREFIX = 'other:';
/** Those of the domain registry.registry_type. */
const KNOWN = new Set([
  'verra',
  'puro',
  'isometric',
  'gold_standard',
  'eu_ets',
  'california_arb',
  'acr',
  'car',
  'art',
  'icr',
]);

/** A registry that a later contract knows by an id of its own is another one with that name, until it has a type. */
export function readRegistryId(id: string): RegistryName {
  if (KNOWN.has(id)) return { registry_type: id, registry_name: null };
  const registry_name = id.startsWith(OTHER_PREFIX) ? id.slice(OTHER_PREFIX.length) : id;
  return { registry_type: OTHER, registry_name };
}

export function registryId({ registry_type, registry_name }: RegistryName): string {
  return registry_name === null ? registry_type : `${OTHER_PREFIX}${registry_name}`;
}
