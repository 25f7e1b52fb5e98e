// Owns an order in which each thing follows all that it needs; leaves finding the needs to its callers.

export type Need = { who: string; needs: string };

export type Ordered = { key: string };

/** Keeps the order given, except where a need says otherwise. Needs of or for things not listed are ignored. */
export function orderByNeeds<Thing extends Ordered>(
  things: readonly Thing[],
  needs: readonly Need[],
): Thing[] {
  const missing = new Map(things.map(({ key }) => [key, new Set<string>()]));
  for (const { who, needs: needed } of needs) {
    if (who !== needed && missing.has(needed)) missing.get(who)?.add(needed);
  }
  const ordered: Thing[] = [];
  const waiting = [...things];
  // Each round places one thing, so there are at most as many rounds as things.
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ key }) => missing.get(key)?.size === 0);
    const [placed] = waiting.splice(next, next === -1 ? 0 : 1);
    if (placed === undefined) {
      const keys = waiting.map(({ key }) => key).join(', ');
      throw new Error(`These need each other in a circle: ${keys}. No order of creation exists.`);
    }
    ordered.push(placed);
    for (const needed of missing.values()) needed.delete(placed.key);
  }
  return ordered;
}
