// Owns the views of the whole: totals, rules, limits; leaves single credits to credit-views.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { FEATURE_LETTERS } from './access.ts';
import { MAX_APPROVALS } from './approvals.ts';
import { asInteger, asRegistryId, asText, optional, readArgs } from './args.ts';
import { DEFAULT_PAGE, MAX_PAGE } from './enumeration.ts';
import { panic } from './errors.ts';
import { loadGlobal } from './global-record.ts';
import { LIMITS, PROJECT_BYTES } from './limits.ts';
import { VINTAGES } from './new-credit.ts';
import { FEATURES } from './pauses.ts';
import { findRegistry, listRegistries, projectKey, supplyOfVintage } from './registry-record.ts';
import { MAX_GUARDIANS, MAX_ROLES_OF_A_REGISTRY } from './roles.ts';
import { readText } from './storage.ts';
import { addSupplies, describeSupply, NO_SUPPLY } from './supply.ts';

/** Of all, of a registry, of a registry's project, of a vintage everywhere or at one registry. */
export function supply(): void {
  const args = readArgs();
  const registry = optional(args.registry, 'registry', asRegistryId);
  const project_id = optional(args.project_id, 'project_id', asText, PROJECT_BYTES);
  const vintage = optional(args.vintage_year, 'vintage_year', asInteger, VINTAGES);
  near.valueReturn(describeSupply(findSupply({ registry, project_id, vintage })));
}

function findSupply({
  registry,
  project_id,
  vintage,
}: {
  registry: string | undefined;
  project_id: string | undefined;
  vintage: number | undefined;
}): string {
  if (project_id !== undefined) {
    if (registry === undefined || vintage !== undefined) {
      panic('ARGUMENT_INVALID', 'project_id goes with its registry, and without vintage_year');
    }
    return readText(projectKey(registry, project_id)) ?? NO_SUPPLY;
  }
  if (vintage !== undefined) {
    return (registry === undefined ? listRegistries() : [registry]).reduce((sum, id) => {
      const record = findRegistry(id);
      return record === undefined ? sum : addSupplies(sum, supplyOfVintage(record, `${vintage}`));
    }, NO_SUPPLY);
  }
  if (registry !== undefined) return findRegistry(registry)?.supply ?? NO_SUPPLY;
  return loadGlobal().supply;
}

/** Who rules, what is paused, which upgrade is announced: what a page of trust shows. */
export function rules(): void {
  const global = loadGlobal();
  const { version, owner_id, proposed_id, paused, upgrade_delay_ns, code_sha256, not_before_ns } = global;
  near.valueReturn(
    JSON.stringify({
      state_version: version,
      owner_id,
      proposed_owner_id: proposed_id === '' ? null : proposed_id,
      paused: FEATURES.filter((feature) => paused.indexOf(FEATURE_LETTERS[feature]) >= 0),
      upgrade_delay_ns,
      announced_upgrade: code_sha256 === '' ? null : { code_sha256, not_before_ns },
      registries: listRegistries(),
    }),
  );
}

const ANSWER = JSON.stringify({
  ...LIMITS,
  approvals: MAX_APPROVALS,
  page: MAX_PAGE,
  default_page: DEFAULT_PAGE,
  roles_of_a_registry: MAX_ROLES_OF_A_REGISTRY,
  guardians: MAX_GUARDIANS,
});

/** What fits into one call. */
export function limits(): void {
  near.valueReturn(ANSWER);
}
