// Owns playing steps on one chain and keeping what came of them in a form that two chains can share; leaves comparing to compare.ts.
import { accountKeyPair } from '../../localnet/node/genesis.ts';
import {
  type AccountView,
  ChainClient,
  type FinalOutcome,
  type OutcomeWithId,
  type PlayedChain,
} from './chain-client.ts';
import type { Step } from './step-maker.ts';

/** What was seen at one place of a step, by the name of the fact. */
export type Facts = Readonly<Record<string, string>>;

export interface PlayedStep {
  title: string;
  /** By place: "transaction", "receipt 0.1" by the way from the transaction, "account x". */
  places: ReadonlyMap<string, Facts>;
}

export interface Play {
  chain: PlayedChain;
  /** Keys follow from it, so they are the same on both chains. */
  seed: string;
  steps: readonly Step[];
  /** Accounts that are looked at after each step. */
  watched: readonly string[];
}

/** The deepest way from a transaction to a receipt that is followed. */
const MAX_DEPTH = 50;

export async function playSteps(play: Play): Promise<PlayedStep[]> {
  const client = new ChainClient(play.chain.url);
  const played: PlayedStep[] = [];
  const accounts = new Map<string, AccountView>();
  for (const step of play.steps) {
    const places = await playStep(client, play, step);
    for (const account_id of play.watched) {
      const account = await client.findAccount(account_id);
      places.set(`account ${account_id}`, accountFacts(accounts.get(account_id) ?? null, account));
      if (account === null) accounts.delete(account_id);
      else accounts.set(account_id, account);
    }
    played.push({ title: step.title, places });
  }
  return played;
}

async function playStep(client: ChainClient, play: Play, step: Step): Promise<Map<string, Facts>> {
  const { root } = play.chain;
  const signer_id = step.signer_id ?? root.account_id;
  const secret_key =
    step.signer_id === null
      ? root.secret_key
      : accountKeyPair(play.seed, step.key ?? step.signer_id).secret_key;
  const { receiver_id, actions } = step;
  const result = await client.send({ signer_id, secret_key, receiver_id, actions });
  const places = new Map<string, Facts>();
  if (result.kind === 'done') addOutcomes(places, result.outcome);
  else {
    const { cause, data } = result.error;
    places.set('transaction', { outcome: 'refused', status: `${cause?.name} ${toText(data)}` });
  }
  return places;
}

/** What the step changed: a difference is told where it arises, and not again in each step after it. */
function accountFacts(before: AccountView | null, account: AccountView | null): Facts {
  if (account === null) return { outcome: 'not there' };
  const amount = BigInt(account.amount) - BigInt(before?.amount ?? '0');
  const storage = account.storage_usage - (before?.storage_usage ?? 0);
  return {
    outcome: 'there',
    'amount changes by': String(amount),
    'storage_usage changes by': String(storage),
    code_hash: account.code_hash,
  };
}

/** Receipt ids follow from heights and differ between chains; the way to a receipt does not. */
export function addOutcomes(places: Map<string, Facts>, outcome: FinalOutcome): void {
  const by_id = new Map(outcome.receipts_outcome.map((item) => [item.id, item]));
  const names = new Map<string, string>();
  const walk = (item: OutcomeWithId, way: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new Error(`receipts of ${outcome.transaction_outcome.id} go too deep`);
    item.outcome.receipt_ids.forEach((id, index) => {
      const name = way === '' ? `receipt ${index}` : `${way}.${index}`;
      names.set(id, name);
      const next = by_id.get(id);
      if (next !== undefined) walk(next, name, depth + 1);
    });
  };
  walk(outcome.transaction_outcome, '', 0);
  const rename = (text: string) => names.get(text) ?? text;
  places.set('whole', { status: statusText(outcome.status, rename) });
  places.set('transaction', outcomeFacts(outcome.transaction_outcome, rename));
  for (const item of outcome.receipts_outcome)
    places.set(names.get(item.id) ?? `receipt ${item.id}, which nothing led to`, outcomeFacts(item, rename));
}

function outcomeFacts({ outcome }: OutcomeWithId, rename: (id: string) => string): Facts {
  return {
    outcome: `executed by ${outcome.executor_id}, receipts: ${outcome.receipt_ids.length}`,
    status: statusText(outcome.status, rename),
    logs: JSON.stringify(outcome.logs),
    gas_burnt: String(outcome.gas_burnt),
    tokens_burnt: outcome.tokens_burnt,
  };
}

function statusText(status: FinalOutcome['status'], rename: (id: string) => string): string {
  if ('SuccessReceiptId' in status) return `goes on in ${rename(status.SuccessReceiptId)}`;
  return toText(status);
}

/** Fields by name: the order of fields in JSON says nothing. */
function toText(value: unknown): string {
  return JSON.stringify(sortFields(value)) ?? 'nothing';
}

function sortFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortFields);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, sortFields(item)]));
}
