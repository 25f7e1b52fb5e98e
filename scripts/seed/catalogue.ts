// Owns the rows that every deployment needs (roles, plans, methodologies and the like); leaves the demo tenant to demo.ts.

export const ROLES = [
  { role_key: 'tenant_admin', description: 'Manages people, keys, plan and registry connections.' },
  { role_key: 'project_manager', description: 'Owns projects and sends their submissions.' },
  { role_key: 'mrv_analyst', description: 'Records evidence and computations.' },
  { role_key: 'verifier', description: 'Reviews the nine categories and signs the verified tonnage.' },
  { role_key: 'viewer', description: 'Reads, changes nothing.' },
  { role_key: 'api_user', description: 'A machine with a key of its own.' },
] as const;

export const FEATURES = [
  {
    feature_key: 'credit_issuance',
    name: 'Credit issuance',
    description: 'From measurement to a minted credit.',
    category: 'core',
  },
  {
    feature_key: 'retirement_proofs',
    name: 'Retirement proofs',
    description: 'A file per retirement that anyone can verify.',
    category: 'core',
  },
  {
    feature_key: 'registry_statements',
    name: 'Registry statements',
    description: 'Import of what a registry says, compared with the chain.',
    category: 'integration',
  },
  {
    feature_key: 'webhooks',
    name: 'Webhooks',
    description: 'Signed calls to your own endpoints.',
    category: 'integration',
  },
  {
    feature_key: 'batch_operations',
    name: 'Batch operations',
    description: 'Many mints or retirements in one transaction.',
    category: 'advanced',
  },
  {
    feature_key: 'sso',
    name: 'Single sign-on',
    description: 'Login by your own identity provider.',
    category: 'enterprise',
  },
  {
    feature_key: 'white_label',
    name: 'White label',
    description: 'Certificates in your own colours.',
    category: 'enterprise',
  },
] as const;

type FeatureKey = (typeof FEATURES)[number]['feature_key'];
type Plan = { plan_code: string; name: string; description: string; features: readonly FeatureKey[] };

const STARTER: readonly FeatureKey[] = ['credit_issuance', 'retirement_proofs'];
const PROFESSIONAL: readonly FeatureKey[] = [
  ...STARTER,
  'registry_statements',
  'webhooks',
  'batch_operations',
];

export const PLANS: readonly Plan[] = [
  { plan_code: 'starter', name: 'Starter', description: 'One project, one registry.', features: STARTER },
  {
    plan_code: 'professional',
    name: 'Professional',
    description: 'Several projects and registries, reconciled.',
    features: PROFESSIONAL,
  },
  {
    plan_code: 'enterprise',
    name: 'Enterprise',
    description: 'Own identity provider, own certificates.',
    features: [...PROFESSIONAL, 'sso', 'white_label'],
  },
  { plan_code: 'custom', name: 'Custom', description: 'As agreed.', features: STARTER },
];

// Names and versions as the registries publish them.
export const METHODOLOGIES = [
  { code: 'VM0042', version: 'v2.1', name: 'Improved Agricultural Land Management' },
  { code: 'VM0044', version: 'v1.2', name: 'Biochar Utilization in Soil and Non-Soil Applications' },
  { code: 'VM0047', version: 'v1.1', name: 'Afforestation, Reforestation, and Revegetation' },
  { code: 'PURO-BIOCHAR', version: '2025', name: 'Puro Standard Biochar Methodology' },
  { code: 'ISO-BIOCHAR', version: 'v1.1', name: 'Isometric Biochar Production and Storage' },
  { code: 'ISO-DAC', version: 'v1.1', name: 'Isometric Direct Air Capture' },
] as const;

type MethodologyCode = (typeof METHODOLOGIES)[number]['code'];
type RequiredField = {
  json_path: string;
  field_type: 'string' | 'decimal' | 'date' | 'country';
  required: boolean;
};
export type Requirement = {
  registry_type: string;
  methodology_code: MethodologyCode;
  required_fields: readonly RequiredField[];
  required_evidence_types: readonly string[];
  recommended_fields: readonly string[];
};

// What every registry asks: where, when and how much.
const COMMON_FIELDS: readonly RequiredField[] = [
  { json_path: '$.project.host_country', field_type: 'country', required: true },
  { json_path: '$.submission.period_start_on', field_type: 'date', required: true },
  { json_path: '$.submission.period_end_on', field_type: 'date', required: true },
  { json_path: '$.payload.gross_removal', field_type: 'decimal', required: true },
  { json_path: '$.payload.project_emissions', field_type: 'decimal', required: true },
];
const LAND_FIELDS: readonly RequiredField[] = [
  ...COMMON_FIELDS,
  { json_path: '$.payload.baseline_emissions', field_type: 'decimal', required: true },
  { json_path: '$.payload.leakage_deduction', field_type: 'decimal', required: true },
  { json_path: '$.payload.buffer_deduction', field_type: 'decimal', required: true },
];
const BIOCHAR_FIELDS: readonly RequiredField[] = [
  ...COMMON_FIELDS,
  { json_path: '$.payload.biochar_dry_mass', field_type: 'decimal', required: true },
  { json_path: '$.payload.organic_carbon_fraction', field_type: 'decimal', required: true },
];

export const REQUIREMENTS: readonly Requirement[] = [
  {
    registry_type: 'verra',
    methodology_code: 'VM0042',
    required_fields: LAND_FIELDS,
    required_evidence_types: ['monitoring_report', 'lab_report', 'qa_qc_procedure'],
    recommended_fields: ['$.payload.uncertainty_lower', '$.payload.uncertainty_upper'],
  },
  {
    registry_type: 'verra',
    methodology_code: 'VM0044',
    required_fields: BIOCHAR_FIELDS,
    required_evidence_types: ['monitoring_report', 'lab_report'],
    recommended_fields: ['$.payload.permanence_factor'],
  },
  {
    registry_type: 'verra',
    methodology_code: 'VM0047',
    required_fields: LAND_FIELDS,
    required_evidence_types: ['monitoring_report', 'satellite_imagery'],
    recommended_fields: ['$.payload.uncertainty_lower', '$.payload.uncertainty_upper'],
  },
  {
    registry_type: 'puro',
    methodology_code: 'PURO-BIOCHAR',
    required_fields: BIOCHAR_FIELDS,
    required_evidence_types: ['lab_report', 'sensor_data'],
    recommended_fields: ['$.payload.h_corg_ratio'],
  },
  {
    registry_type: 'isometric',
    methodology_code: 'ISO-BIOCHAR',
    required_fields: BIOCHAR_FIELDS,
    required_evidence_types: ['lab_report', 'sensor_data', 'calibration_cert'],
    recommended_fields: ['$.payload.h_corg_ratio'],
  },
  {
    registry_type: 'isometric',
    methodology_code: 'ISO-DAC',
    required_fields: COMMON_FIELDS,
    required_evidence_types: ['sensor_data', 'calibration_cert'],
    recommended_fields: ['$.payload.energy_source'],
  },
];
