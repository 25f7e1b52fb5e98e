// Owns a contract's state with many tokens, grown from real mints by repeating what they wrote; leaves measuring on it to flatness.ts.
import type { PatchRecord } from '../../localnet/node/types.ts';
import { CONTRACT_ID, type ContractChain } from '../../sandbox-tests/support/contract-chain.ts';
import {
  type ContractWorld,
  hashOf,
  PROJECT_ID,
  REGISTRY,
} from '../../sandbox-tests/support/contract-world.ts';

/** As contracts/credit lays its records out: a mint's text, with these lines of its own. */
const LINE = { owner: 1, owner_page: 3, live_page: 4, origin: 6 } as const;
const GLOBAL_LINE = { supply: 8, count: 9, tail: 10 } as const;
const CONSENT_LINE = { remaining: 1 } as const;
const PAGE = 8;
const UNITS = 10_000_000_000n;
const RECORDS_A_PATCH = 20_000;

/** For more tonnes than the usual consent of specs has. */
export const LARGE_CONSENT = 'consent-large';

type Texts = Map<string, string>;

/**
 * Adds tokens as if each had been minted to its owner, one owner's after the other's. What this writes is compared
 * with real mints by `refuseUnlikeMints`.
 */
export async function growState(
  world: ContractWorld,
  { template, owners }: { template: string; owners: readonly { owner_id: string; count: number }[] },
): Promise<string[]> {
  const { chain } = world;
  const texts = readTexts(chain);
  const token = textOf(texts, `t${template}`).split('\n');
  const added: string[] = [];
  const live: string[] = listOf(texts, 'l', textOf(texts, 'g').split('\n').slice(GLOBAL_LINE.count));
  for (const { owner_id, count } of owners) {
    const record = (texts.get(`o${owner_id}`) ?? '0\n0\n').split('\n');
    const owned = listOf(texts, `p${owner_id}/`, [record[0] ?? '0', record[2] ?? '']);
    for (let index = 0; index < count; index += 1) {
      const hash = grownHash(added.length);
      const lines = [...token];
      lines[LINE.owner] = owner_id;
      lines[LINE.owner_page] = `${Math.floor(owned.length / PAGE)}`;
      lines[LINE.live_page] = `${Math.floor(live.length / PAGE)}`;
      lines[LINE.origin] = hash;
      texts.set(`t${hash}`, lines.join('\n'));
      live.push(hash);
      owned.push(hash);
      added.push(hash);
    }
    texts.set(`o${owner_id}`, `${owned.length}\n${record[1]}\n${writeList(texts, `p${owner_id}/`, owned)}`);
  }
  addTotals(texts, { added: added.length, live });
  await patch(chain, texts);
  return added;
}

export function grownHash(index: number): string {
  return hashOf(`grown ${index}`);
}

function addTotals(texts: Texts, { added, live }: { added: number; live: readonly string[] }): void {
  const more = (supply: string) => {
    const numbers = supply.split(' ');
    for (const place of [0, 2]) {
      numbers[place] = `${Number(numbers[place]) + added}`;
      numbers[place + 1] = `${BigInt(numbers[place + 1] ?? '0') + BigInt(added) * UNITS}`;
    }
    return numbers.join(' ');
  };
  const change = (key: string, lines: Readonly<Record<number, (text: string) => string>>) => {
    const all = textOf(texts, key).split('\n');
    for (const [line, by] of Object.entries(lines)) all[Number(line)] = by(all[Number(line)] ?? '');
    texts.set(key, all.join('\n'));
  };
  const tail = writeList(texts, 'l', live);
  change('g', {
    [GLOBAL_LINE.supply]: more,
    [GLOBAL_LINE.count]: () => `${live.length}`,
    [GLOBAL_LINE.tail]: () => tail,
  });
  // The registry's own totals, and those of its one vintage behind the year.
  change(`r${REGISTRY}`, { 0: more, 2: (text) => text.slice(0, 5) + more(text.slice(5)) });
  change(`j${REGISTRY}/${PROJECT_ID}`, { 0: more });
  change(`c${REGISTRY}/${LARGE_CONSENT}`, {
    [CONSENT_LINE.remaining]: (text) => `${BigInt(text) - BigInt(added) * UNITS}`,
  });
}

/** Full pages under their keys; what is left is the tail. */
function writeList(texts: Texts, page_key: string, hashes: readonly string[]): string {
  const full = Math.floor(hashes.length / PAGE);
  for (let page = 0; page < full; page += 1) {
    texts.set(`${page_key}${page}`, hashes.slice(page * PAGE, (page + 1) * PAGE).join(''));
  }
  return hashes.slice(full * PAGE).join('');
}

function listOf(texts: Texts, page_key: string, [count = '0', tail = '']: readonly string[]): string[] {
  const full = Math.floor(Number(count) / PAGE);
  const pages = Array.from({ length: full }, (_, page) => textOf(texts, `${page_key}${page}`));
  return [...pages, tail].join('').match(/.{64}/g) ?? [];
}

/** The same tokens, once minted and once grown, are the same records but for the time of birth and the day's count. */
export function refuseUnlikeMints(minted: ContractChain, grown: ContractChain): void {
  const [expected, found] = [minted, grown].map((chain) => withoutTimes(readTexts(chain)));
  for (const key of new Set([...(expected?.keys() ?? []), ...(found?.keys() ?? [])])) {
    const [left, right] = [expected?.get(key), found?.get(key)];
    if (left !== right)
      throw new Error(`the record ${key} is ${right} where mints write ${left}; mend the growing`);
  }
}

function withoutTimes(texts: Texts): Texts {
  return new Map(
    [...texts].map(([key, text]) => {
      const timeless = text.replaceAll(/\b17\d{17}\b/g, 'time');
      return [
        key,
        key === `r${REGISTRY}` ? timeless.replace(/(m minter\.near \d+ \d+ )\d+/, '$1used') : timeless,
      ];
    }),
  );
}

export function readTexts(chain: ContractChain): Texts {
  const decode = (hex: string) => Buffer.from(hex, 'hex').toString('utf8');
  return new Map(chain.snapshot().entries.map(([key, value]) => [decode(key), decode(value)]));
}

function textOf(texts: Texts, key: string): string {
  const text = texts.get(key);
  if (text === undefined) throw new Error(`there is no record ${key}`);
  return text;
}

async function patch({ node }: ContractChain, texts: Texts): Promise<void> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const records = [...texts].map(
    ([key, text]): PatchRecord => ({
      kind: 'data',
      account_id: CONTRACT_ID,
      key: encode(key),
      value: encode(text),
    }),
  );
  for (let from = 0; from < records.length; from += RECORDS_A_PATCH) {
    const applied = node.patchState(records.slice(from, from + RECORDS_A_PATCH));
    node.produceBlocks();
    await applied;
  }
}
