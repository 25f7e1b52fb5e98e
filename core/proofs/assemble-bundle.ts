// Owns making a proof file of outcomes that were proven: which acts belong to a retirement, which outcomes and heads they need;
// leaves getting outcomes to api/proofs and checking the file to verify-retirement.ts.
import {
  type Act,
  type ActName,
  BUNDLE_FORM,
  type RetirementEvent,
  type RetirementProof,
  type WireHead,
  type WireOutcome,
} from './bundle-schema.ts';
import { rowOf } from './check-words.ts';
import { readActs, type Told, type ToldOf } from './proof-events.ts';

export type Proven = {
  outcome: WireOutcome;
  head: WireHead;
};

/** What is missing is named by the token of which nothing tells. */
export type Assembled = { ok: true; bundle: RetirementProof } | { ok: false; missing: string };

export function assembleBundle(about: {
  contract_id: string;
  token_id: string;
  proven: readonly Proven[];
  canonical_payload: RetirementProof['canonical_payload'];
}): Assembled {
  const { contract_id, token_id, proven, canonical_payload } = about;
  const told = proven
    .toSorted(byHeight)
    .flatMap(({ outcome }) =>
      readActs({ receipt_id: outcome.outcome_proof.id, logs: outcome.outcome_proof.outcome.logs }),
    );
  const way = findWay(told, token_id);
  if ('missing' in way) return { ok: false, missing: way.missing };
  const { retire, acts } = way;
  const retirement = retire.data as RetirementEvent;
  const confirm = acts.findLast((one): one is ToldOf<'confirm'> => one.act === 'confirm');
  const receipts = new Set(acts.map(({ receipt_id }) => receipt_id));
  const needed = proven.filter(({ outcome }) => receipts.has(outcome.outcome_proof.id));
  const { heads, outcomes } = shareHeads(needed);
  const bundle: RetirementProof = {
    form: BUNDLE_FORM,
    contract_id,
    token_id,
    retirement,
    acts: acts.map(placeOf),
    outcomes,
    heads,
    canonical_payload,
    registry_row: confirm === undefined ? null : rowOf(retirement, confirm),
  };
  return { ok: true, bundle };
}

function byHeight(left: Proven, right: Proven): number {
  const heights = [left, right].map(({ outcome }) => BigInt(outcome.block_header_lite.inner_lite.height));
  const [one = 0n, other = 0n] = heights;
  return one < other ? -1 : one > other ? 1 : 0;
}

function placeOf({ act, receipt_id, log_index, item_index }: Told): Act {
  return { act, receipt_id, log_index, item_index };
}

const STATEMENTS: ReadonlySet<ActName> = new Set(['confirm', 'refuse', 'reveal']);

type Way = { retire: ToldOf<'retire'>; acts: Told[] } | { missing: string };

/** From the retirement back over every part to the mint, and what was said of it since; in the order in which it was told. */
function findWay(told: readonly Told[], token_id: string): Way {
  const retire = told.find(
    (one): one is ToldOf<'retire'> => one.act === 'retire' && one.data.token_id === token_id,
  );
  if (retire === undefined) return { missing: token_id };
  const births = new Map<string, Told>();
  for (const one of told) {
    if (one.act === 'mint' || one.act === 'merge') births.set(one.data.token_id, one);
    if (one.act === 'split') for (const child of one.data.children) births.set(child.token_id, one);
  }
  const taken = new Set<Told>([retire]);
  const seen = new Set<string>();
  const open = [token_id];
  for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
    if (seen.has(hash)) continue;
    seen.add(hash);
    const birth = births.get(hash);
    if (birth === undefined) return { missing: hash };
    taken.add(birth);
    if (birth.act === 'split') open.push(birth.data.token_id);
    if (birth.act === 'merge') open.push(...birth.data.parents);
  }
  for (const one of told) {
    if (STATEMENTS.has(one.act) && one.data.token_id === token_id) taken.add(one);
  }
  return { retire, acts: told.filter((one) => taken.has(one)) };
}

/** One entry for each head, however many outcomes lead to it. */
function shareHeads(proven: readonly Proven[]): { heads: WireHead[]; outcomes: WireOutcome[] } {
  const places = new Map<string, number>();
  const heads: WireHead[] = [];
  const outcomes = proven.map(({ outcome, head }) => {
    const { height, block_merkle_root } = head.header.inner_lite;
    const key = `${height} ${block_merkle_root} ${head.header.prev_block_hash}`;
    const place = places.get(key) ?? heads.push(head) - 1;
    places.set(key, place);
    return { ...outcome, head: place };
  });
  return { heads, outcomes };
}
