// Owns a registry's files of a world, in the registry's own columns, and their import over the API; leaves what they say to the
// world.

import type { TestApi } from './api.ts';
import { type Block, serialOf } from './reconcile-fates.ts';

const HELD = [
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
const ISSUED = [
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
const ISSUED_ON = '2025-01-31';
const BEGIN = '2020-01-01';
const END = '2020-12-31';

export type Stated = {
  api: TestApi;
  held: readonly Block[];
  retired: readonly Block[];
  left: readonly Block[];
  stated_at: Date;
};

/** Each tenant's account: what it holds, and what was issued with what became of it. */
export async function importStatements({ api, held, retired, left, stated_at }: Stated): Promise<void> {
  const retired_on = new Date(stated_at.getTime() - WEEK_MS).toISOString().slice(0, 10);
  for (const tenant of ['a', 'b'] as const) {
    const own = (blocks: readonly Block[]): Block[] => blocks.filter((block) => block.tenant === tenant);
    const { client } = api[tenant];
    const about = {
      registry_type: 'verra',
      account: `account-${tenant}`,
      as_of: stated_at.toISOString().slice(0, 10),
      is_complete: 'true',
    } as const;
    await client.importStatement({
      query: { ...about, kinds: 'holdings' as never, file_name: 'holdings.csv' },
      upload: { bytes: csv(HELD, own(held).map(heldRow)), content_type: 'text/csv' },
    });
    const issued = [
      ...own([...held, ...left]).map((block) => issuedRow(block)),
      ...own(retired).map((block) => issuedRow(block, retired_on)),
    ];
    await client.importStatement({
      query: {
        ...about,
        kinds: 'issuances,retirements,cancellations' as never,
        file_name: 'transactions.csv',
      },
      upload: { bytes: csv(ISSUED, issued), content_type: 'text/csv' },
    });
  }
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

function csv(columns: readonly string[], rows: readonly Record<string, string>[]): Buffer {
  const lines = rows.map((row) => columns.map((column) => quote(row[column] ?? '')).join(','));
  return Buffer.from([columns.map(quote).join(','), ...lines, ''].join('\n'));
}

function quote(text: string): string {
  return /[",]/.test(text) ? `"${text}"` : text;
}
