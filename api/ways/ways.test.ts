// Shows that every status machine leads along its moves alone, and that a refusal names the legal ones.

import test from 'ava';
import { DmrvError } from '../../core/errors/index.ts';
import { REGISTRY_MOVES, REGISTRY_WAY } from './registry-way.ts';
import { REVERSAL_WAY } from './reversal-way.ts';
import { SUBMISSION_WAY } from './submission-way.ts';
import { CLARIFICATION_WAY, findUnfinished, statusOfReview, VERIFICATION_WAY } from './verification-way.ts';
import { legalMoves, take, type Way } from './way.ts';

const WAYS: readonly Way<string, string>[] = [
  SUBMISSION_WAY,
  VERIFICATION_WAY,
  CLARIFICATION_WAY,
  REGISTRY_WAY,
  REVERSAL_WAY,
];

for (const way of WAYS) {
  const states = Object.keys(way.moves);
  const all_moves = new Set(states.flatMap((state) => legalMoves(way, state)));

  test(`${way.what}: each legal move leads to a known state, any other is a 409 that names the legal ones`, (t) => {
    for (const state of states) {
      for (const move of all_moves) {
        const about = { id: 'id-1', state, move };
        const legal = legalMoves(way, state);
        if (legal.includes(move)) {
          t.true(states.includes(take(way, about)));
          continue;
        }
        const error = t.throws(() => take(way, about), { instanceOf: DmrvError });
        t.is(error.code, 'MOVE_ILLEGAL');
        t.is(error.status, 409);
        const named = legal.length === 0 ? 'none' : legal.join(', ');
        t.deepEqual(error.facts, { what: way.what, id: 'id-1', state, move, legal: named });
      }
    }
  });

  test(`${way.what}: every state is reached, and from every state an end or another`, (t) => {
    const [start = ''] = states;
    const reached = new Set([start]);
    for (let more = true; more; ) {
      const next = [...reached].flatMap((state) => Object.values(way.moves[state] ?? {}));
      const fresh = next.filter((state): state is string => state !== undefined && !reached.has(state));
      for (const state of fresh) reached.add(state);
      more = fresh.length > 0;
    }
    t.deepEqual([...reached].sort(), [...states].sort());
  });
}

test('a registry submission reaches all the states of the document', (t) => {
  t.deepEqual(Object.keys(REGISTRY_WAY.moves).sort(), [
    'approved',
    'cancel_requested',
    'cancelled',
    'error',
    'rejected',
    'retired',
    'retirement_requested',
    'submitted',
  ]);
  t.is(
    new Set(Object.values(REGISTRY_WAY.moves).flatMap((moves) => Object.keys(moves))).size,
    REGISTRY_MOVES.length,
  );
});

test('a verification is finished by nine categories, accepted clarifications and a report', (t) => {
  const categories = (Object.keys(NINE) as (keyof typeof NINE)[]).map((category_key) => ({
    category_key,
    status: 'passed' as const,
  }));
  t.deepEqual(findUnfinished({ categories, clarifications: [], has_report: true }), []);
  t.deepEqual(findUnfinished({ categories: categories.slice(1), clarifications: [], has_report: true }), [
    'categories not reviewed: project_setup',
  ]);
  t.deepEqual(
    findUnfinished({
      categories: [...categories.slice(1), { category_key: 'project_setup', status: 'corrective_action' }],
      clarifications: [{ status: 'responded' }, { status: 'accepted' }],
      has_report: false,
    }),
    ['categories still open: project_setup', 'clarifications not accepted: 1', 'no report'],
  );
});

test('an open question makes a verification wait, and its acceptance lets it go on', (t) => {
  t.is(statusOfReview({ categories: [], clarifications: [] }), 'started');
  t.is(statusOfReview({ categories: [], clarifications: [{ status: 'pending' }] }), 'clarification_required');
  t.is(statusOfReview({ categories: [], clarifications: [{ status: 'accepted' }] }), 'in_progress');
});

const NINE = {
  project_setup: 1,
  general: 1,
  project_design: 1,
  facilities: 1,
  carbon_accounting: 1,
  life_cycle_assessment: 1,
  project_emissions: 1,
  ghg_statements: 1,
  removal_data: 1,
};
