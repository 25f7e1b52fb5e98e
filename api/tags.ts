// Owns the groups in which the API's description shows its routes; leaves the routes to their resources.

/** What the resources are, in the order in which a reader meets them. A route names one of these. */
export const TAGS = {
  callers: 'Who calls',
  holders: 'Signing in with a wallet',
  keys: 'Keys of tenants, operators and registries',
  tenants: 'Organisations that work here',
  projects: 'Projects and what their registry still misses',
  mrv: 'What was measured: submissions, evidence, computations, hashes',
  verifications: 'A verifier’s check in nine categories',
  registry: 'Submissions to registries, consents, statements',
  credits: 'Credits, who owns them, where they come from, their retirement',
  buffers: 'Buffer pools and reversals',
  article6: 'What host countries authorised',
  processes: 'Issuances and retirements on their way',
  reconciliation: 'Whether chain, database, registries and buffers agree',
  chain: 'What the chain says',
  public: 'What anybody may ask without a key',
  audit: 'Who looked at what',
} as const satisfies Readonly<Record<string, string>>;

export type Tag = keyof typeof TAGS;
