// Owns reading the catalogue of methodologies and of what registries require; leaves writing it to scripts/seed.

import { sql, type Transaction } from 'kysely';
import { firstOf } from './list-page.ts';
import type { DB } from './types.ts';

export type Methodology = { methodology_id: string; code: string; version: string; name: string };

const COLUMNS = sql`methodology_id, code, version, name`;
const MAX_METHODOLOGIES = 1_000;

export async function listMethodologies(trx: Transaction<DB>): Promise<Methodology[]> {
  const { rows } = await sql<Methodology>`select ${COLUMNS} from project.methodologies
    order by code, version limit ${MAX_METHODOLOGIES}`.execute(trx);
  return rows;
}

export async function findMethodology(
  trx: Transaction<DB>,
  methodology_id: string,
): Promise<Methodology | undefined> {
  return firstOf(
    trx,
    sql<Methodology>`select ${COLUMNS} from project.methodologies where methodology_id = ${methodology_id}`,
  );
}

export async function findMethodologyByCode(
  trx: Transaction<DB>,
  { code, version }: { code: string; version: string },
): Promise<Methodology | undefined> {
  return firstOf(
    trx,
    sql<Methodology>`select ${COLUMNS} from project.methodologies where code = ${code} and version = ${version}`,
  );
}

export type RegistryRequirement = {
  methodology_code: string;
  required_fields: { json_path: string; field_type: string }[];
  required_evidence_types: string[];
  recommended_fields: string[];
};

export async function findRequirement(
  trx: Transaction<DB>,
  about: { registry_type: string; code: string; version: string },
): Promise<RegistryRequirement | undefined> {
  return firstOf(
    trx,
    sql<RegistryRequirement>`select methodology_code, required_fields, required_evidence_types, recommended_fields
      from registry.requirements where registry_type = ${about.registry_type}
        and methodology_code = ${about.code} and methodology_version = ${about.version}`,
  );
}
