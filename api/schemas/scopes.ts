// Owns the list of what a key can be allowed to do; leaves which route asks for which to the routes.

import { z } from 'zod';

const RESOURCES = [
  'api_keys',
  'article6',
  'audit',
  'buffers',
  'computations',
  'consents',
  'credits',
  'hashes',
  'mrv',
  'processes',
  'projects',
  'proofs',
  'reconciliation',
  'registry_keys',
  'registry_submissions',
  'retirements',
  'reversals',
  'statements',
  'supply',
  'tenants',
  'transfers',
  'verifications',
] as const;

type Resource = (typeof RESOURCES)[number];

export type Scope = `${Resource}:read` | `${Resource}:write`;

/** A scope to write does not contain the one to read: a key has what its list says. */
export const SCOPES: readonly Scope[] = RESOURCES.flatMap((name): Scope[] => [
  `${name}:read`,
  `${name}:write`,
]);

const known: ReadonlySet<string> = new Set(SCOPES);

export function isScope(text: unknown): text is Scope {
  return typeof text === 'string' && known.has(text);
}

export const scopeSchema = z
  .enum(SCOPES as [Scope, ...Scope[]])
  .meta({ id: 'Scope', description: 'What a key may do: a resource and read or write.' });
