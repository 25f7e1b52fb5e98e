// Owns writing answers as JSON with every digit of a u64; leaves which fields an answer has to the views.

/** A bigint becomes a JSON number, as NEAR writes heights, nonces and gas; balances are strings before they come here. */
export function stringifyNearJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? rawJson(item.toString()) : item,
  );
}

// Every engine we run on has it, TypeScript's library not yet.
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
