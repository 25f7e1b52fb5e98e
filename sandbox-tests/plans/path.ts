// Owns the form of one access path and its query; leaves the paths to the lists beside it.

import type { Login } from '../../core/db/logins.ts';

/** A login, or the owner of all, whose functions ask for whoever may not ask himself. */
export type Asker = Login | 'owner';

export type AccessPath = {
  /** The index that serves it, with its schema; none when the path is no index's own. */
  index: string;
  /** Whose question it is, in words. */
  what: string;
  sql: string;
  /** Columns of the index that must bound the search, not only filter what it finds. */
  bound_by: readonly string[];
  /** The index gives the order, so that nothing is sorted. */
  is_ordered?: boolean;
  /** Why a prepared query sorts all the same. */
  is_sorted_when_prepared?: string;
  /** Who asks. A tenant is the largest one, an account the largest wallet. */
  as?: Asker;
  /** A tenant of middling size asks instead of the largest. */
  is_middle_tenant?: boolean;
  /** Asked by the superuser beforehand: its first row gives the parameters. $1 is the tenant. */
  sample?: string;
  /** Other indexes that may serve it as well, and why both stand. */
  or?: { indexes: readonly string[]; because: string };
};

/** Registries are asked under this name: one of the rarer, so that an index is worth its while. */
export const REGISTRY = 'puro';
export const WALLET = 'whale.near';
