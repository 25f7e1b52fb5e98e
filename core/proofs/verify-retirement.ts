// Owns whether a proof file shows a retirement, and which statement of it fails; leaves each statement to its check-*.ts.
// Runs in Node and in browsers, without a server or the network.
import { decodeHash } from '../near/base58.ts';
import {
  type Act,
  bundleSchema,
  MAX_BUNDLE_BYTES,
  type RegistryRow,
  type RetirementEvent,
  type RetirementProof,
} from './bundle-schema.ts';
import { checkLineage } from './check-lineage.ts';
import {
  type CheckedHead,
  type CheckedOutcome,
  checkOutcome,
  checkReceipts,
  type HeadSource,
  readHead,
  trustHead,
} from './check-outcomes.ts';
import {
  checkConfirmation,
  checkPayload,
  checkRegistryRow,
  checkRetirement,
  checkReveal,
  checkSubstance,
  type Place,
  type RegistryWord,
} from './check-words.ts';
import { readActs, readBurnt, type Told, type ToldOf } from './proof-events.ts';
import {
  lineageWords,
  many,
  registryWords,
  retirementWords,
  sourceWords,
  timeOf,
} from './statement-words.ts';
import type { Verdict } from './verdict.ts';

/** In the order in which they are checked; the first that fails is named. */
export const PROOF_STEPS = [
  'form',
  'receipt',
  'shard_root',
  'outcome_root',
  'block_hash',
  'block_merkle_root',
  'light_client',
  'head',
  'succeeded',
  'contract',
  'event',
  'retirement',
  'burn',
  'lineage',
  'payload',
  'confirmation',
  'registry_row',
  'reveal',
] as const;
export type RetirementStep = (typeof PROOF_STEPS)[number];

export type Statement = { step: RetirementStep; says: string; ok: boolean };

export type ShownHead = { hash: string; height: string; at: string; source: HeadSource; from?: string };

export type RetirementVerdict = {
  /** Whether every statement holds. Without a trusted head that means: the file agrees with itself. */
  ok: boolean;
  /** Whether the reader's own head stands behind it. */
  is_trusted: boolean;
  statements: Statement[];
  failed?: { step: RetirementStep; reason: string };
  heads: ShownHead[];
  /** Where all statements hold. */
  shown?: {
    contract_id: string;
    token_id: string;
    /** The lowest of its heads: until this block nothing of it was taken back. */
    as_of_height: string;
    retirement: RetirementEvent;
    state: RegistryWord['state'];
    registry_row: RegistryRow | null;
    refusal: { reason: string; by: string; attested_by: string } | null;
    beneficiary: string | null;
    payload: RetirementProof['canonical_payload'];
  };
};

export type VerifyOptions = {
  /** Block hashes in base58 that the reader got elsewhere; every head of the file must rest on one of them. */
  trusted_head?: string | readonly string[] | undefined;
};

/** Never throws, whatever it is given. */
export function verifyRetirementProof(bundle: unknown, options: VerifyOptions = {}): RetirementVerdict {
  const check = new Check();
  try {
    run(check, bundle, options);
  } catch (error) {
    // A refusal, or something that no honest file makes a check throw.
    if (!(error instanceof Refused)) check.fail(error instanceof Error ? error.message : String(error));
  }
  return check.verdict();
}

/** The same from a file's text, of which no more is read than a file may have. */
export function verifyProofText(text: string, options: VerifyOptions = {}): RetirementVerdict {
  if (text.length > MAX_BUNDLE_BYTES) return refuseForm(`it has more than ${MAX_BUNDLE_BYTES} characters`);
  let bundle: unknown;
  try {
    bundle = JSON.parse(text);
  } catch (error) {
    return refuseForm(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return verifyRetirementProof(bundle, options);
}

function refuseForm(reason: string): RetirementVerdict {
  const statements: Statement[] = [{ step: 'form', says: `Fails: ${reason}`, ok: false }];
  return { ok: false, is_trusted: false, statements, failed: { step: 'form', reason }, heads: [] };
}

class Refused extends Error {}

class Check {
  readonly statements: Statement[] = [];
  heads: CheckedHead[] = [];
  shown: RetirementVerdict['shown'];
  step: RetirementStep = 'form';
  failed: { step: RetirementStep; reason: string } | undefined;

  /** From here on a check that throws has failed at this step. */
  at(step: RetirementStep): void {
    this.step = step;
  }

  say(says: string): void {
    this.statements.push({ step: this.step, says, ok: true });
  }

  fail(reason: string): void {
    const short = reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}…` : reason;
    this.failed = { step: this.step, reason: short };
    this.statements.push({ step: this.step, says: `Fails: ${short}`, ok: false });
  }

  take<Value>(verdict: Verdict<RetirementStep, Value>): Value {
    if (verdict.ok) return verdict.value;
    this.step = verdict.step;
    this.fail(verdict.reason);
    throw new Refused(verdict.reason);
  }

  need(holds: boolean, reason: () => string): void {
    if (holds) return;
    this.fail(reason());
    throw new Refused(this.step);
  }

  verdict(): RetirementVerdict {
    const ok = this.failed === undefined;
    const is_trusted = ok && this.heads.length > 0 && this.heads.every(({ source }) => source !== 'bundle');
    const { statements, failed, shown } = this;
    const heads = this.heads.map(showHead);
    return { ok, is_trusted, statements, heads, ...(failed && { failed }), ...(shown && ok && { shown }) };
  }
}

const MAX_REASON = 400;

function run(check: Check, given: unknown, { trusted_head }: VerifyOptions): void {
  const bundle = readForm(check, given);
  const outcomes = checkOutcomes(check, bundle);
  trustHeads(check, bundle, trusted_head);
  checkExecution(check, bundle, outcomes);
  checkStory(check, bundle, outcomes);
}

function readForm(check: Check, given: unknown): RetirementProof {
  check.at('form');
  const parsed = bundleSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    check.need(false, () => `${issue?.path.map(String).join('.')}: ${issue?.message}`);
  }
  const bundle = parsed.data as RetirementProof;
  const used = new Set(bundle.outcomes.map(({ head }) => head));
  const idle = bundle.heads.findIndex((_, index) => !used.has(index));
  check.need(idle < 0, () => `heads.${idle}: no outcome leads to it`);
  check.say(`The file has the form ${bundle.form}.`);
  return bundle;
}

type Outcomes = ReadonlyMap<string, CheckedOutcome>;

function checkOutcomes(check: Check, bundle: RetirementProof): Outcomes {
  const heads = bundle.heads.map(readHead);
  check.at('receipt');
  const count = check.take(checkReceipts(bundle));
  check.say(`${many(count, 'outcome is', 'outcomes are')} of exactly the receipts that the acts name.`);
  check.at('shard_root');
  const outcomes = bundle.outcomes.map((entry) => check.take(checkOutcome(entry, heads)));
  const blocks = new Set(outcomes.map(({ height }) => `${height}`)).size;
  check.say('Each outcome with its logs leads to its shard’s root.');
  check.at('outcome_root');
  check.say(
    `Each shard’s root leads to the outcome root of its block, ${many(blocks, 'block', 'blocks')} in all.`,
  );
  check.at('block_hash');
  check.say('Each block’s header hashes to the block’s hash.');
  check.at('block_merkle_root');
  check.say('Each block is among those that its head commits to.');
  return new Map(outcomes.map((outcome) => [outcome.receipt_id, outcome]));
}

function trustHeads(
  check: Check,
  bundle: RetirementProof,
  trusted_head: VerifyOptions['trusted_head'],
): void {
  const trusted = new Set(typeof trusted_head === 'string' ? [trusted_head] : (trusted_head ?? []));
  check.at('head');
  for (const hash of trusted) decodeHash(hash);
  check.heads = bundle.heads.map((head) => check.take(trustHead(head, { read: readHead(head), trusted })));
  for (const head of check.heads) {
    check.at(head.source === 'light_client' ? 'light_client' : 'head');
    check.say(sourceWords(head));
  }
}

function checkExecution(check: Check, bundle: RetirementProof, outcomes: Outcomes): void {
  check.at('succeeded');
  for (const { receipt_id, succeeded } of outcomes.values()) {
    check.need(succeeded, () => `receipt ${receipt_id} did not succeed`);
  }
  check.say('Every receipt succeeded, so that nothing of it was taken back.');
  check.at('contract');
  for (const { receipt_id, executor_id } of outcomes.values()) {
    check.need(executor_id === bundle.contract_id, () => `receipt ${receipt_id} ran on ${executor_id}`);
  }
  check.say(`Every receipt ran on the contract ${bundle.contract_id}.`);
}

function checkStory(check: Check, bundle: RetirementProof, outcomes: Outcomes): void {
  const told = readTold(check, bundle.acts, outcomes);
  const { retire, mint } = pickOnly(check, told);
  check.say(`${many(told.length, 'event stands', 'events stand')} in the logs where the file says.`);

  check.at('retirement');
  const retirement = check.take(checkRetirement(bundle, retire));
  check.say(retirementWords(retirement));

  check.at('burn');
  const burnt = readBurnt(outcomes.get(retire.receipt_id)?.logs ?? []);
  check.need(burnt.has(bundle.token_id), () => 'the receipt does not burn the token');
  check.say('The same receipt burnt the token.');

  const heightOf = (receipt_id: string): bigint => outcomes.get(receipt_id)?.height ?? 0n;
  check.at('lineage');
  const born = check.take(
    checkLineage(bundle.token_id, {
      mint,
      splits: ofAct(told, 'split'),
      merges: ofAct(told, 'merge'),
      heightOf,
    }),
  );
  check.take(checkSubstance(retirement, { mint, born }));
  check.say(lineageWords(retirement, { born, mint, told }));

  check.at('payload');
  const hash = check.take(checkPayload(bundle.canonical_payload, mint.data.token_id));
  check.say(
    hash === undefined
      ? 'The file has no payload: it shows what was minted, and not what was measured.'
      : `The payload of what was measured hashes to ${hash}, which was minted.`,
  );

  const placeOf = placesOf(bundle.acts, heightOf);
  check.at('confirmation');
  const word = check.take(checkConfirmation({ retirement, told, retired: placeOf(retire), placeOf }));
  check.say(registryWords(word));
  check.at('registry_row');
  check.take(checkRegistryRow(bundle.registry_row, word));
  if (word.state === 'confirmed') check.say('The registry’s row in the file is made of what the chain has.');

  check.at('reveal');
  const revealed = check.take(checkReveal(retirement, told));
  if (revealed !== undefined) check.say(`The commitment is to the name “${revealed}”.`);
  check.shown = showStory(check, { bundle, retirement, word, revealed });
}

/** The order among acts of one block is that of the file: heights are proven, the order within a block is not. */
function placesOf(acts: readonly Act[], heightOf: (receipt_id: string) => bigint): (told: Told) => Place {
  const order = new Map(acts.map((act, index) => [keyOf(act), index]));
  return (told) => ({ height: heightOf(told.receipt_id), order: order.get(keyOf(told)) ?? 0 });
}

function keyOf({ receipt_id, log_index, item_index }: Pick<Act, 'receipt_id' | 'log_index' | 'item_index'>) {
  return `${receipt_id}:${log_index}:${item_index}`;
}

function readTold(check: Check, acts: readonly Act[], outcomes: Outcomes): Told[] {
  check.at('event');
  const logged = new Map<string, Told>();
  for (const { receipt_id, logs } of outcomes.values()) {
    for (const told of readActs({ receipt_id, logs })) logged.set(keyOf(told), told);
  }
  const seen = new Set<string>();
  return acts.map((act) => {
    const key = keyOf(act);
    const told = logged.get(key);
    check.need(told?.act === act.act, () => `there is no ${act.act} at ${key}`);
    check.need(!seen.has(key), () => `${key} is named twice`);
    seen.add(key);
    return told as Told;
  });
}

function ofAct<A extends Told['act']>(told: readonly Told[], act: A): ToldOf<A>[] {
  return told.filter((one): one is ToldOf<A> => one.act === act);
}

function pickOnly(check: Check, told: readonly Told[]): { retire: ToldOf<'retire'>; mint: ToldOf<'mint'> } {
  const [retire, ...retires] = ofAct(told, 'retire');
  const [mint, ...mints] = ofAct(told, 'mint');
  check.need(retires.length + mints.length === 0, () => 'more than one retirement or mint is named');
  if (retire === undefined || mint === undefined) throw new TypeError('no retirement or no mint is named');
  return { retire, mint };
}

function showStory(
  check: Check,
  about: {
    bundle: RetirementProof;
    retirement: RetirementEvent;
    word: RegistryWord;
    revealed: string | undefined;
  },
): NonNullable<RetirementVerdict['shown']> {
  const { bundle, retirement, word, revealed } = about;
  const heights = check.heads.map(({ height }) => height);
  const as_of_height = heights.reduce((least, height) => (height < least ? height : least));
  return {
    contract_id: bundle.contract_id,
    token_id: bundle.token_id,
    as_of_height: `${as_of_height}`,
    retirement,
    state: word.state,
    registry_row: word.state === 'confirmed' ? word.row : null,
    refusal:
      word.state === 'refused' ? { reason: word.reason, by: word.by, attested_by: word.attested_by } : null,
    beneficiary: retirement.beneficiary ?? revealed ?? null,
    payload: bundle.canonical_payload,
  };
}

function showHead({ hash, height, timestamp, source, from }: CheckedHead): ShownHead {
  const shown = { hash, height: `${height}`, at: timeOf(timestamp), source };
  return from === undefined ? shown : { ...shown, from: from.hash };
}
