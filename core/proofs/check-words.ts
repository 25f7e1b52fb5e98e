// Owns what must agree beside the lineage: the retirement's words, the payload, what the registry said, a revealed name; leaves the
// order of checks to verify-retirement.ts.
import { COMMITMENT_HEAD } from '../../contracts/credit/derive.ts';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { hashJson } from '../canonical/mrv-hash.ts';
import { parseTonnage } from '../credit/tonnage.ts';
import { fromHex, toHex } from '../near/bytes.ts';
import { sha256 } from '../near/crypto.ts';
import type { RegistryRow, RetirementEvent, RetirementProof } from './bundle-schema.ts';
import type { Born } from './check-lineage.ts';
import type { Told, ToldOf } from './proof-events.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

/** The file's retirement is the event, word for word, and of the token that the file is about. */
export function checkRetirement(
  { retirement, token_id }: RetirementProof,
  told: ToldOf<'retire'>,
): Verdict<'retirement', RetirementEvent> {
  const [says, logged] = [canonicalJson(retirement), canonicalJson(told.data as never)];
  if (says !== logged) return refuse('retirement', `the log says ${logged}`);
  if (retirement.token_id !== token_id) {
    return refuse('retirement', `the file is about ${token_id}, the retirement about ${retirement.token_id}`);
  }
  return accept(retirement);
}

/** What was retired is what was minted, as much of it as the lineage left. */
export function checkSubstance(
  retirement: RetirementEvent,
  { mint, born }: { mint: ToldOf<'mint'>; born: Born },
): Verdict<'lineage', true> {
  const { data } = mint;
  for (const name of [
    'registry',
    'project_id',
    'methodology',
    'unit',
    'vintage_year',
    'issued_on',
  ] as const) {
    if (retirement[name] !== data[name]) {
      return refuse('lineage', `${name} was minted as ${data[name]} and retired as ${retirement[name]}`);
    }
  }
  if (retirement.origin !== data.token_id) return refuse('lineage', 'the origin is not what was minted');
  if (parseTonnage(retirement.tonnage) !== born.units) {
    return refuse('lineage', `${retirement.tonnage} t were retired, and the lineage leads to other tonnes`);
  }
  const [retired, derived] = [retirement.serial ?? null, born.serial ?? null];
  if (canonicalJson(retired) !== canonicalJson(derived)) {
    return refuse('lineage', 'the retired serials are not those that the lineage leads to');
  }
  return accept(true);
}

/** Undefined where the file has no payload: then it shows what was minted, and not what was measured. */
export function checkPayload(
  payload: RetirementProof['canonical_payload'],
  minted_hash: string,
): Verdict<'payload', string | undefined> {
  if (payload === null) return accept(undefined);
  const hash = hashJson(payload);
  return hash === minted_hash
    ? accept(hash)
    : refuse('payload', `the payload hashes to ${hash}, and ${minted_hash} was minted`);
}

export type RegistryWord =
  | { state: 'pending' }
  | { state: 'refused'; by: string; attested_by: string; reason: string }
  | { state: 'confirmed'; row: RegistryRow; amendments: number };

/** Statements in the order in which they were told; the last one holds. Amendments count from 0 without a gap. */
export function checkConfirmation(about: {
  retirement: RetirementEvent;
  told: readonly Told[];
  retired: Place;
  placeOf: (told: Told) => Place;
}): Verdict<'confirmation', RegistryWord> {
  const { retirement, told, retired, placeOf } = about;
  let word: RegistryWord = { state: 'pending' };
  let amendment = 0;
  let last = retired;
  for (const one of told) {
    if (one.act !== 'confirm' && one.act !== 'refuse') continue;
    const { data } = one;
    if (data.token_id !== retirement.token_id || data.registry !== retirement.registry) {
      return refuse('confirmation', `a registry speaks of ${data.token_id} of ${data.registry}`);
    }
    const place = placeOf(one);
    if (!isAfter(place, last))
      return refuse('confirmation', 'statements are not in the order of their blocks');
    last = place;
    if (one.act === 'refuse') {
      if (word.state !== 'pending') return refuse('confirmation', 'a refusal follows another statement');
      const { account_id: by, attested_by, reason } = one.data;
      word = { state: 'refused', by, attested_by, reason };
      continue;
    }
    if (one.data.amendment !== amendment) {
      return refuse('confirmation', `amendment ${one.data.amendment} stands where ${amendment} is next`);
    }
    word = { state: 'confirmed', row: rowOf(retirement, one), amendments: amendment };
    amendment += 1;
  }
  return accept(word);
}

export type Place = { height: bigint; order: number };

function isAfter(place: Place, before: Place): boolean {
  return place.height > before.height || (place.height === before.height && place.order > before.order);
}

/** Made from what the chain has alone. */
export function rowOf(retirement: RetirementEvent, { data }: ToldOf<'confirm'>): RegistryRow {
  const { registry, project_id, tonnage, unit, serial, vintage_year } = retirement;
  const { registry_retirement_id, registry_retired_on, evidence_sha256, attested_by, account_id } = data;
  return {
    registry,
    project_id,
    tonnage,
    unit,
    ...(serial === undefined ? {} : { serial }),
    vintage_year,
    registry_retirement_id,
    registry_retired_on,
    evidence_sha256,
    attested_by,
    account_id,
  };
}

export function checkRegistryRow(
  row: RetirementProof['registry_row'],
  word: RegistryWord,
): Verdict<'registry_row', true> {
  const wanted = word.state === 'confirmed' ? word.row : null;
  const [says, shown] = [canonicalJson(row), canonicalJson(wanted)];
  return says === shown ? accept(true) : refuse('registry_row', `the chain has ${shown}`);
}

/** The name behind the commitment, where it was revealed. */
export function checkReveal(
  retirement: RetirementEvent,
  told: readonly Told[],
): Verdict<'reveal', string | undefined> {
  const [reveal, another] = told.filter((one) => one.act === 'reveal');
  if (reveal === undefined) return accept(undefined);
  const { beneficiary_commitment: commitment, token_id } = retirement;
  if (another !== undefined) return refuse('reveal', 'a name is revealed twice');
  const { beneficiary, salt } = reveal.data;
  if (reveal.data.token_id !== token_id || commitment === undefined) {
    return refuse('reveal', 'the revealed name is not of this retirement');
  }
  const text = new TextEncoder();
  const hash = toHex(sha256(text.encode(COMMITMENT_HEAD), fromHex(salt), text.encode(beneficiary)));
  return hash === commitment
    ? accept(beneficiary)
    : refuse('reveal', `name and salt hash to ${hash}, the commitment is ${commitment}`);
}
