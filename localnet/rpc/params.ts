// Owns the forms of parameters that several methods share; leaves which method takes which to its file.
import { z } from 'zod';
import { isAccountId } from '../../core/near/account-id.ts';
import { decodeHash } from '../../core/near/base58.ts';
import { type CurveBytes, parsePublicKey } from '../../core/near/keys.ts';
import type { BlockReference } from '../node/types.ts';
import { parseError } from './errors.ts';

const U64 = 2n ** 64n;
const U128 = 2n ** 128n;
const MAX_DIGITS = 39;

/** Throws RpcError in the words that NEAR begins with. */
export function parseParams<T>(schema: z.ZodType<T>, params: unknown): T {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  throw parseError(`Failed parsing args: ${firstIssues(parsed.error)}`);
}

/** A list of one or two stands for the members named, in that order, as old clients write it. */
export function positional<T>(names: readonly [string] | readonly [string, string], schema: z.ZodType<T>) {
  return z.preprocess((params) => {
    if (!Array.isArray(params) || params.length !== names.length) return params;
    return Object.fromEntries(names.map((name, index) => [name, params[index]]));
  }, schema);
}

export const accountIdSchema = z.string().refine(isAccountId, 'is no account id');
export const hashSchema = decoded(decodeHash);
export const publicKeySchema = decoded<CurveBytes>(parsePublicKey);
export const base64Schema = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));

/** A JSON number; beyond 2^53 it comes as a bigint. */
export const u64Schema = z
  .union([z.int().nonnegative(), z.bigint().nonnegative()])
  .transform(BigInt)
  .refine((value) => value < U64, 'is larger than a u64');

/** A decimal text, as NEAR writes balances. */
export const balanceSchema = z
  .string()
  .regex(/^\d+$/)
  .max(MAX_DIGITS)
  .transform(BigInt)
  .refine((value) => value < U128, 'is larger than a u128');

export const blockIdSchema = z.union([
  u64Schema.transform((height): BlockReference => ({ kind: 'height', height })),
  hashSchema.transform((hash): BlockReference => ({ kind: 'hash', hash })),
]);

/** One of three members; others beside it are left to the method. */
export const blockReferenceSchema = z.union([
  z.object({ block_id: blockIdSchema }).transform(({ block_id }) => block_id),
  z
    .object({ finality: z.enum(['optimistic', 'near-final', 'final']) })
    .transform(({ finality }): BlockReference => ({ kind: 'finality', finality })),
  z
    .object({ sync_checkpoint: z.enum(['genesis', 'earliest_available']) })
    .transform(
      ({ sync_checkpoint }): BlockReference => ({ kind: 'checkpoint', checkpoint: sync_checkpoint }),
    ),
]);

function decoded<T>(decode: (text: string) => T) {
  return z.string().transform((text, context): T => {
    try {
      return decode(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
  });
}

const MAX_ISSUES = 3;

function firstIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
