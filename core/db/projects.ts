// Owns the rows of projects; leaves what leads a project on to api/routes and its gaps to api/gaps.

import { sql, type Transaction } from 'kysely';
import { tellEvent } from './domain-events.ts';
import { firstOf, given, listPage, oneOf, type Page, type PageAsked } from './list-page.ts';
import { PROJECT_STATUSES, type ProjectStatus } from './statuses.ts';
import type { DB } from './types.ts';

export type Location = { lat: number; lon: number; address?: string; country?: string };

export type Project = {
  project_id: string;
  tenant_id: string;
  name: string;
  project_type: string;
  location: Location;
  host_country: string;
  target_registry: string | null;
  target_registry_name: string | null;
  previous_registry: string | null;
  methodology_id: string | null;
  status: ProjectStatus;
  metadata: Record<string, unknown>;
  created_at: string;
  updated_at: string;
};

export type ProjectFields = {
  name: string;
  project_type: string;
  location: Readonly<Record<string, unknown>>;
  host_country: string;
  target_registry?: string | null | undefined;
  target_registry_name?: string | null | undefined;
  previous_registry?: string | null | undefined;
  methodology_id?: string | null | undefined;
  metadata?: Readonly<Record<string, unknown>> | undefined;
};

const COLUMNS = sql`project_id, tenant_id, name, project_type, location, host_country, target_registry,
  target_registry_name, previous_registry, methodology_id, status, metadata, created_at, updated_at`;

export async function insertProject(trx: Transaction<DB>, fields: ProjectFields): Promise<Project> {
  const project = await oneOf(
    trx,
    sql<Project>`insert into project.projects (tenant_id, name, project_type, location, host_country, target_registry,
        target_registry_name, previous_registry, methodology_id, metadata)
      values (app.current_tenant_id(), ${fields.name}, ${fields.project_type},
        ${JSON.stringify(fields.location)}::jsonb, ${fields.host_country}, ${fields.target_registry ?? null},
        ${fields.target_registry_name ?? null}, ${fields.previous_registry ?? null}, ${fields.methodology_id ?? null},
        ${JSON.stringify(fields.metadata ?? {})}::jsonb)
      returning ${COLUMNS}`,
  );
  const { project_id } = project;
  await tellEvent(trx, {
    event_type: 'project.created.v1',
    aggregate_id: project_id,
    payload: { project_id },
  });
  return project;
}

export async function findProject(trx: Transaction<DB>, project_id: string): Promise<Project | undefined> {
  return firstOf(trx, sql<Project>`select ${COLUMNS} from project.projects where project_id = ${project_id}`);
}

/** Held to the end of the transaction: two changes of one project come one after the other. */
export async function lockProject(trx: Transaction<DB>, project_id: string): Promise<Project | undefined> {
  return firstOf(
    trx,
    sql<Project>`select ${COLUMNS} from project.projects where project_id = ${project_id} for update`,
  );
}

export async function findProjects(trx: Transaction<DB>, ids: readonly string[]): Promise<Project[]> {
  const { rows } = await sql<Project>`select ${COLUMNS} from project.projects
    where project_id = any(${[...ids]}::uuid[])`.execute(trx);
  return rows;
}

export type ProjectFilters = {
  status?: readonly string[] | undefined;
  registry?: readonly string[] | undefined;
  project_type?: readonly string[] | undefined;
};

export async function listProjects(
  trx: Transaction<DB>,
  about: { filters: ProjectFilters; page: PageAsked },
): Promise<Page<Project>> {
  const { filters, page } = about;
  return listPage(trx, {
    columns: COLUMNS,
    from: sql`project.projects`,
    where: [
      ...given(filters.status, (values) => sql`status = any(${[...values]}::text[])`),
      ...given(filters.registry, (values) => sql`target_registry = any(${[...values]}::text[])`),
      ...given(filters.project_type, (values) => sql`project_type = any(${[...values]}::text[])`),
    ],
    at: sql`created_at`,
    id: sql`project_id`,
    page,
  });
}

export type ProjectChange = { [Name in keyof ProjectFields]?: ProjectFields[Name] | undefined };

/** The project is locked already. What is not named stays. */
export async function updateProject(
  trx: Transaction<DB>,
  { project, change }: { project: Project; change: ProjectChange },
): Promise<Project> {
  const { project_id } = project;
  const next = { ...project, ...change };
  const updated = await oneOf(
    trx,
    sql<Project>`update project.projects set name = ${next.name}, project_type = ${next.project_type},
        location = ${JSON.stringify(next.location)}::jsonb, host_country = ${next.host_country},
        target_registry = ${next.target_registry}, target_registry_name = ${next.target_registry_name},
        previous_registry = ${next.previous_registry}, methodology_id = ${next.methodology_id},
        metadata = ${JSON.stringify(next.metadata)}::jsonb
      where project_id = ${project_id} returning ${COLUMNS}`,
  );
  await tellUpdate(trx, { project_id, changes: change });
  return updated;
}

const RANKS: ReadonlyMap<ProjectStatus, number> = new Map(
  PROJECT_STATUSES.map((status, rank) => [status, rank]),
);

/** A project stands where its furthest vintage does: it goes on, and never back. */
export async function advanceProject(
  trx: Transaction<DB>,
  { project_id, to }: { project_id: string; to: ProjectStatus },
): Promise<void> {
  const behind = PROJECT_STATUSES.slice(0, RANKS.get(to));
  const moved = await firstOf(
    trx,
    sql<{ project_id: string }>`update project.projects set status = ${to}
      where project_id = ${project_id} and status = any(${behind}::text[]) returning project_id`,
  );
  if (moved !== undefined) await tellUpdate(trx, { project_id, changes: { status: to } });
}

async function tellUpdate(
  trx: Transaction<DB>,
  payload: { project_id: string; changes: Readonly<Record<string, unknown>> },
): Promise<void> {
  await tellEvent(trx, { event_type: 'project.updated.v1', aggregate_id: payload.project_id, payload });
}

export async function countCredits(trx: Transaction<DB>, project_id: string): Promise<number> {
  const { total } = await oneOf(
    trx,
    sql<{ total: number }>`select count(*)::int as total from credit.credits
      where project_id = ${project_id} and status <> 'void'`,
  );
  return total;
}
