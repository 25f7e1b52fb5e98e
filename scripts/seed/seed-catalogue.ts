// Owns writing the catalogue, again and again without harm; leaves the rows themselves to catalogue.ts.

import type { Kysely } from 'kysely';
import type { DB } from '../../core/db/types.ts';
import { FEATURES, METHODOLOGIES, PLANS, REQUIREMENTS, ROLES } from './catalogue.ts';

export type SeedCounts = Record<string, number>;

/** `owner` is a connection that has become the owner: no login may write these tables. */
export async function seedCatalogue(owner: Kysely<DB>): Promise<SeedCounts> {
  return owner.transaction().execute(async (trx) => {
    await trx
      .insertInto('iam.roles')
      .values([...ROLES])
      .onConflict((oc) =>
        oc.column('role_key').doUpdateSet((eb) => ({ description: eb.ref('excluded.description') })),
      )
      .execute();
    await trx
      .insertInto('core.features')
      .values([...FEATURES])
      .onConflict((oc) =>
        oc.column('feature_key').doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          description: eb.ref('excluded.description'),
          category: eb.ref('excluded.category'),
        })),
      )
      .execute();
    await seedPlans(trx);
    await seedMethodologies(trx);
    return {
      roles: ROLES.length,
      features: FEATURES.length,
      plans: PLANS.length,
      methodologies: METHODOLOGIES.length,
      requirements: REQUIREMENTS.length,
    };
  });
}

async function seedPlans(trx: Kysely<DB>): Promise<void> {
  for (const { features, ...plan } of PLANS) {
    const { plan_id } = await trx
      .insertInto('core.subscription_plans')
      .values(plan)
      .onConflict((oc) =>
        oc.column('plan_code').doUpdateSet({ name: plan.name, description: plan.description }),
      )
      .returning('plan_id')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('core.plan_entitlements')
      .values(
        FEATURES.map(({ feature_key }) => ({
          plan_id,
          feature_key,
          enabled: features.includes(feature_key),
        })),
      )
      .onConflict((oc) =>
        oc.columns(['plan_id', 'feature_key']).doUpdateSet((eb) => ({ enabled: eb.ref('excluded.enabled') })),
      )
      .execute();
  }
}

async function seedMethodologies(trx: Kysely<DB>): Promise<void> {
  await trx
    .insertInto('project.methodologies')
    .values([...METHODOLOGIES])
    .onConflict((oc) =>
      oc.columns(['code', 'version']).doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })),
    )
    .execute();
  const versions = new Map<string, string>(METHODOLOGIES.map(({ code, version }) => [code, version]));
  for (const requirement of REQUIREMENTS) {
    const methodology_version = versions.get(requirement.methodology_code);
    if (methodology_version === undefined) {
      throw new Error(
        `The catalogue asks for methodology ${requirement.methodology_code}, which it does not list.`,
      );
    }
    const lists = {
      required_fields: JSON.stringify(requirement.required_fields),
      required_evidence_types: JSON.stringify(requirement.required_evidence_types),
      recommended_fields: JSON.stringify(requirement.recommended_fields),
    };
    const { registry_type, methodology_code } = requirement;
    await trx
      .insertInto('registry.requirements')
      .values({ registry_type, methodology_code, methodology_version, ...lists })
      .onConflict((oc) =>
        oc.columns(['registry_type', 'methodology_code', 'methodology_version']).doUpdateSet(lists),
      )
      .execute();
  }
}
