// Owns what the registries of the demo world say in their statements, one drift included, and comparing it; leaves the world itself to
// make-demo.ts.

import { ApiError } from '../../api/client/client.ts';
import { printRange } from '../../api/registries/serials.ts';
import type { Minted } from './fates.ts';
import { type DemoProject, PROJECTS, type Registry } from './places.ts';
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
  if (!drift && files.retired !== undefined) {
    await client.importStatement({
      query: { ...facts, kinds: ['retirements'], is_complete: 'true', file_name: 'retirements.csv' },
      upload: { bytes: Buffer.from(files.retired), content_type: 'text/csv' },
    });
  }
  const { statement } = await client.importStatement({
    query: {
      ...facts,
      kinds: ['holdings'],
      is_complete: 'true',
      file_name: drift ? 'holdings-later.csv' : 'holdings.csv',
      ...(replaces === undefined ? {} : { replaces_statement_id: replaces }),
    },
    upload: { bytes: Buffer.from(files.held), content_type: 'text/csv' },
  });
  return { statement_id: statement.statement_id };
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

type Files = { held: string; retired: string | undefined };

const VERRA_HELD = [
  'Account Name',
  'Vintage Start',
  'Vintage End',
  'ID',
  'Name',
  'Country/Area',
  'Project Type',
  'Methodology',
  'Quantity',
  'Serial Number',
  'Additional Certifications',
  'Transfer Date',
];

const VERRA_MOVED = [
  'Issuance Date',
  'Sustainable Development Goals',
  'Vintage Start',
  'Vintage End',
  'ID',
  'Name',
  'Country/Area',
  'Project Type',
  'Methodology',
  'Total Vintage Quantity',
  'Quantity Issued',
  'Serial Number',
  'Additional Certifications',
  'Retirement/Cancellation Date',
  'Retirement Beneficiary',
  'Retirement Reason',
  'Retirement Details',
];

function verraFiles({ held, retired }: Books, drift: boolean): Files {
  const rows = held.map(({ minted: { credit }, serial }) => {
    const about: DemoProject = PROJECTS[credit.project];
    const missing = drift && credit.name === DRIFT.name ? DRIFT.units : 0n;
    const range = rangeOf(serial, missing);
    const { year } = credit;
    return [
      'Tokens',
      `${year}-01-01`,
      `${year}-12-31`,
      about.registry_project_id,
      about.name,
      about.host_country,
      about.project_type,
      about.methodology,
      `${range.end - range.start}`,
      serialText('verra', serial, missing),
      '',
      '',
    ];
  });
  const moved = retired.map(({ minted: { credit }, serial, registry_retired_on }) => {
    const about: DemoProject = PROJECTS[credit.project];
    const { year } = credit;
    const range = rangeOf(serial, 0n);
    const quantity = `${range.end - range.start}`;
    return [
      `${year + 1}-06-01`,
      '',
      `${year}-01-01`,
      `${year}-12-31`,
      about.registry_project_id,
      about.name,
      about.host_country,
      about.project_type,
      about.methodology,
      quantity,
      quantity,
      serialText('verra', serial, 0n),
      '',
      registry_retired_on,
      'As told on chain',
      'Environmental Benefit',
      '',
    ];
  });
  return {
    held: toCsv(VERRA_HELD, rows),
    retired: moved.length === 0 ? undefined : toCsv(VERRA_MOVED, moved),
  };
}

const ISOMETRIC_HELD = [
  'id',
  'created_at',
  'serial_number',
  'status',
  'project_id',
  'owner.id',
  'owner.name',
  'credit_batch_size.credits',
  'credit_batch_size.credit_kgs',
];

const ISOMETRIC_RETIRED = [
  'retirement_id',
  'retired_at',
  'purposes',
  'url',
  'notes',
  'beneficiary.id',
  'beneficiary.name',
  'beneficiary.domain',
  'owner.id',
  'owner.name',
  'owner.domain',
  'credit_batch_size_total.credits',
  'credit_batch_size_total.credit_kgs',
  'project_id',
  'sequestered_on',
];

function isometricFiles({ held, retired }: Books): Files {
  const rows = held.map(({ minted: { credit }, serial }, index) => {
    const range = rangeOf(serial, 0n);
    const kilograms = range.end - range.start;
    return [
      `bat_DEMO${index}`,
      `${credit.year + 1}-06-01T00:00:00Z`,
      serialText('isometric', serial, 0n),
      'active',
      PROJECTS[credit.project].registry_project_id,
      'org_DEMO',
      'Tokens',
      inTonnes(kilograms),
      `${kilograms}`,
    ];
  });
  const moved = retired.map(({ minted: { credit }, serial, ...told }) => {
    const range = rangeOf(serial, 0n);
    const kilograms = range.end - range.start;
    return [
      told.registry_retirement_id,
      `${told.registry_retired_on}T12:00:00Z`,
      "['corporate_targets']",
      '',
      '',
      'org_DEMO',
      'As told on chain',
      '',
      'org_DEMO',
      'Tokens',
      '',
      inTonnes(kilograms),
      `${kilograms}`,
      PROJECTS[credit.project].registry_project_id,
      `${credit.year}-12-31`,
    ];
  });
  return {
    held: toCsv(ISOMETRIC_HELD, rows),
    retired: moved.length === 0 ? undefined : toCsv(ISOMETRIC_RETIRED, moved),
  };
}

/** Half-open. */
function rangeOf({ start, end }: Serial, missing: bigint): { start: bigint; end: bigint } {
  return { start: BigInt(start), end: BigInt(end) + 1n - missing };
}

function serialText(registry: Registry, serial: Serial, missing: bigint): string {
  const text = printRange(registry, { namespace: serial.namespace, range: rangeOf(serial, missing) });
  if (text === undefined) throw new Error(`${registry} has no serial in ${serial.namespace}.`);
  return text;
}

const KILOGRAMS = 1000n;

function inTonnes(kilograms: bigint): string {
  const rest = `${kilograms % KILOGRAMS}`.padStart(3, '0').replace(/0+$/, '');
  return `${kilograms / KILOGRAMS}${rest === '' ? '' : `.${rest}`}`;
}

function toCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows]
    .map((row) =>
      row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(','),
    )
    .join('\n');
}
