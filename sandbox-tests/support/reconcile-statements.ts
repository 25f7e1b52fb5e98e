// Owns a registry's files of a world, in the registry's own columns, and their import over the API; leaves what they say to the
// world.

import { csvOf } from '../../api/registries/csv-text.ts';
import { columnsOf } from '../../api/registries/layouts.ts';
import type { TestApi } from './api.ts';
import { type Block, serialOf, type WorldCredit } from './reconcile-fates.ts';
import { isometricFiles } from './reconcile-statements-isometric.ts';

const ISSUED_ON = '2025-01-31';
const BEGIN = '2020-01-01';
const END = '2020-12-31';

export type Stated = {
  api: TestApi;
  held: readonly Block[];
  retired: readonly Block[];
  left: readonly Block[];
  credits: readonly WorldCredit[];
  stated_at: Date;
};

/** Each tenant's account: what it holds, and what was issued with what became of it. */
export async function importStatements({ api, credits, ...stated }: Stated): Promise<void> {
  for (const tenant of ['a', 'b'] as const) {
    const { holdings, transactions } = statementFiles(stated, tenant);
    const { client } = api[tenant];
    const about = {
      registry_type: 'verra',
      account: `account-${tenant}`,
      as_of: stated.stated_at.toISOString().slice(0, 10),
      is_complete: 'true',
    } as const;
    await client.importStatement({
      query: { ...about, kinds: ['holdings'], file_name: 'holdings.csv' },
      upload: { bytes: holdings, content_type: 'text/csv' },
    });
    await client.importStatement({
      query: {
        ...about,
        kinds: ['issuances', 'retirements', 'cancellations'],
        file_name: 'transactions.csv',
      },
      upload: { bytes: transactions, content_type: 'text/csv' },
    });
  }
  await importIsometric({ api, credits, stated_at: stated.stated_at });
}

async function importIsometric({
  api,
  credits,
  stated_at,
}: Pick<Stated, 'api' | 'credits' | 'stated_at'>): Promise<void> {
  const own = credits.filter(({ registry }) => registry === 'isometric');
  if (own.length === 0) return;
  const retired_at = new Date(stated_at.getTime() - WEEK_MS).toISOString();
  for (const { kind, bytes } of isometricFiles(own, retired_at)) {
    await api.a.client.importStatement({
      query: {
        registry_type: 'isometric',
        account: 'account-a',
        as_of: stated_at.toISOString().slice(0, 10),
        is_complete: 'true',
        kinds: [kind],
        file_name: `${kind}.csv`,
      },
      upload: { bytes, content_type: 'text/csv' },
    });
  }
}

/** As the registry gives them. */
export function statementFiles(
  { held, retired, left, stated_at }: Omit<Stated, 'api' | 'credits'>,
  tenant: 'a' | 'b',
): { holdings: Buffer; transactions: Buffer } {
  const retired_on = new Date(stated_at.getTime() - WEEK_MS).toISOString().slice(0, 10);
  const own = (blocks: readonly Block[]): Block[] => blocks.filter((block) => block.tenant === tenant);
  const issued = [
    ...own([...held, ...left]).map((block) => issuedRow(block)),
    ...own(retired).map((block) => issuedRow(block, retired_on)),
  ];
  return {
    holdings: file('verra-holdings', own(held).map(heldRow)),
    transactions: file('verra-transactions', issued),
  };
}

function file(layout: string, rows: readonly Record<string, string>[]): Buffer {
  return Buffer.from(csvOf(columnsOf(layout), rows));
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

function heldRow(block: Block): Record<string, string> {
  return {
    'Account Name': 'An account',
    'Vintage Start': BEGIN,
    'Vintage End': END,
    ID: '1340',
    Name: 'Biochar',
    'Country/Area': 'Ethiopia',
    Quantity: String(block.end - block.start),
    'Serial Number': serialOf(block),
  };
}

function issuedRow(block: Block, retired_on?: string): Record<string, string> {
  return {
    'Issuance Date': ISSUED_ON,
    'Vintage Start': BEGIN,
    'Vintage End': END,
    ID: '1340',
    Name: 'Biochar',
    'Country/Area': 'Ethiopia',
    'Total Vintage Quantity': String(block.end - block.start),
    'Quantity Issued': String(block.end - block.start),
    'Serial Number': serialOf(block),
    ...(retired_on === undefined
      ? {}
      : {
          'Retirement/Cancellation Date': retired_on,
          'Retirement Beneficiary': 'Example Ltd',
          'Retirement Reason': 'Environmental Benefit',
        }),
  };
}
