// Owns the rule on the indexed history: whole up to the cursor, and the cursor moving; leaves gathering to
// core/db/reconciliation/indexing.ts.

import { type Gaps, gatherGaps } from '../../../core/db/reconciliation/indexing.ts';
import { type Finding, outcome, unitsOf } from '../finding.ts';
import type { Rule, Scene } from './rule.ts';

/** Readers of the API are told after 60 s; here it is a difference that somebody has to mind. */
const STANDS_STILL_MS = 15 * 60 * 1000;

const NOBODYS = {
  tenant_id: null,
  registry_type: null,
  registry_name: null,
  code: 'CURSOR_GAP',
  mrv_hash: null,
} as const;

export const history: Rule<Gaps> = {
  codes: ['CURSOR_GAP'],
  gather: (trx, { cursor }) => gatherGaps(trx, cursor),
  compare: (gaps, scene) =>
    outcome({
      findings: [...standingStill(scene), ...deadLetters(gaps), ...beyond(gaps, scene), ...broken(gaps)],
    }),
};

function standingStill({ cursor, now, contract_id }: Scene): Finding[] {
  const behind_ms = now.getTime() - new Date(cursor.block_timestamp).getTime();
  if (behind_ms < STANDS_STILL_MS) return [];
  const { block_height, block_timestamp } = cursor;
  const values = { indexer: { block_height, block_timestamp }, clock: now.toISOString() };
  return [{ ...NOBODYS, subject: `cursor ${contract_id}`, tonnes: 0n, values }];
}

function deadLetters({ dead_letters }: Gaps): Finding[] {
  return dead_letters.map(({ dead_letter_id, ...values }) => ({
    ...NOBODYS,
    subject: `dead letter ${dead_letter_id}`,
    tonnes: 0n,
    values: { indexer: values },
  }));
}

function beyond({ events_beyond }: Gaps, { cursor, contract_id }: Scene): Finding[] {
  if (events_beyond === '0') return [];
  const values = { indexer: { block_height: cursor.block_height, events_beyond } };
  return [{ ...NOBODYS, subject: `events beyond ${contract_id}`, tonnes: 0n, values }];
}

function broken({ broken_histories }: Gaps): Finding[] {
  return broken_histories.map(({ token_id, versions, events, tonnage_co2e }) => ({
    ...NOBODYS,
    subject: `token ${token_id}`,
    mrv_hash: token_id,
    tonnes: unitsOf(tonnage_co2e),
    values: { chain: { changes: versions }, indexer: { events } },
    credit: { origin: token_id, tonnes: unitsOf(tonnage_co2e) },
  }));
}
