// Owns what a project still misses before its registry would take it, from the registry's requirements; leaves reading rows
// to core/db and the requirements themselves to the catalogue.

export type Priority = 'high' | 'medium' | 'low';

export type RequiredField = { json_path: string; field_type: string };

export type Requirement = {
  methodology_code: string;
  required_fields: readonly RequiredField[];
  required_evidence_types: readonly string[];
  recommended_fields: readonly string[];
};

export type AnalysedProject = {
  project_id: string;
  target_registry: string | null;
  methodology: { code: string } | undefined;
  fields: Readonly<Record<string, unknown>>;
  updated_at: string;
};

export type AnalysedSubmission = {
  fields: Readonly<Record<string, unknown>>;
  payload: Readonly<Record<string, unknown>>;
  evidence_types: readonly string[];
  updated_at: string;
};

export type ActionItem = {
  type: 'field' | 'evidence';
  path: string;
  description: string;
  priority: Priority;
  estimated_time_minutes: number;
};

export type GapAnalysis = {
  project_id: string;
  target_registry: string | null;
  methodology_code: string | null;
  completeness_score: number;
  can_proceed_to_computation: boolean;
  missing_required_fields: {
    json_path: string;
    field_type: string;
    description: string;
    priority: Priority;
  }[];
  missing_evidence_types: { evidence_type: string; description: string; priority: Priority }[];
  action_items: ActionItem[];
  last_updated: string;
};

/** What every registry asks, where the catalogue has nothing of this registry and methodology. */
const LEAST: Requirement = {
  methodology_code: '',
  required_fields: [
    { json_path: '$.project.host_country', field_type: 'country' },
    { json_path: '$.submission.period_start_on', field_type: 'date' },
    { json_path: '$.submission.period_end_on', field_type: 'date' },
    { json_path: '$.payload.gross_removal', field_type: 'decimal' },
    { json_path: '$.payload.project_emissions', field_type: 'decimal' },
  ],
  required_evidence_types: ['monitoring_report'],
  recommended_fields: [],
};

const FIELD_MINUTES = 5;
const EVIDENCE_MINUTES = 60;

/** A project without a registry or a methodology misses these first: nothing else can be told of it. */
const CHOICES = ['target_registry', 'methodology_id'] as const;

export function analyseGaps(about: {
  project: AnalysedProject;
  requirement: Requirement | undefined;
  submission: AnalysedSubmission | undefined;
}): GapAnalysis {
  const { project, submission } = about;
  const requirement = about.requirement ?? LEAST;
  const choices = CHOICES.filter((name) => !isChosen(project, name));
  const world = { project: project.fields, submission: submission?.fields, payload: submission?.payload };
  const missing_fields = requirement.required_fields.filter((field) => !holds(world, field));
  const evidence = new Set(submission?.evidence_types);
  const missing_evidence = requirement.required_evidence_types.filter((type) => !evidence.has(type));
  const asked =
    CHOICES.length + requirement.required_fields.length + requirement.required_evidence_types.length;
  const missing = choices.length + missing_fields.length + missing_evidence.length;
  return {
    project_id: project.project_id,
    target_registry: project.target_registry,
    methodology_code: project.methodology?.code ?? null,
    completeness_score: Math.floor(((asked - missing) * 100) / asked),
    can_proceed_to_computation: missing === 0,
    missing_required_fields: missing_fields.map(({ json_path, field_type }) => ({
      json_path,
      field_type,
      description: describeField({ json_path, field_type }),
      priority: 'high',
    })),
    missing_evidence_types: missing_evidence.map((evidence_type) => ({
      evidence_type,
      description: describeEvidence(evidence_type),
      priority: 'high',
    })),
    action_items: [
      ...choices.map((name) =>
        item('field', `$.project.${name}`, `Choose the project's ${wordsOf(name)}.`, 'high'),
      ),
      ...missing_fields.map((field) => item('field', field.json_path, describeField(field), 'high')),
      ...missing_evidence.map((type) => item('evidence', type, describeEvidence(type), 'high')),
      ...requirement.recommended_fields
        .filter((json_path) => valueAt(world, json_path) === undefined)
        .map((path) =>
          item('field', path, `Add ${wordsOf(nameOf(path))}: the registry recommends it.`, 'low'),
        ),
    ],
    last_updated: [project.updated_at, submission?.updated_at ?? ''].sort().at(-1) ?? project.updated_at,
  };
}

function isChosen(project: AnalysedProject, name: (typeof CHOICES)[number]): boolean {
  return name === 'target_registry' ? project.target_registry !== null : project.methodology !== undefined;
}

function item(type: ActionItem['type'], path: string, description: string, priority: Priority): ActionItem {
  const estimated_time_minutes = type === 'field' ? FIELD_MINUTES : EVIDENCE_MINUTES;
  return { type, path, description, priority, estimated_time_minutes };
}

type World = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

const FORMS: Readonly<Record<string, RegExp>> = {
  decimal: /^-?\d{1,12}(\.\d{1,18})?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  country: /^[A-Z]{2}$/,
  string: /\S/,
};

/** A value of another type is as good as none: a number in JSON is no exact decimal. */
function holds(world: World, { json_path, field_type }: RequiredField): boolean {
  const value = valueAt(world, json_path);
  const form = FORMS[field_type];
  return typeof value === 'string' && (form === undefined || form.test(value));
}

/** Of `$.part.name` alone: the catalogue has no deeper paths. */
function valueAt(world: World, json_path: string): unknown {
  const [, part = '', name = ''] = json_path.split('.');
  const fields = Object.hasOwn(world, part) ? world[part] : undefined;
  const value: unknown = fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value ?? undefined;
}

function describeField({ json_path, field_type }: RequiredField): string {
  const type = field_type === 'decimal' ? 'a decimal in a string' : `a ${field_type}`;
  return `Give ${wordsOf(nameOf(json_path))} as ${type}.`;
}

function describeEvidence(type: string): string {
  return `Add evidence of the type ${wordsOf(type)}.`;
}

function nameOf(json_path: string): string {
  return json_path.split('.').at(-1) ?? json_path;
}

function wordsOf(name: string): string {
  return name.replace(/_id$/, '').replaceAll('_', ' ');
}
