// Owns one spelling of conditions that are joined by AND or OR; leaves everything else of a statement to its describer.

type Group = { parts: Part[] };
type Part = string | Group;

// Quoted text and names are parts as a whole, so that a bracket within them is none.
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|[^'"()]+/g;

/**
 * `((a AND b) AND c)` becomes `(a AND b AND c)`. PostgreSQL spells the first for what was written `a BETWEEN 1 AND 2
 * AND c`, but joins all three when it reads its own spelling again. A dump must not change by being applied.
 */
export function flattenConditions(text: string): string {
  const root: Group = { parts: [] };
  const open = [root];
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '(') open.push({ parts: [] });
    else if (token === ')') close(open, text);
    else open.at(-1)?.parts.push(token);
  }
  if (open.length !== 1) throw unbalanced(text);
  return write(root.parts);
}

function close(open: Group[], text: string): void {
  const group = open.pop();
  const around = open.at(-1);
  if (group === undefined || around === undefined) throw unbalanced(text);
  around.parts.push(flatten(group));
}

// What is inside was flattened before: a group is closed after those within it.
function flatten(group: Group): Group {
  const [first, next, ...rest] = group.parts;
  if (first === undefined || typeof first === 'string' || typeof next !== 'string') return group;
  const joint = /^ (AND|OR) /.exec(next)?.[1];
  const is_same = joint !== undefined && joint === findJoint(first.parts);
  return is_same ? { parts: [...first.parts, next, ...rest] } : group;
}

// Within one pair of brackets PostgreSQL never mixes the two, so the first one found tells.
function findJoint(parts: Part[]): string | undefined {
  for (const part of parts) {
    if (typeof part !== 'string' || /^['"]/.test(part)) continue;
    const joint = / (AND|OR) /.exec(part)?.[1];
    if (joint !== undefined) return joint;
  }
  return undefined;
}

function write(parts: Part[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : `(${write(part.parts)})`)).join('');
}

function unbalanced(text: string): Error {
  return new Error(`The brackets of this do not match, so it cannot be dumped:\n${text}`);
}
