// Owns the form of one filling statement; leaves running it to fill-database.ts.

/** Rows of one table, made from the temporary tables of the session. The SQL has no parameters. */
export type Step = { table: string; sql: string };
