// Owns the form of a contract's list of methods; leaves the list to the contract and writing the ABI to abi.ts.
import { z } from 'zod';

const schema = z.record(z.string(), z.unknown());

const method = z.strictObject({
  kind: z.enum(['view', 'call']),
  doc: z.string().min(1),
  /** An argument whose name ends in ? may be left out. */
  params: z.record(z.string().regex(/^[a-z_0-9]+\??$/), schema).default({}),
  result: schema.optional(),
  is_init: z.boolean().default(false),
  is_payable: z.boolean().default(false),
  is_private: z.boolean().default(false),
});

const standard = z.strictObject({ standard: z.string(), version: z.string() });
export type Standard = z.infer<typeof standard>;

export const methodTable = z.object({
  /** What contract_source_metadata tells of NEPs kept. */
  STANDARDS: z.array(standard),
  METHODS: z.record(z.string().regex(/^[a-z_0-9]+$/), method),
  /** JSON schemas that the others name as {"$ref": "#/definitions/<name>"}. */
  TYPES: z.record(z.string(), schema).default({}),
});

export type MethodTable = z.infer<typeof methodTable>;
