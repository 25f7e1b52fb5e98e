// Owns what is kept for a registry: its roles, its totals, those of its vintages and projects; leaves who may grant to roles.ts.
import { panic } from './errors.ts';
import { KEY, readText, writeText } from './storage.ts';
import { type Move, moveSupply, NO_SUPPLY } from './supply.ts';

export interface RegistryRecord {
  id: string;
  supply: string;
  /** One entry for each grant, each between two ';', see roles.ts. */
  roles: string;
  /** One line for each vintage, each between two '\n': the year, a space, its supply. */
  vintages: string;
}

/** Bound what views over all registries read. */
export const MAX_REGISTRIES = 64;

export function findRegistry(id: string): RegistryRecord | undefined {
  const text = readText(KEY.registry + id);
  if (text === undefined) return undefined;
  const supply_end = text.indexOf('\n');
  const roles_end = text.indexOf('\n', supply_end + 1);
  return {
    id,
    supply: text.slice(0, supply_end),
    roles: text.slice(supply_end + 1, roles_end),
    vintages: text.slice(roles_end),
  };
}

export function getRegistry(id: string): RegistryRecord {
  const record = findRegistry(id);
  if (record === undefined) panic('REGISTRY_UNKNOWN', `no role was granted for ${id}`);
  return record;
}

export function saveRegistry({ id, supply, roles, vintages }: RegistryRecord): void {
  writeText(KEY.registry + id, `${supply}\n${roles}${vintages}`);
}

/** Enters it into the list of registries. */
export function createRegistry(id: string): RegistryRecord {
  const ids = listRegistries();
  if (ids.length >= MAX_REGISTRIES) panic('TOO_MANY', `there are ${MAX_REGISTRIES} registries already`);
  writeText(KEY.registries, [...ids, id].join('\n'));
  return { id, supply: NO_SUPPLY, roles: ';', vintages: '\n' };
}

export function listRegistries(): string[] {
  const text = readText(KEY.registries);
  return text === undefined ? [] : text.split('\n');
}

export function supplyOfVintage({ vintages }: RegistryRecord, year: string): string {
  const found = findVintage(vintages, year);
  return found === undefined ? NO_SUPPLY : vintages.slice(found.start, found.end);
}

/** The registry's own totals, its vintage's, and the project's, which is written at once. */
export function moveRegistrySupply(
  record: RegistryRecord,
  { project_id, vintage_year, moves }: { project_id: string; vintage_year: string; moves: readonly Move[] },
): void {
  record.supply = moveSupply(record.supply, moves);
  const found = findVintage(record.vintages, vintage_year);
  if (found === undefined) {
    record.vintages += `${vintage_year} ${moveSupply(NO_SUPPLY, moves)}\n`;
  } else {
    const { vintages } = record;
    const supply = moveSupply(vintages.slice(found.start, found.end), moves);
    record.vintages = vintages.slice(0, found.start) + supply + vintages.slice(found.end);
  }
  const project_key = projectKey(record.id, project_id);
  writeText(project_key, moveSupply(readText(project_key) ?? NO_SUPPLY, moves));
}

export function projectKey(registry: string, project_id: string): string {
  return `${KEY.project}${registry}/${project_id}`;
}

function findVintage(vintages: string, year: string): { start: number; end: number } | undefined {
  const name = `\n${year} `;
  const at = vintages.indexOf(name);
  if (at < 0) return undefined;
  const start = at + name.length;
  return { start, end: vintages.indexOf('\n', start) };
}
