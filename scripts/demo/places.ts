// Owns who and what the demo world is made of: tenants, projects, credits and what becomes of each; leaves making them to walk.ts
// and fates.ts.

export type Registry = 'verra' | 'isometric';

export type DemoProject = {
  tenant: string;
  registry: Registry;
  registry_project_id: string;
  /** As serial numbers name the project. */
  serial_code: string;
  name: string;
  project_type: 'biochar' | 'forestry' | 'dac';
  methodology: string;
  host_country: string;
  location: { lat: number; lon: number };
  evidence: readonly EvidenceType[];
  payload: Readonly<Record<string, string>>;
};

export type EvidenceType =
  | 'monitoring_report'
  | 'lab_report'
  | 'satellite_imagery'
  | 'sensor_data'
  | 'calibration_cert';

export const TENANTS = [
  { slug: 'lake-biochar', name: 'Lake Biochar' },
  { slug: 'highland-forest', name: 'Highland Forest Trust' },
  { slug: 'basalt-air', name: 'Basalt Air Capture' },
] as const;

export const PROJECTS = {
  biochar: {
    tenant: 'lake-biochar',
    registry: 'verra',
    registry_project_id: '4701',
    serial_code: '4701',
    name: 'Biochar from orchard prunings at Lake Constance',
    project_type: 'biochar',
    methodology: 'VM0044',
    host_country: 'CH',
    location: { lat: 47.5, lon: 9.4 },
    evidence: ['monitoring_report', 'lab_report'],
    payload: { biochar_dry_mass: '820', organic_carbon_fraction: '0.81' },
  },
  forest: {
    tenant: 'highland-forest',
    registry: 'verra',
    registry_project_id: '4815',
    serial_code: '4815',
    name: 'Native woodland in the western Highlands',
    project_type: 'forestry',
    methodology: 'VM0047',
    host_country: 'GB',
    location: { lat: 57.2, lon: -5.1 },
    evidence: ['monitoring_report', 'satellite_imagery'],
    payload: { leakage_deduction: '0', baseline_emissions: '0', buffer_deduction: '0' },
  },
  air: {
    tenant: 'basalt-air',
    registry: 'isometric',
    registry_project_id: 'prj_1KDEM0BASA1TA1R0',
    serial_code: 'BSLT',
    name: 'Direct air capture into basalt, Hellisheidi',
    project_type: 'dac',
    methodology: 'ISO-DAC',
    host_country: 'IS',
    location: { lat: 64.04, lon: -21.4 },
    evidence: ['sensor_data', 'calibration_cert'],
    payload: {},
  },
} as const satisfies Record<string, DemoProject>;

export type ProjectKey = keyof typeof PROJECTS;

export const ALICE = 'alice.localnet';
export const BOB = 'bob.localnet';
export const CAROL = 'carol.localnet';

/** What becomes of a credit once it is minted. */
export type Fate =
  | 'kept'
  | 'given'
  | 'divided'
  | 'divided_and_merged'
  | 'impaired'
  | 'invalidated'
  | 'retired_pending'
  | 'retired_confirmed_by_registry'
  | 'retired_confirmed_by_agent'
  | 'retired_refused'
  | 'retired_for_a_person'
  | 'redeemed'
  | 'cancelled'
  | 'not_minted'
  | 'rejected';

export type DemoCredit = {
  name: string;
  project: ProjectKey;
  year: number;
  tonnes: string;
  /** Absent where the platform keeps it. */
  owner?: string;
  fate: Fate;
  /** It may be used until the end of the day on which it is made. */
  is_last_day?: true;
};

/** In every state; one is "expired" from the day after, when its last day has passed. */
export const CREDITS: readonly DemoCredit[] = [
  {
    name: 'biochar-2020',
    project: 'biochar',
    year: 2020,
    tonnes: '610',
    owner: ALICE,
    fate: 'kept',
    is_last_day: true,
  },
  { name: 'biochar-2021', project: 'biochar', year: 2021, tonnes: '640', owner: ALICE, fate: 'divided' },
  {
    name: 'biochar-2022',
    project: 'biochar',
    year: 2022,
    tonnes: '700',
    owner: ALICE,
    fate: 'retired_confirmed_by_registry',
  },
  { name: 'biochar-2023', project: 'biochar', year: 2023, tonnes: '750', owner: ALICE, fate: 'given' },
  { name: 'biochar-2024', project: 'biochar', year: 2024, tonnes: '810', fate: 'kept' },
  { name: 'biochar-2025', project: 'biochar', year: 2025, tonnes: '820', fate: 'not_minted' },
  { name: 'forest-2019', project: 'forest', year: 2019, tonnes: '1200', owner: BOB, fate: 'retired_refused' },
  { name: 'forest-2020', project: 'forest', year: 2020, tonnes: '1350', owner: BOB, fate: 'impaired' },
  { name: 'forest-2021', project: 'forest', year: 2021, tonnes: '1400', owner: CAROL, fate: 'invalidated' },
  { name: 'forest-2022', project: 'forest', year: 2022, tonnes: '1500', owner: BOB, fate: 'retired_pending' },
  {
    name: 'forest-2023',
    project: 'forest',
    year: 2023,
    tonnes: '1600',
    owner: CAROL,
    fate: 'retired_for_a_person',
  },
  { name: 'forest-2024', project: 'forest', year: 2024, tonnes: '1550', fate: 'rejected' },
  { name: 'air-2022', project: 'air', year: 2022, tonnes: '48.25', owner: CAROL, fate: 'divided_and_merged' },
  { name: 'air-2023', project: 'air', year: 2023, tonnes: '96.5', fate: 'retired_confirmed_by_agent' },
  { name: 'air-2024', project: 'air', year: 2024, tonnes: '120.75', fate: 'redeemed' },
  { name: 'air-2025', project: 'air', year: 2025, tonnes: '131', fate: 'cancelled' },
];
