// Owns the way from a retired hash back to what was minted: preimages, tonnes and serials of every split and merger; leaves where
// the events come from to verify-retirement.ts.
import { childPreimage, mergedPreimage } from '../../contracts/credit/derive.ts';
import { parseTonnage } from '../credit/tonnage.ts';
import { toHex } from '../near/bytes.ts';
import { sha256 } from '../near/crypto.ts';
import type { ToldOf } from './proof-events.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

type Serial = { namespace: string; start: string; end: string } | undefined;
/** What is known of a credit: its tonnes in units of 1e-8 t, its serials, where it was born. */
export type Born = { units: bigint; serial: Serial; at: Place };
type Place = { height: bigint; log_index: number; receipt_id: string };

export type Lineage = {
  mint: ToldOf<'mint'>;
  splits: readonly ToldOf<'split'>[];
  merges: readonly ToldOf<'merge'>[];
  heightOf: (receipt_id: string) => bigint;
};

class Broken extends Error {}

/** Of the retired hash; every split and every merger must lie on its way, and each birth before what follows from it. */
export function checkLineage(token_id: string, lineage: Lineage): Verdict<'lineage', Born> {
  const { mint, splits, merges } = lineage;
  const split_of = new Map(
    splits.flatMap((told) => told.data.children.map((child) => [child.token_id, told])),
  );
  const merge_of = new Map(merges.map((told) => [told.data.token_id, told]));
  const used = new Set<unknown>();
  const known = new Map<string, Born>();
  const pending = new Set<string>();

  function bornOf(hash: string): Born {
    const found = known.get(hash);
    if (found !== undefined) return found;
    if (pending.has(hash)) throw new Broken(`${hash} comes from itself`);
    pending.add(hash);
    const born = find(hash);
    pending.delete(hash);
    known.set(hash, born);
    return born;
  }

  function find(hash: string): Born {
    if (hash === mint.data.token_id) {
      return { units: unitsOf(mint.data.tonnage), serial: mint.data.serial, at: placeOf(mint) };
    }
    const split = split_of.get(hash);
    if (split !== undefined) {
      used.add(split);
      return partOf(split, hash);
    }
    const merge = merge_of.get(hash);
    if (merge === undefined) throw new Broken(`nothing tells where ${hash} comes from`);
    used.add(merge);
    return merged(merge);
  }

  function partOf(split: ToldOf<'split'>, hash: string): Born {
    const { token_id: parent_id, origin, children } = split.data;
    const parent = bornOf(parent_id);
    sameOrigin(origin);
    follows(split, parent);
    let left = parent.units;
    let start = parent.serial === undefined ? 0n : BigInt(parent.serial.start);
    let part: Born | undefined;
    for (const [index, child] of children.entries()) {
      const units = unitsOf(child.tonnage);
      const derived = hashText(childPreimage({ parent: parent_id, index, units }));
      if (derived !== child.token_id) throw new Broken(`part ${index} of ${parent_id} hashes to ${derived}`);
      const serial = serialFrom(parent.serial, { start, units });
      sameSerial(child.serial, serial, child.token_id);
      if (serial !== undefined) start = BigInt(serial.end) + 1n;
      left -= units;
      if (child.token_id === hash) part = { units, serial, at: placeOf(split) };
    }
    if (left !== 0n) throw new Broken(`the parts of ${parent_id} do not add up to it`);
    if (part === undefined) throw new Broken(`${hash} is no part of ${parent_id}`);
    return part;
  }

  function merged(merge: ToldOf<'merge'>): Born {
    const { token_id, origin, parents, tonnage, serial } = merge.data;
    sameOrigin(origin);
    const derived = hashText(mergedPreimage({ origin, parents }));
    if (derived !== token_id) throw new Broken(`what was merged hashes to ${derived} and not to ${token_id}`);
    const joined = parents.map((parent_id) => bornOf(parent_id));
    let units = 0n;
    let next: bigint | undefined;
    for (const parent of joined) {
      follows(merge, parent);
      units += parent.units;
      if (parent.serial === undefined) continue;
      if (next !== undefined && BigInt(parent.serial.start) !== next) {
        throw new Broken(`the serials that ${token_id} was merged from are no neighbours`);
      }
      next = BigInt(parent.serial.end) + 1n;
    }
    if (units !== unitsOf(tonnage)) throw new Broken(`${token_id} is not the sum of what was merged`);
    const [first, last] = [joined[0]?.serial, joined.at(-1)?.serial];
    const whole = first && last ? { ...first, end: last.end } : undefined;
    sameSerial(serial, whole, token_id);
    return { units, serial: whole, at: placeOf(merge) };
  }

  function placeOf({ receipt_id, log_index }: { receipt_id: string; log_index: number }): Place {
    return { height: lineage.heightOf(receipt_id), log_index, receipt_id };
  }

  // Within a batch of retirements the splits are items of one log, each after the one that it needs.
  function follows(told: { receipt_id: string; log_index: number }, parent: Born): void {
    const [then, now] = [parent.at, placeOf(told)];
    const is_after =
      then.receipt_id === now.receipt_id ? now.log_index >= then.log_index : now.height >= then.height;
    if (!is_after)
      throw new Broken(`something was told of a credit before it was born, in ${now.receipt_id}`);
  }

  function sameOrigin(origin: string): void {
    if (origin !== mint.data.token_id) throw new Broken(`origin ${origin} is not what was minted`);
  }

  function serialFrom(whole: Serial, { start, units }: { start: bigint; units: bigint }): Serial {
    if (whole === undefined) return undefined;
    const { namespace } = whole;
    return { namespace, start: `${start}`, end: `${start + units / unitsOf(mint.data.unit) - 1n}` };
  }

  try {
    const born = bornOf(token_id);
    const idle = [...splits, ...merges].find((told) => !used.has(told));
    if (idle !== undefined) throw new Broken(`a ${idle.act} does not lie on the way of the retired credit`);
    return accept(born);
  } catch (error) {
    if (error instanceof Broken) return refuse('lineage', error.message);
    throw error;
  }
}

function unitsOf(tonnage: string): bigint {
  const units = parseTonnage(tonnage);
  if (units === undefined || units === 0n) throw new Broken(`"${tonnage}" is no tonnage`);
  return units;
}

function sameSerial(told: Serial, derived: Serial, token_id: string): void {
  const is_same =
    told?.namespace === derived?.namespace && told?.start === derived?.start && told?.end === derived?.end;
  if (!is_same) throw new Broken(`the serials of ${token_id} are not those that follow from its parents`);
}

function hashText(text: string): string {
  return toHex(sha256(new TextEncoder().encode(text)));
}
