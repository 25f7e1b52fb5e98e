// Owns how a row and what the contract says of it are told apart, field by field; leaves which fields there are to compare-rows.ts.

/** What a table says and the contract does not, or the other way round. Null where one has nothing. */
export interface Difference {
  /** `token <hash>`, `retirement <hash>`, `consent <registry>/<ref>`, `supply`. */
  what: string;
  field: string;
  table: string | null;
  contract: string | null;
}

export type Fields = Readonly<Record<string, string | null>>;

export function findDifferences(what: string, table: Fields, contract: Fields): Difference[] {
  return Object.entries(table).flatMap(([field, own]) => {
    const said = contract[field] ?? null;
    return own === said ? [] : [{ what, field, table: own, contract: said }];
  });
}

/** Of a JSON object that may lack it. */
export function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
