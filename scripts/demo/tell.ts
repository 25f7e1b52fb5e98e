// Owns what the registries of the demo world say in their statements, one drift included, and comparing it; leaves the world itself to
// make-demo.ts.

import { ApiError } from '../../api/client/client.ts';
import { csvOf } from '../../api/registries/csv-text.ts';
import { columnsOf } from '../../api/registries/layouts.ts';
import { printRange, tonnesOf } from '../../api/registries/serials.ts';
import type { Minted } from './fates.ts';
import { type DemoCredit, type DemoProject, PROJECTS, type Registry } from './places.ts';
import type { DemoWorld } from './world.ts';

/** So many units of this credit are left out of the second statement: the one difference that is put there on purpose. */
const DRIFT = { name: 'biochar-2024', units: 25n };

type Serial = { namespace: string; start: string; end: string };
type Held = { minted: Minted; serial: Serial };
type Told = Held & { registry_retirement_id: string; registry_retired_on: string };
type Books = { held: Held[]; retired: Told[] };

/** Once as everything agrees, and once with the drift, so that the history has something to show. */
export async function tellStatements(world: DemoWorld, minted: readonly Minted[]): Promise<void> {
  const { journal } = world;
  const accounts = Map.groupBy(minted, ({ credit }) => PROJECTS[credit.project].tenant);
  const first = new Map<string, string>();
  for (const [tenant, own] of accounts) {
    const { statement_id } = await journal.step(`statements ${tenant}`, () =>
      state(world, { tenant, minted: own, drift: false, replaces: undefined }),
    );
    first.set(tenant, statement_id);
  }
  await journal.step('first run', () => compareAll(world));
  const tenant = PROJECTS.biochar.tenant;
  await journal.step('drift', () =>
    state(world, { tenant, minted: accounts.get(tenant) ?? [], drift: true, replaces: first.get(tenant) }),
  );
  await journal.step('second run', () => compareAll(world));
}

/** One run at a time, and the schedule has its own. */
async function compareAll({ operator, until }: DemoWorld): Promise<{ run_id: string }> {
  const { run_id } = await until('a run could begin', async () => {
    try {
      return await operator.startReconciliationRun({ body: {} });
    } catch (error) {
      if (error instanceof ApiError && error.code === 'RECONCILE_RUNNING') return undefined;
      throw error;
    }
  });
  await until('the run ended', async () => {
    const { status } = await operator.getReconciliationRun({ params: { run_id } });
    return status === 'running' ? undefined : status;
  });
  return { run_id };
}

async function state(
  world: DemoWorld,
  about: { tenant: string; minted: readonly Minted[]; drift: boolean; replaces: string | undefined },
): Promise<{ statement_id: string }> {
  const { tenant, minted, drift, replaces } = about;
  const [some] = minted;
  if (some === undefined) throw new Error(`${tenant} has no credits.`);
  const { registry } = PROJECTS[some.credit.project];
  const { client } = some.seat;
  const books = await readBooks(world, minted);
  const facts = { registry_type: registry, account: `${tenant} tokens`, as_of: new Date().toISOString() };
  const files = registry === 'verra' ? verraFiles(books, drift) : isometricFiles(books);
  if (!drift) {
    const told = await client.importStatement({
      query: { ...facts, kinds: ['retirements'], is_complete: 'true', file_name: 'retirements.csv' },
      upload: { bytes: Buffer.from(files.retired), content_type: 'text/csv' },
    });
    refuseErrors(told);
  }
  const told = await client.importStatement({
    query: {
      ...facts,
      kinds: ['holdings'],
      is_complete: 'true',
      file_name: drift ? 'holdings-later.csv' : 'holdings.csv',
      ...(replaces === undefined ? {} : { replaces_statement_id: replaces }),
    },
    upload: { bytes: Buffer.from(files.held), content_type: 'text/csv' },
  });
  refuseErrors(told);
  return { statement_id: told.statement.statement_id };
}

/** A row that is not read would be a second difference, which nobody meant. */
function refuseErrors({ statement }: { statement: { file_name: string; error_count: number } }): void {
  const { file_name, error_count } = statement;
  if (error_count > 0) throw new Error(`${error_count} rows of ${file_name} could not be read.`);
}

type CreditView = { status: string; serial: Serial | null };
type RetirementView = {
  statements: { outcome?: string; registry_retirement_id?: string; registry_retired_on?: string }[];
};

/** What lies at the registry for tokens: whatever is live, and what is retired and not confirmed. */
async function readBooks(world: DemoWorld, minted: readonly Minted[]): Promise<Books> {
  const books: Books = { held: [], retired: [] };
  for (const one of minted) {
    for (const token_id of await leavesOf(world, one.token_id)) {
      const { status, serial } = await world.view<CreditView>('credit', { mrv_hash: token_id });
      if (serial === null || !['active', 'impaired', 'retired'].includes(status)) continue;
      const entry = { minted: one, serial };
      const word = status === 'retired' ? await confirmationOf(world, token_id) : undefined;
      if (word === undefined) books.held.push(entry);
      else books.retired.push({ ...entry, ...word });
    }
  }
  return books;
}

async function leavesOf(world: DemoWorld, token_id: string): Promise<string[]> {
  const { children } = await world.view<{ children: string[] }>('lineage', { token_id });
  if (children.length === 0) return [token_id];
  const below: string[] = [];
  for (const child of children) below.push(...(await leavesOf(world, child)));
  // Two merged parts have the same child.
  return [...new Set(below)];
}

async function confirmationOf(world: DemoWorld, token_id: string) {
  const { statements } = await world.view<RetirementView>('retirement', { token_id });
  const { registry_retirement_id, registry_retired_on } = statements.at(-1) ?? {};
  if (registry_retirement_id === undefined || registry_retired_on === undefined) return undefined;
  return { registry_retirement_id, registry_retired_on };
}

type Files = { held: string; retired: string };

function verraFiles({ held, retired }: Books, drift: boolean): Files {
  const heldRows = held.map(({ minted: { credit }, serial }) => {
    const missing = drift && credit.name === DRIFT.name ? DRIFT.units : 0n;
    return {
      ...verraBlock(credit, serial, missing),
      'Account Name': 'Tokens',
      Quantity: `${countOf(serial, missing)}`,
    };
  });
  const retiredRows = retired.map(({ minted: { credit }, serial, registry_retired_on }) => {
    const quantity = `${countOf(serial, 0n)}`;
    return {
      ...verraBlock(credit, serial, 0n),
      'Issuance Date': `${credit.year + 1}-06-01`,
      'Total Vintage Quantity': quantity,
      'Quantity Issued': quantity,
      'Retirement/Cancellation Date': registry_retired_on,
      'Retirement Beneficiary': 'As told on chain',
      'Retirement Reason': 'Environmental Benefit',
    };
  });
  return {
    held: csvOf(columnsOf('verra-holdings'), heldRows),
    retired: csvOf(columnsOf('verra-transactions'), retiredRows),
  };
}

function verraBlock({ project, year }: DemoCredit, serial: Serial, missing: bigint): Record<string, string> {
  const about: DemoProject = PROJECTS[project];
  return {
    'Vintage Start': `${year}-01-01`,
    'Vintage End': `${year}-12-31`,
    ID: about.registry_project_id,
    Name: about.name,
    'Country/Area': about.host_country,
    'Project Type': about.project_type,
    Methodology: about.methodology,
    'Serial Number': serialText('verra', serial, missing),
  };
}

function isometricFiles({ held, retired }: Books): Files {
  const heldRows = held.map(({ minted: { credit }, serial }, index) => ({
    id: `bat_DEMO${index}`,
    created_at: `${credit.year + 1}-06-01T00:00:00Z`,
    serial_number: serialText('isometric', serial, 0n),
    status: 'active',
    ...isometricBatch(credit, serial, 'credit_batch_size'),
  }));
  const retiredRows = retired.map(({ minted: { credit }, serial, ...told }) => ({
    retirement_id: told.registry_retirement_id,
    retired_at: `${told.registry_retired_on}T12:00:00Z`,
    purposes: "['corporate_targets']",
    'beneficiary.id': 'org_DEMO',
    'beneficiary.name': 'As told on chain',
    sequestered_on: `${credit.year}-12-31`,
    ...isometricBatch(credit, serial, 'credit_batch_size_total'),
  }));
  return {
    held: csvOf(columnsOf('isometric-holdings'), heldRows),
    retired: csvOf(columnsOf('isometric-retirements'), retiredRows),
  };
}

function isometricBatch({ project }: DemoCredit, serial: Serial, size: string): Record<string, string> {
  const kilograms = countOf(serial, 0n);
  return {
    project_id: PROJECTS[project].registry_project_id,
    'owner.id': 'org_DEMO',
    'owner.name': 'Tokens',
    [`${size}.credits`]: tonnesOf({ start: 0n, end: kilograms, unit: '0.001' }),
    [`${size}.credit_kgs`]: `${kilograms}`,
  };
}

/** Half-open. */
function rangeOf({ start, end }: Serial, missing: bigint): { start: bigint; end: bigint } {
  return { start: BigInt(start), end: BigInt(end) + 1n - missing };
}

function countOf(serial: Serial, missing: bigint): bigint {
  const { start, end } = rangeOf(serial, missing);
  return end - start;
}

function serialText(registry: Registry, serial: Serial, missing: bigint): string {
  const text = printRange(registry, { namespace: serial.namespace, range: rangeOf(serial, missing) });
  if (text === undefined) throw new Error(`${registry} has no serial in ${serial.namespace}.`);
  return text;
}
