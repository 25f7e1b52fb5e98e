// Owns the verdict whether a caller may use a route; leaves who calls to recognise.ts and which rows are seen to row security.

import { DmrvError } from '../../core/errors/index.ts';
import type { Caller } from '../caller.ts';
import type { AnyRoute } from '../route.ts';

/** What a tenant in each state may do; in one that is not here everything. */
const SHUT: Readonly<Record<string, 'everything' | 'writing'>> = {
  suspended: 'everything',
  churned: 'everything',
  restricted: 'writing',
};

export function authorise(about: {
  route: Pick<AnyRoute, 'callers' | 'method'>;
  caller: Caller;
  tenant_status?: string | undefined;
}): void {
  const { route, caller, tenant_status } = about;
  const needed = route.callers[caller.kind];
  if (route.callers.anyone !== undefined) return;
  if (caller.kind === 'anyone') throw new DmrvError('UNAUTHENTICATED');
  if (needed === undefined) throw forbidden(`not for a caller of the kind ${caller.kind}`);
  if (caller.kind !== 'holder' && needed !== 'own' && needed !== 'open' && !caller.scopes.has(needed)) {
    throw forbidden(`the key lacks the permission ${needed}`);
  }
  const shut = SHUT[tenant_status ?? ''];
  if (shut === 'everything' || (shut === 'writing' && route.method !== 'GET')) {
    throw forbidden(`the tenant is ${tenant_status}`);
  }
}

function forbidden(rule: string): DmrvError {
  return new DmrvError('FORBIDDEN', { facts: { rule } });
}
