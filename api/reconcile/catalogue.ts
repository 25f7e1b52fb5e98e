// Owns the catalogue of findings (code, severity, title, next step); leaves when one is found to rules/ and its words for readers
// to docs/reconciliation.md, which a test compares with this file.

export type Severity = 'info' | 'minor' | 'major' | 'critical';

type Entry = {
  severity: Severity;
  /** What is wrong, in words. */
  title: string;
  /** What whoever minds it does first. */
  next_step: string;
};

export const FINDINGS = {
  BACKING_MISSING: {
    severity: 'critical',
    title: 'A credit is on chain, and the registry holds no units for it',
    next_step:
      'Ask the registry where these serial numbers are. Until they are held again, have the credit impaired, and mint nothing from the same consent.',
  },
  BACKING_SURPLUS: {
    severity: 'minor',
    title: 'The registry still holds units whose credit has ended on chain',
    next_step:
      'Have the registry retire, cancel or give back these units as the chain says, then import its next statement.',
  },
  MINT_WITHOUT_APPROVAL: {
    severity: 'critical',
    title: 'A credit was minted that no registry has approved',
    next_step:
      'Find out who minted it and why. Have the registry approve it, or have it cancelled on chain; look at the minter’s role until then.',
  },
  MINT_WITHOUT_CONSENT: {
    severity: 'critical',
    title: 'A credit was minted without a consent of its registry, or from one that speaks of another',
    next_step:
      'Compare the consent that the credit names with the registry’s document. Have the credit cancelled on chain where there is none.',
  },
  MINT_ABOVE_CONSENT: {
    severity: 'critical',
    title: 'More was minted from a consent than the registry consented to',
    next_step:
      'Withdraw the consent, so that nothing more is minted, and have the tonnes above it cancelled on chain.',
  },
  MINT_ABOVE_VERIFIED: {
    severity: 'critical',
    title: 'More was minted than was verified',
    next_step:
      'Compare the verifier’s report with the mint. Have the tonnes above it invalidated by the registry.',
  },
  REGISTRY_ISSUED_DIFFERS: {
    severity: 'major',
    title: 'The registry issued other than was verified, rounded down to its unit',
    next_step:
      'Send the verifier’s report to the registry and ask for a correction, or mend the verification where the registry is right.',
  },
  COMPUTED_DIFFERS: {
    severity: 'info',
    title: 'The verifier came to other tonnes than the computation',
    next_step:
      'Nothing has to be done: the verified tonnes count. Read the verifier’s report for the reason.',
  },
  APPROVED_NOT_MINTED: {
    severity: 'minor',
    title: 'A registry has approved a credit, and nobody minted it',
    next_step: 'Issue the credit, or note at its registry submission that it is left untokenised by choice.',
  },
  SERIAL_DIFFERS: {
    severity: 'major',
    title: 'A credit has other serial numbers on chain than in the books',
    next_step:
      'Ask the registry which block is right. Mend the books where the chain is right; where not, have the credit cancelled and minted anew.',
  },
  SERIAL_OVERLAPS: {
    severity: 'critical',
    title: 'Two credits claim the same serial numbers',
    next_step:
      'Have both impaired. Ask the registry to whom the numbers belong, and have the other credit invalidated.',
  },
  RETIRED_NOT_AT_REGISTRY: {
    severity: 'major',
    title: 'A credit is retired on chain, and its registry does not show the retirement',
    next_step:
      'Ask the registry to retire the units, or for its reason not to. The tonnes are burnt: where it refuses, they are owed.',
  },
  ENDED_AT_REGISTRY: {
    severity: 'critical',
    title: 'The registry retired or cancelled units whose credit is still active on chain',
    next_step:
      'Have the credit impaired at once, so that it is not sold. Then have it cancelled on chain, or the registry’s entry taken back.',
  },
  EXPIRED_NOT_MARKED: {
    severity: 'minor',
    title: 'A credit is past its last day and still active on chain',
    next_step: 'Call "expire" for it: anyone may.',
  },
  UNKNOWN_TOKEN: {
    severity: 'critical',
    title: 'A token is on chain whose hash no tenant knows',
    next_step:
      'Find the submission it was made from. It attaches by itself once its tenant makes the hash; where nobody does, look at who may mint.',
  },
  EVIDENCE_CLAIMED_TWICE: {
    severity: 'critical',
    title: 'The same primary evidence backs two approved submissions',
    next_step:
      'Find out whose evidence it is. Have the credits of the other submission impaired until that is known.',
  },
  SITE_PERIOD_CLAIMED_TWICE: {
    severity: 'major',
    title: 'Two hashes are of the same place and overlapping periods',
    next_step:
      'Compare the two monitoring reports. Where they measure the same, have one of the credits invalidated.',
  },
  CUSTODY_DIFFERS: {
    severity: 'critical',
    title: 'The custodian owes other tonnes than its account has on chain',
    next_step:
      'Compare the positions with the account’s tokens, credit by credit, and stop transfers out of custody until they agree.',
  },
  BUFFER_CONTRIBUTION_MISSING: {
    severity: 'major',
    title: 'A credit was minted, and its share is not in the buffer pool',
    next_step: 'Add the contribution to the pool of the project or of its registry, naming the credit.',
  },
  BUFFER_BALANCE_WRONG: {
    severity: 'critical',
    title: 'A buffer pool’s sums are not those of its ledger',
    next_step:
      'Read the audit trail of the pool: its sums were changed past the ledger. Put them right from the ledger.',
  },
  REVERSAL_NOT_APPLIED: {
    severity: 'major',
    title: 'A verified loss was not taken from the buffer',
    next_step: 'Apply the buffer to the reversal, or resolve it with the registry.',
  },
  POOL_UNDER_WATER: {
    severity: 'critical',
    title: 'A buffer has less than the verified losses that it has to bear',
    next_step:
      'Replace the missing tonnes: contribute to the pool, or have credits cancelled at the registry.',
  },
  PROOF_MISSING: {
    severity: 'minor',
    title: 'A retirement has no stored proof after an hour',
    next_step:
      'Look at the worker that stores proofs. Ordinary nodes forget after about 36 hours; later an archival node is needed.',
  },
  SUPPLY_BROKEN: {
    severity: 'critical',
    title: 'The tonnes on chain do not add up to what was minted',
    next_step:
      'Run "npm run indexer -- verify"; where the tables are wrong, rebuild them. Trust no sum until then.',
  },
  CREDIT_DIFFERS: {
    severity: 'critical',
    title: 'The tenant’s row of a credit is not what the chain says',
    next_step: 'Read the audit trail of the credit, then run "npm run indexer -- rebuild".',
  },
  CONTRACT_DIFFERS: {
    severity: 'critical',
    title: 'The contract says other than the indexed tables',
    next_step: 'Run "npm run indexer -- verify"; compare the sources of blocks, then rebuild the tables.',
  },
  CURSOR_GAP: {
    severity: 'critical',
    title: 'The indexed history has a gap, or stands still',
    next_step: 'Look at the indexer’s log. Redrive what is a dead letter; where events are missing, rebuild.',
  },
  SAGA_STUCK: {
    severity: 'major',
    title: 'A process has been past its time without an end',
    next_step: 'Look at the process and its last step; retry or cancel it. Check that a worker runs.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type FindingCode = keyof typeof FINDINGS;

export const FINDING_CODES = Object.keys(FINDINGS) as readonly FindingCode[];
