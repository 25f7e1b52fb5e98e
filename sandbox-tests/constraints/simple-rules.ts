// Owns reading the plain forms of a check (a list, a length, a range, a kind of JSON) and the values that lie on
// either side of it; leaves rules with a meaning of their own to cases-*.ts.

export type SimpleRule = { column: string; accepted: string[]; refused: string[] };

/** What a check of a plain form takes and refuses, or undefined when it needs a case written by hand. */
export function readSimpleRule(definition: string): SimpleRule | undefined {
  const body = /^CHECK \(\((.*)\)\)$/s.exec(definition)?.[1];
  if (body === undefined) return undefined;
  return readList(body) ?? readJson(body) ?? readLength(body) ?? readRange(body);
}

const NAME = '\\(?([a-z_0-9]+|VALUE)\\)?(?:::[a-z]+)?';
const NUMBER = "\\(?'?(-?[0-9.]+)'?\\)?(?:::[a-z]+)?";

/** No list holds it, whatever it lists. */
const UNKNOWN_VALUE = 'no such value';

function readList(body: string): SimpleRule | undefined {
  const found = new RegExp(`^${NAME} = ANY \\(+ARRAY\\[(.*)\\]\\)*(?:::text\\[\\]\\))?$`).exec(body);
  const single = new RegExp(`^${NAME} = '([^']*)'::text$`).exec(body);
  const [, column, list] = found ?? single ?? [];
  if (column === undefined || list === undefined) return undefined;
  const accepted =
    found === null ? [list] : [...list.matchAll(/'([^']*)'::text/g)].map((item) => item[1] ?? '');
  // The wrong case is a likely slip of a caller.
  const capital = accepted.map((value) => swapCase(value)).filter((value) => !accepted.includes(value));
  return { column, accepted, refused: [UNKNOWN_VALUE, '', ...capital.slice(0, 1)] };
}

function swapCase(value: string): string {
  return value === value.toUpperCase() ? value.toLowerCase() : value.toUpperCase();
}

const JSON_KINDS: Readonly<Record<string, string>> = {
  object: '{}',
  array: '[]',
  string: '""',
  number: '1',
  null: 'null',
};

function readJson(body: string): SimpleRule | undefined {
  const [, column, kind] =
    new RegExp(`^jsonb_typeof\\(${NAME}\\) = '(object|array)'::text$`).exec(body) ?? [];
  if (column === undefined || kind === undefined) return undefined;
  const refused = Object.entries(JSON_KINDS).filter(([other]) => other !== kind);
  return { column, accepted: [JSON_KINDS[kind] ?? ''], refused: refused.map(([, text]) => text) };
}

function readLength(body: string): SimpleRule | undefined {
  const length = `char_length\\(${NAME}\\)`;
  const both = new RegExp(`^\\(${length} >= ([0-9]+)\\) AND \\(${length} <= ([0-9]+)\\)$`).exec(body);
  const lower = new RegExp(`^${length} >= ([0-9]+)$`).exec(body);
  const column = both?.[1] ?? lower?.[1];
  const least = Number(both?.[2] ?? lower?.[2]);
  if (column === undefined || (both !== null && both[3] !== column)) return undefined;
  const most = both === null ? undefined : Number(both[4]);
  const accepted = [least, ...(most === undefined ? [] : [most])];
  const refused = [least - 1, ...(most === undefined ? [] : [most + 1])];
  // Two bytes in UTF-8 and one character: a rule that counted bytes would be seen.
  return { column, accepted: accepted.map(repeat), refused: refused.map(repeat) };
}

function repeat(times: number): string {
  return 'é'.repeat(times);
}

function readRange(body: string): SimpleRule | undefined {
  const both = new RegExp(`^\\(${NAME} >= ${NUMBER}\\) AND \\(${NAME} <= ${NUMBER}\\)$`).exec(body);
  if (both !== null && both[1] === both[3]) {
    const [least, most] = [BigInt(both[2] ?? 0), BigInt(both[4] ?? 0)];
    return {
      column: both[1] ?? '',
      accepted: [least, most].map(String),
      refused: [least - 1n, most + 1n].map(String),
    };
  }
  const [, column, comparison, bound] = new RegExp(`^${NAME} (>=|>) ${NUMBER}$`).exec(body) ?? [];
  if (column === undefined || bound === undefined) return undefined;
  const least = BigInt(bound);
  if (comparison === '>') return { column, accepted: [String(least + 1n)], refused: [String(least)] };
  // Amounts have eight places, and the rule holds in the last of them.
  const below = body.includes('::numeric') && least === 0n ? SMALLEST_DEBT : String(least - 1n);
  return { column, accepted: [String(least)], refused: [below] };
}

const SMALLEST_DEBT = '-0.00000001';
