// Owns files of registries for specs: the real rows, and made-up ones in the same columns; leaves sending them to the specs.

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { csvOf } from '../../api/registries/csv-text.ts';

const FOLDER = new URL('../fixtures/registry/', import.meta.url);

export type FixtureName = 'verra-transactions' | 'isometric-issuances' | 'isometric-retirements';

export function fixture(name: FixtureName): Buffer {
  return readFileSync(new URL(`${name}.csv`, FOLDER));
}

export function fixtureRows(name: FixtureName): Record<string, string>[] {
  return parse(fixture(name), { columns: true });
}

/** A file with these rows, in the columns of the first. */
export function fileOf(rows: readonly Record<string, string>[]): Buffer {
  const [first = {}] = rows;
  return Buffer.from(csvOf(Object.keys(first), rows));
}

const PROJECT = '77';
const VINTAGE = { from: '2025-01-01', to: '2025-12-31' };

export const MADE_UP_NAMESPACE = `90001-VCS-VCU-262-VER-CH-${PROJECT}-01012025-31122025-0`;

export function verraSerial(first: number | bigint, last: number | bigint, batch = '90001'): string {
  return `${batch}-${first}-${last}-VCS-VCU-262-VER-CH-${PROJECT}-01012025-31122025-0`;
}

/** A block of a made-up project, issued, and retired on a day where one is given. */
export function verraRow(about: {
  first: number;
  count: number;
  retired_on?: string;
  reason?: string;
  beneficiary?: string;
  details?: string;
}): Record<string, string> {
  const { first, count, retired_on = '', reason = '', beneficiary = '', details = '' } = about;
  return {
    'Issuance Date': '2026-01-15',
    'Sustainable Development Goals': '',
    'Vintage Start': VINTAGE.from,
    'Vintage End': VINTAGE.to,
    ID: PROJECT,
    Name: 'Biochar at the lake',
    'Country/Area': 'Switzerland',
    'Project Type': 'Waste handling and disposal',
    Methodology: 'VM0044',
    'Total Vintage Quantity': '1,000',
    'Quantity Issued': String(count),
    'Serial Number': verraSerial(first, first + count - 1),
    'Additional Certifications': '',
    'Retirement/Cancellation Date': retired_on,
    'Retirement Beneficiary': beneficiary,
    'Retirement Reason': reason,
    'Retirement Details': details,
  };
}

export function verraHolding(about: { first: number; count: number }): Record<string, string> {
  const { first, count } = about;
  return {
    'Account Name': 'dMRV custody',
    'Vintage Start': VINTAGE.from,
    'Vintage End': VINTAGE.to,
    ID: PROJECT,
    Name: 'Biochar at the lake',
    'Country/Area': 'Switzerland',
    'Project Type': 'Waste handling and disposal',
    Methodology: 'VM0044',
    Quantity: String(count),
    'Serial Number': verraSerial(first, first + count - 1),
    'Additional Certifications': '',
    'Transfer Date': '2026-01-20',
  };
}
