// Owns Isometric's files of a world, in that registry's own columns: kilograms, and retirements by their id alone; leaves importing
// them to reconcile-statements.ts.

import { csvOf } from '../../api/registries/csv-text.ts';
import { columnsOf } from '../../api/registries/layouts.ts';
import type { StatementKind } from '../../api/registries/statement-layout.ts';
import { KILOGRAMS, PROJECT_AT, retirementIdOf, UNITS, type WorldCredit } from './reconcile-fates.ts';

const CREATED_AT = '2025-01-31T10:00:00Z';
const PER_TONNE = 1000n;
const PART = 30n * PER_TONNE;
const BUFFER = 15n * PER_TONNE;
const OWNER = { 'owner.id': 'org_1HYG2QS8H1S0EDWM', 'owner.name': 'An account' };

export type StatedFile = { kind: StatementKind; bytes: Buffer };

/** A whole file of each kind; that of cancellations has its columns and no row. */
export function isometricFiles(credits: readonly WorldCredit[], retired_at: string): StatedFile[] {
  const project_id = PROJECT_AT.isometric;
  const held = credits.flatMap(({ fate, start }) => {
    const end = start + UNITS.isometric;
    if (fate === 'held') return [{ start, end }];
    return fate === 'retired in part' ? [{ start: start + PART, end }] : [];
  });
  return [
    {
      kind: 'holdings',
      bytes: file(
        'isometric-holdings',
        held.map(({ start, end }, index) => ({
          id: `bat_${index}`,
          created_at: CREATED_AT,
          serial_number: `${KILOGRAMS}-${start}-${end - 1n}`,
          status: 'active',
          project_id,
          ...OWNER,
          ...sizeOf('credit_batch_size', end - start),
        })),
      ),
    },
    {
      kind: 'issuances',
      bytes: file(
        'isometric-issuances',
        credits.map((_credit, index) => ({
          id: `iss_${index}`,
          issued_at: CREATED_AT,
          project_id,
          'supplier.id': 'spl_1HYG2QS8H1S0EDWM',
          'supplier.organisation.name': 'A supplier',
          'supplier.location.country_code': 'GBR',
          ...sizeOf('supplier_credit_batch_size_total', UNITS.isometric - BUFFER),
          ...sizeOf('buffer_pool_credit_batch_size_total', BUFFER),
          ...sizeOf('credit_batch_size_total', UNITS.isometric),
        })),
      ),
    },
    {
      kind: 'retirements',
      bytes: file(
        'isometric-retirements',
        [...retiredKilograms(credits)].map(([retirement_id, kilograms]) => ({
          retirement_id,
          retired_at,
          purposes: 'VOLUNTARY',
          url: `https://registry.example/retirement/${retirement_id}`,
          'beneficiary.name': 'Example Ltd',
          ...OWNER,
          ...sizeOf('credit_batch_size_total', kilograms),
          project_id,
        })),
      ),
    },
    { kind: 'cancellations', bytes: file('isometric-cancellations', []) },
  ];
}

/** Two credits that were retired together are one row. */
function retiredKilograms(credits: readonly WorldCredit[]): Map<string, bigint> {
  const by_id = new Map<string, bigint>();
  for (const credit of credits) {
    const { fate } = credit;
    const word =
      fate === 'retired'
        ? 'whole'
        : fate === 'retired together'
          ? 'together'
          : fate === 'retired in part'
            ? 'part'
            : undefined;
    if (word === undefined) continue;
    const id = retirementIdOf(credit, word);
    by_id.set(id, (by_id.get(id) ?? 0n) + (word === 'part' ? PART : UNITS.isometric));
  }
  return by_id;
}

function sizeOf(name: string, kilograms: bigint): Record<string, string> {
  return { [`${name}.credits`]: String(kilograms / PER_TONNE), [`${name}.credit_kgs`]: String(kilograms) };
}

function file(layout: string, rows: readonly Record<string, string>[]): Buffer {
  return Buffer.from(csvOf(columnsOf(layout), rows));
}
