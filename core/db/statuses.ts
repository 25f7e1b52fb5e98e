// Owns the words for states and kinds as the tables' checks have them; leaves which leads to which to api/ways.

export const PROJECT_STATUSES = [
  'setup',
  'data_collection',
  'computation_pending',
  'computed',
  'verification_pending',
  'verified',
  'hash_created',
  'registry_submitted',
  'nft_minted',
  'active',
] as const;
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

export const SUBMISSION_STATUSES = [
  'received',
  'validated',
  'computed',
  'in_verification',
  'approved',
  'rejected',
  'archived',
] as const;
export type SubmissionStatus = (typeof SUBMISSION_STATUSES)[number];

export const SOURCE_TYPES = ['sensor', 'lab', 'satellite', 'manual', 'api', 'other'] as const;

export const ARTIFACT_TYPES = [
  'sensor_data',
  'calibration_cert',
  'lab_report',
  'satellite_imagery',
  'photo',
  'qa_qc_procedure',
  'monitoring_report',
  'other',
] as const;
export type ArtifactType = (typeof ARTIFACT_TYPES)[number];

/** A file of these types can back one approved submission only, whoever sent it. */
export const PRIMARY_ARTIFACT_TYPES: readonly ArtifactType[] = [
  'sensor_data',
  'lab_report',
  'satellite_imagery',
  'monitoring_report',
];

export const VERIFICATION_STATUSES = [
  'started',
  'in_progress',
  'clarification_required',
  'completed',
  'approved',
  'rejected',
] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

export const CATEGORY_KEYS = [
  'project_setup',
  'general',
  'project_design',
  'facilities',
  'carbon_accounting',
  'life_cycle_assessment',
  'project_emissions',
  'ghg_statements',
  'removal_data',
] as const;
export type CategoryKey = (typeof CATEGORY_KEYS)[number];

export const CATEGORY_STATUSES = [
  'passed',
  'passed_with_comments',
  'clarification_required',
  'corrective_action',
  'failed',
] as const;
export type CategoryStatus = (typeof CATEGORY_STATUSES)[number];

export const CLARIFICATION_STATUSES = ['pending', 'responded', 'accepted', 'escalated'] as const;
export type ClarificationStatus = (typeof CLARIFICATION_STATUSES)[number];

export const REGISTRY_SUBMISSION_STATUSES = [
  'submitted',
  'approved',
  'rejected',
  'cancel_requested',
  'cancelled',
  'retirement_requested',
  'retired',
  'error',
] as const;
export type RegistrySubmissionStatus = (typeof REGISTRY_SUBMISSION_STATUSES)[number];

export const HASH_STATUSES = ['locked', 'approved', 'rejected', 'retired'] as const;
export type HashStatus = (typeof HASH_STATUSES)[number];

export const CREDIT_STATUSES = ['active', 'retired', 'impaired', 'invalidated', 'expired', 'void'] as const;
export type CreditStatus = (typeof CREDIT_STATUSES)[number];

export const VOID_CAUSES = ['divided', 'merged', 'redeemed', 'cancelled'] as const;
export type VoidCause = (typeof VOID_CAUSES)[number];

export const REVERSAL_TYPES = ['fire', 'disease', 'harvest', 'policy_change', 'other'] as const;

export const REVERSAL_STATUSES = [
  'reported',
  'investigating',
  'verified',
  'buffer_applied',
  'resolved',
] as const;
export type ReversalStatus = (typeof REVERSAL_STATUSES)[number];

export const BUFFER_KINDS = ['contribution', 'cancellation', 'release'] as const;
export type BufferKind = (typeof BUFFER_KINDS)[number];

export const ARTICLE6_KINDS = ['authorisation', 'corresponding_adjustment', 'revocation'] as const;
export const AUTHORISED_USES = ['ndc', 'international_mitigation', 'other_purposes'] as const;

export const PROCESS_TYPES = [
  'credit_issuance',
  'credit_retirement',
  'batch_minting',
  'tenant_onboarding',
  'data_migration',
  'reversal_handling',
  'credit_cancellation',
  'credit_redemption',
] as const;
export type ProcessType = (typeof PROCESS_TYPES)[number];

export const PROCESS_STATUSES = [
  'pending',
  'processing',
  'completed',
  'failed',
  'compensating',
  'compensated',
  'cancelled',
] as const;
export type ProcessStatus = (typeof PROCESS_STATUSES)[number];

export const PROCESS_STEP_STATUSES = [
  'pending',
  'in_progress',
  'completed',
  'failed',
  'retrying',
  'skipped',
] as const;
export type ProcessStepStatus = (typeof PROCESS_STEP_STATUSES)[number];

export const SAGA_TYPES = [
  'credit_issuance',
  'credit_retirement',
  'credit_cancellation',
  'credit_redemption',
] as const;
export type SagaType = (typeof SAGA_TYPES)[number];

export const SAGA_STATUSES = ['not_started', 'in_progress', 'completed', 'failed', 'compensating'] as const;
export type SagaStatus = (typeof SAGA_STATUSES)[number];

export const SAGA_STEP_STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'compensating'] as const;
export type SagaStepStatus = (typeof SAGA_STEP_STATUSES)[number];

export const COMPENSATION_STATUSES = ['not_required', 'required', 'in_progress', 'completed'] as const;
export type CompensationStatus = (typeof COMPENSATION_STATUSES)[number];
