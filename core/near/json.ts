// Owns reading NEAR's JSON without losing digits of u64 numbers; leaves checking shapes to zod schemas.
interface ReviverContext {
  source?: string;
}
type Reviver = (this: unknown, key: string, value: unknown, context: ReviverContext) => unknown;
type ParseWithSource = (text: string, reviver: Reviver) => unknown;

const INTEGER = /^-?\d+$/;

/**
 * Integers beyond 2^53 come back as their decimal string: JSON.parse alone would round them, and a rounded
 * timestamp or nonce gives another hash. Everything else is as JSON.parse gives it.
 */
export function parseNearJson(text: string): unknown {
  // The third argument is in every engine we run on, but not yet in TypeScript's library.
  return (JSON.parse as ParseWithSource)(text, (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    return context.source !== undefined && INTEGER.test(context.source) ? context.source : value;
  });
}
