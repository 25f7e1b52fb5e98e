// Owns retiring credits, whole or in part; leaves what the registry says of it to retire-confirm.ts and reading it to retire-views.ts.
import * as near from 'near-sdk-js/lib/api.js';
import { requireUnpaused } from './access.ts';
import { requireAuthorized } from './approvals.ts';
import { asList, asObject, readArgs } from './args.ts';
import { burnToken, endToken, unitsOf } from './burn.ts';
import { costOfBytes, requireOneYocto, takeDeposit } from './deposits.ts';
import { divideToken, enterPart, HASH_AND_COMMA_BYTES, type Part, splitItem } from './division.ts';
import { panic } from './errors.ts';
import { tellCredit, tellCreditJson } from './events.ts';
import { loadGlobal } from './global-record.ts';
import { closeLedger, type Ledger, openLedger, ownerIn } from './ledger.ts';
import { MAX_RETIRE_BATCH } from './limits.ts';
import { tellBurns, tellMints } from './nft-items.ts';
import { priceOfToken } from './reserve.ts';
import { type RetirementWish, readWish } from './retire-wish.ts';
import { retirementFields } from './retirement-json.ts';
import { countUnits } from './serials.ts';
import { KEY, readText, writeText } from './storage.ts';
import { countIn } from './supply.ts';
import { encodeRetirement, type RetirementEnd } from './token-end.ts';
import { createToken, getLiveToken, STATUS } from './token-record.ts';
import { formatTonnage, parseTonnage } from './tonnage.ts';
import { requireUsable } from './usable.ts';

/** By the owner or an approved account; gives the retired hash: the credit's own, or its first part's. */
export function retire(): void {
  const [token_id] = retireAll([readWish(readArgs())]);
  near.valueReturn(JSON.stringify(token_id));
}

/** All or none; gives the retired hashes, in argument order. */
export function retire_batch(): void {
  const list = asList(readArgs().retirements, 'retirements', MAX_RETIRE_BATCH);
  const wishes = list.map((entry) => readWish(asObject(entry, 'retirements')));
  requireDifferent(wishes);
  near.valueReturn(JSON.stringify(retireAll(wishes)));
}

interface Retired extends Part {
  end: RetirementEnd;
  /** Where it was a part of a larger credit. */
  division: { parent: Part; parts: Part[] } | undefined;
}

interface Call {
  ledger: Ledger;
  caller_id: string;
  at_ns: string;
}

function retireAll(wishes: readonly RetirementWish[]): string[] {
  const global = loadGlobal();
  requireUnpaused(global, 'retire');
  let number = countIn(global.supply, 'retired');
  const call = {
    ledger: openLedger(global),
    caller_id: near.predecessorAccountId(),
    at_ns: `${near.blockTimestamp()}`,
  };
  let price = 0n;
  const all = wishes.map((wish) => {
    const retired = retireOne(call, wish);
    enterRetirement(call.ledger, retired, number);
    number += 1;
    price += priceOfDivision(retired);
    return retired;
  });
  closeLedger(call.ledger);
  tellAll(all);
  if (price === 0n) requireOneYocto();
  else takeDeposit({ price, caller_id: call.caller_id });
  return all.map(({ token_id }) => token_id);
}

function retireOne(call: Call, { token_id, units, approval_id, end }: RetirementWish): Retired {
  const { ledger, caller_id, at_ns } = call;
  const token = getLiveToken(token_id);
  end.authorized_id = requireAuthorized(token_id, token, { caller_id, approval_id }) ?? '';
  end.retired_at_ns = at_ns;
  requireUsable(token_id, token);
  const ending = { status: STATUS.retired, bucket: 'retired', end: encodeRetirement(end) } as const;
  const whole = unitsOf(token);
  if (units === undefined || units === whole) {
    burnToken(ledger, token_id, token, ending);
    return { token_id, token, end, division: undefined };
  }
  requireUnpaused(ledger.global, 'parts');
  countUnits({ units, unit: parseTonnage(token.unit) as bigint }, 'tonnage');
  if (units > whole) {
    panic(
      'SPLIT_MISMATCH',
      `${token_id} has ${token.tonnage} t, ${formatTonnage(units)} t were to be retired`,
    );
  }
  const parent = { token_id, token };
  const parts = divideToken(ledger, parent, { units: [units, whole - units], born_at_ns: at_ns });
  const [part, rest] = parts as [Part, Part];
  enterPart(ledger, rest);
  endToken(ledger, part.token_id, part.token, ending);
  createToken(part.token_id, part.token, 'HASH_COLLISION');
  return { ...part, end, division: { parent, parts } };
}

/** Into the lists of retirements, which only grow. */
function enterRetirement(ledger: Ledger, { token_id, token, end }: Retired, number: number): void {
  writeText(KEY.retirement + number, token_id);
  const owner = ownerIn(ledger, token.owner_id);
  writeText(`${KEY.account_retirement}${token.owner_id}/${owner.retired_count}`, token_id);
  owner.retired_count += 1;
  if (end.beneficiary_id === '') return;
  const count_key = KEY.beneficiary + end.beneficiary_id;
  const count = Number(readText(count_key) ?? '0');
  writeText(`${KEY.beneficiary_retirement}${end.beneficiary_id}/${count}`, token_id);
  writeText(count_key, `${count + 1}`);
}

function priceOfDivision({ division }: Retired): bigint {
  if (division === undefined) return 0n;
  const { parts } = division;
  return parts.reduce(
    (sum, { token }) => sum + priceOfToken(token),
    costOfBytes(parts.length * HASH_AND_COMMA_BYTES),
  );
}

function tellAll(all: readonly Retired[]): void {
  const divided = all.filter(({ division }) => division !== undefined);
  if (divided.length > 0) tellDivisions(divided);
  let items = '';
  for (const { token_id, token, end } of all) {
    items += `${items === '' ? '{' : ',{'}${retirementFields(token_id, token, end)}}`;
  }
  tellCreditJson('credit_retire', items);
  tellBurns(all.map(({ token_id, token, end }) => [token_id, token.owner_id, end.authorized_id]));
}

function tellDivisions(divided: readonly Retired[]): void {
  const items = divided.map(({ end, division }) => {
    const { parent, parts } = division as NonNullable<Retired['division']>;
    return { parent, parts, authorized_id: end.authorized_id };
  });
  tellCredit(
    'credit_split',
    ...items.map(({ parent, parts, authorized_id }) => splitItem(parent, { parts, authorized_id })),
  );
  // Births come first: what one retirement of a batch leaves may be divided by a later one.
  tellMints(items.flatMap(({ parts }) => parts.map(({ token_id, token }) => [token_id, token.owner_id])));
  tellBurns(
    items.map(({ parent, authorized_id }) => [parent.token_id, parent.token.owner_id, authorized_id]),
  );
}

function requireDifferent(wishes: readonly RetirementWish[]): void {
  const seen = new Set<string>();
  for (const { token_id } of wishes) {
    if (seen.has(token_id)) panic('DUPLICATE', `retirements name ${token_id} twice`);
    seen.add(token_id);
  }
}
