// Owns which rows must be loaded before events can be folded; leaves loading them to write/.

import type { CreditEvents } from '../../core/credit/event-types.ts';
import type { ChainEvent } from '../types.ts';
import { readRegistryId } from './registry-id.ts';
import type { ConsentKey, Needs } from './rows.ts';

const CONSENT_EVENTS = new Set(['credit_issue', 'consent_record', 'consent_withdraw']);
const RETIREMENT_EVENTS = new Set([
  'credit_retire',
  'retirement_confirm',
  'retirement_refuse',
  'beneficiary_reveal',
]);

interface Gathered {
  tokens: Set<string>;
  origins: Set<string>;
  consents: Map<string, ConsentKey>;
  retirements: Set<string>;
}

/** By contract; nothing twice. Hashes that are only being born are among them: they must turn out to be new. */
export function needsOf(events: readonly ChainEvent[]): Map<string, Needs> {
  const by_contract = new Map<string, Gathered>();
  for (const event of events) {
    let needs = by_contract.get(event.contract_id);
    if (needs === undefined) {
      needs = { tokens: new Set(), origins: new Set(), consents: new Map(), retirements: new Set() };
      by_contract.set(event.contract_id, needs);
    }
    gather(needs, event);
  }
  return new Map([...by_contract].map(([contract_id, needs]) => [contract_id, listed(needs)]));
}

function gather(needs: Gathered, { event, token_ids, data }: ChainEvent): void {
  for (const token_id of token_ids) {
    needs.tokens.add(token_id);
    if (RETIREMENT_EVENTS.has(event)) needs.retirements.add(token_id);
  }
  if (event === 'credit_impair' || event === 'credit_restore') {
    if (typeof data.origin === 'string') needs.origins.add(data.origin);
  }
  if (!CONSENT_EVENTS.has(event)) return;
  const { registry, consent_ref } = data as CreditEvents['consent_withdraw'];
  needs.consents.set(`${registry}/${consent_ref}`, { ...readRegistryId(registry), consent_ref });
}

function listed({ tokens, origins, consents, retirements }: Gathered): Needs {
  return {
    tokens: [...tokens],
    origins: [...origins],
    consents: [...consents.values()],
    retirements: [...retirements],
  };
}
