// Owns the layouts of Verra's files; leaves its serial numbers to verra-serials.ts.

import {
  type Cells,
  cell,
  dayOf,
  filled,
  type Layout,
  quote,
  RowProblem,
  type RowRead,
  serialOf,
  wholeNumber,
  wholeTonnes,
} from './statement-layout.ts';

const SERIAL = 'Serial Number';
const PROJECT = 'ID';

/** As the registry's public export has them. Each row is a block of issued units, and says what became of it. */
const transactions: Layout = {
  name: 'verra-transactions',
  title: 'Verra, issued units with their retirements and cancellations',
  kinds: ['issuances', 'retirements', 'cancellations'],
  columns: [
    'Issuance Date',
    'Sustainable Development Goals',
    'Vintage Start',
    'Vintage End',
    PROJECT,
    'Name',
    'Country/Area',
    'Project Type',
    'Methodology',
    'Total Vintage Quantity',
    'Quantity Issued',
    SERIAL,
    'Additional Certifications',
    'Retirement/Cancellation Date',
    'Retirement Beneficiary',
    'Retirement Reason',
    'Retirement Details',
  ],
  has_serials: true,
  kindOf(cells) {
    if (cell(cells, 'Retirement/Cancellation Date') === '') return 'issuance';
    // Older exports have retired and cancelled units in one file, and only a retirement has a reason.
    return cell(cells, 'Retirement Reason') === '' ? 'retired_or_cancelled' : 'retirement';
  },
  read(cells) {
    const ended = cell(cells, 'Retirement/Cancellation Date') !== '';
    const issued_on = dayOf(cells, 'Issuance Date');
    if (!ended) {
      if (cell(cells, 'Retirement Reason') !== '' || cell(cells, 'Retirement Beneficiary') !== '') {
        throw new RowProblem('the row has a retirement without its day');
      }
      return readBlock(cells, { quantity: 'Quantity Issued', happened_on: issued_on });
    }
    const ended_on = dayOf(cells, 'Retirement/Cancellation Date');
    if (ended_on < issued_on) throw new RowProblem(`the units end on ${ended_on}, before their issuance`);
    return readBlock(cells, { quantity: 'Quantity Issued', happened_on: ended_on });
  },
};

/** No public export has these: they are ours, in the words of the one above. */
const holdings: Layout = {
  name: 'verra-holdings',
  title: 'Verra, what an account holds',
  kinds: ['holdings'],
  columns: [
    'Account Name',
    'Vintage Start',
    'Vintage End',
    PROJECT,
    'Name',
    'Country/Area',
    'Project Type',
    'Methodology',
    'Quantity',
    SERIAL,
    'Additional Certifications',
    'Transfer Date',
  ],
  has_serials: true,
  kindOf: () => 'holding',
  read: (cells) => ({
    ...readBlock(cells, { quantity: 'Quantity', happened_on: undefined }),
    ...(cell(cells, 'Transfer Date') === '' ? {} : { happened_on: dayOf(cells, 'Transfer Date') }),
  }),
};

const cancellations: Layout = {
  name: 'verra-cancellations',
  title: 'Verra, cancelled units',
  kinds: ['cancellations'],
  columns: [
    'Issuance Date',
    'Vintage Start',
    'Vintage End',
    PROJECT,
    'Name',
    'Country/Area',
    'Project Type',
    'Methodology',
    'Quantity Cancelled',
    SERIAL,
    'Additional Certifications',
    'Cancellation Date',
    'Cancellation Reason',
    'Cancellation Details',
  ],
  has_serials: true,
  kindOf: () => 'cancellation',
  read: (cells) =>
    readBlock(cells, { quantity: 'Quantity Cancelled', happened_on: dayOf(cells, 'Cancellation Date') }),
};

export const verraLayouts: readonly Layout[] = [transactions, holdings, cancellations];

function readBlock(cells: Cells, about: { quantity: string; happened_on: string | undefined }): RowRead {
  const { quantity, happened_on } = about;
  const units = wholeNumber(cells, quantity);
  const serial = serialOf(cells, { registry: 'verra', column: SERIAL, units, quantity });
  const project = filled(cells, PROJECT);
  if (project !== serial.parts.project) {
    throw new RowProblem(
      `${PROJECT} is ${quote(project)}, and the serial is of project ${serial.parts.project}`,
    );
  }
  const registry_serial = cell(cells, SERIAL);
  return {
    row_key: registry_serial,
    tonnage_co2e: wholeTonnes(units),
    registry_serial,
    serial,
    registry_project_id: project,
    happened_on,
  };
}
