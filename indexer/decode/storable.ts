// Owns which JSON the database can keep as jsonb; leaves what an event must say to event-schemas.ts.

/** PostgreSQL's own bound lies in the thousands and depends on its stack. */
const MAX_DEPTH = 16;

/** In words; null where it can be kept. */
export function findUnstorable(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return findInText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return 'holds a number beyond all bounds';
  if (typeof value !== 'object' || value === null) return null;
  if (depth === MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep`;
  for (const [key, member] of Object.entries(value)) {
    const found = findInText(key) ?? findUnstorable(member, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function findInText(text: string): string | null {
  if (text.includes('\0')) return 'holds a NUL character';
  return text.isWellFormed() ? null : 'holds half of a surrogate pair';
}
