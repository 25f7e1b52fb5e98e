// Owns the layouts of Isometric's files; leaves its serial numbers to isometric-serials.ts.

import {
  type Cells,
  cell,
  dayOfTime,
  filled,
  kilograms,
  kilogramsOfTonnes,
  type Layout,
  quote,
  RowProblem,
  type RowRead,
  serialOf,
  tonnesOfKilograms,
} from './statement-layout.ts';

const SERIAL = 'serial_number';
const WHOLE_BATCH = 'credit_batch_size_total';
const BATCH = 'credit_batch_size';
const SUPPLIER = 'supplier_credit_batch_size_total';
const BUFFER = 'buffer_pool_credit_batch_size_total';

/** As the registry's public export has them. The buffer pool's part is issued too, and counts. */
const issuances: Layout = {
  name: 'isometric-issuances',
  title: 'Isometric, issuances',
  kinds: ['issuances'],
  columns: [
    'id',
    'issued_at',
    'project_id',
    'supplier.id',
    'supplier.organisation.name',
    ...sizeColumns(SUPPLIER),
    ...sizeColumns(BUFFER),
    ...sizeColumns(WHOLE_BATCH),
    'supplier.location.country_code',
  ],
  has_serials: false,
  kindOf: () => 'issuance',
  read(cells) {
    const supplier = sizeOf(cells, SUPPLIER);
    const buffer = sizeOf(cells, BUFFER);
    const whole = sizeOf(cells, WHOLE_BATCH);
    if (supplier + buffer !== whole) {
      throw new RowProblem(
        `${supplier} kg of the supplier and ${buffer} kg of the buffer are not ${whole} kg`,
      );
    }
    if (whole === 0n) throw new RowProblem('the batch has 0 kg');
    return {
      row_key: idOf(cells, { column: 'id', prefix: 'iss' }),
      tonnage_co2e: tonnesOfKilograms(whole),
      registry_project_id: idOf(cells, { column: 'project_id', prefix: 'prj' }),
      happened_on: dayOfTime(cells, 'issued_at'),
    };
  },
};

/** As the registry's public export has them, which has no serial numbers: these rows are matched by their id. */
const retirements: Layout = {
  name: 'isometric-retirements',
  title: 'Isometric, retirements',
  kinds: ['retirements'],
  columns: [
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
    ...sizeColumns(WHOLE_BATCH),
    'project_id',
    'sequestered_on',
  ],
  has_serials: false,
  kindOf: () => 'retirement',
  read(cells) {
    const retirement_id = idOf(cells, { column: 'retirement_id', prefix: 'ret' });
    const registry_project_id = idOf(cells, { column: 'project_id', prefix: 'prj' });
    return {
      // A retirement may take credits of several projects, a row for each.
      row_key: `${retirement_id}/${registry_project_id}`,
      tonnage_co2e: tonnesOfKilograms(someOf(cells, WHOLE_BATCH)),
      registry_project_id,
      registry_retirement_id: retirement_id,
      happened_on: dayOfTime(cells, 'retired_at'),
    };
  },
};

/** No public export has these: they are ours, in the words of its API, where a batch is active, split or retired. */
const holdings: Layout = {
  name: 'isometric-holdings',
  title: 'Isometric, the active batches of an account',
  kinds: ['holdings'],
  columns: [
    'id',
    'created_at',
    SERIAL,
    'status',
    'project_id',
    'owner.id',
    'owner.name',
    ...sizeColumns(BATCH),
  ],
  has_serials: true,
  kindOf: () => 'holding',
  read(cells) {
    const status = filled(cells, 'status');
    if (status !== 'active')
      throw new RowProblem(`status is ${quote(status)}, and only an active batch is held`);
    return { ...readBatch(cells), happened_on: dayOfTime(cells, 'created_at') };
  },
};

const cancellations: Layout = {
  name: 'isometric-cancellations',
  title: 'Isometric, cancelled batches',
  kinds: ['cancellations'],
  columns: ['id', 'cancelled_at', SERIAL, 'reason', 'notes', 'project_id', ...sizeColumns(BATCH)],
  has_serials: true,
  kindOf: () => 'cancellation',
  read: (cells) => ({ ...readBatch(cells), happened_on: dayOfTime(cells, 'cancelled_at') }),
};

export const isometricLayouts: readonly Layout[] = [issuances, retirements, holdings, cancellations];

function sizeColumns(name: string): [string, string] {
  return [`${name}.credits`, `${name}.credit_kgs`];
}

function readBatch(cells: Cells): RowRead {
  const units = someOf(cells, BATCH);
  const quantity = `${BATCH}.credit_kgs`;
  const serial = serialOf(cells, { registry: 'isometric', column: SERIAL, units, quantity });
  const registry_serial = cell(cells, SERIAL);
  return {
    row_key: registry_serial,
    tonnage_co2e: tonnesOfKilograms(units),
    registry_serial,
    serial,
    registry_project_id: idOf(cells, { column: 'project_id', prefix: 'prj' }),
  };
}

/** A size stands there twice: in credits, which are tonnes, and in kilograms. */
function sizeOf(cells: Cells, name: string): bigint {
  const kg = kilograms(cells, `${name}.credit_kgs`);
  const of_credits = kilogramsOfTonnes(cells, `${name}.credits`);
  if (of_credits !== kg) {
    throw new RowProblem(`${name}.credits are ${of_credits} kg, and ${name}.credit_kgs says ${kg}`);
  }
  return kg;
}

function someOf(cells: Cells, name: string): bigint {
  const kg = sizeOf(cells, name);
  if (kg === 0n) throw new RowProblem(`${name}.credit_kgs is 0`);
  return kg;
}

function idOf(cells: Cells, { column, prefix }: { column: string; prefix: string }): string {
  const text = filled(cells, column);
  if (!new RegExp(`^${prefix}_[0-9A-Za-z]{1,64}$`).test(text)) {
    throw new RowProblem(`${column} is ${quote(text)}, which is no id such as ${prefix}_1KNSQMD6Z1S0TB50`);
  }
  return text;
}
