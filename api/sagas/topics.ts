// Owns the names of what sagas wait for and others bring; leaves telling them to whoever brings it.

export const TOPICS = {
  decision: (mrv_submission_id: string): string => `decision:${mrv_submission_id}`,
  registry: (mrv_hash: string): string => `registry:${mrv_hash}`,
  consents: (): string => 'consents',
};
