// Owns the rules on the books: rows of credits, serial numbers, sums by origin and consent, expired and unknown tokens; leaves
// gathering to core/db/reconciliation/books.ts.

import {
  type BrokenOrigin,
  type ExpiredToken,
  gatherBrokenOrigins,
  gatherExpired,
  gatherUnequalCredits,
  gatherUnequalSerials,
  gatherUnknown,
  type UnequalCredit,
  type UnequalSerial,
  type UnknownToken,
} from '../../../core/db/reconciliation/books.ts';
import { gatherOverdrawnConsents, type OverdrawnConsent } from '../../../core/db/reconciliation/mints.ts';
import { distance, type Finding, type Outcome, outcome, registryOf, unitsOf } from '../finding.ts';
import type { Rule } from './rule.ts';

export const creditRows: Rule<UnequalCredit[]> = {
  codes: ['CREDIT_DIFFERS'],
  gather: (trx, { contract_id }) => gatherUnequalCredits(trx, contract_id),
  compare: (rows) => outcome({ findings: rows.map(findingOfRow) }),
};

function findingOfRow(row: UnequalCredit): Finding {
  const { tenant_id, registry_type, registry_name, token_id } = row;
  const on_chain = unitsOf(row.chain_co2e);
  const in_books = row.book_co2e === null ? 0n : unitsOf(row.book_co2e);
  const is_tonnes_alone = row.book_status === row.chain_status && row.book_owner === row.chain_owner;
  return {
    tenant_id,
    registry_type,
    registry_name,
    code: 'CREDIT_DIFFERS',
    subject: `token ${token_id}`,
    mrv_hash: token_id,
    tonnes: is_tonnes_alone ? distance(on_chain, in_books) : on_chain,
    values: {
      chain: { status: row.chain_status, tonnage_co2e: row.chain_co2e, owner_account_id: row.chain_owner },
      platform: { status: row.book_status, tonnage_co2e: row.book_co2e, owner_account_id: row.book_owner },
    },
    credit: { origin: row.origin, tonnes: on_chain },
  };
}

export const serialNumbers: Rule<UnequalSerial[]> = {
  codes: ['SERIAL_DIFFERS'],
  gather: (trx, { contract_id }) => gatherUnequalSerials(trx, contract_id),
  compare: (rows) =>
    outcome({
      findings: rows.map((row) => ({
        tenant_id: row.tenant_id,
        registry_type: row.registry_type,
        registry_name: row.registry_name,
        code: 'SERIAL_DIFFERS',
        subject: `token ${row.token_id}`,
        mrv_hash: row.token_id,
        tonnes: unitsOf(row.tonnage_co2e),
        values: { chain: { serial: row.chain_serial }, platform: { serial: row.book_serial } },
        credit: { origin: row.token_id, tonnes: unitsOf(row.tonnage_co2e) },
      })),
    }),
};

type Sums = { origins: BrokenOrigin[]; consents: OverdrawnConsent[] };

export const sums: Rule<Sums> = {
  codes: ['SUPPLY_BROKEN'],
  gather: async (trx, { contract_id }) => ({
    origins: await gatherBrokenOrigins(trx, contract_id),
    consents: await gatherOverdrawnConsents(trx, contract_id),
  }),
  compare: ({ origins, consents }) =>
    outcome({ findings: [...origins.map(findingOfOrigin), ...consents.flatMap(findingsOfConsent)] }),
};

function findingOfOrigin(row: BrokenOrigin): Finding {
  const { tenant_id, registry_type, registry_name, origin } = row;
  const minted = unitsOf(row.minted_co2e);
  return {
    tenant_id,
    registry_type,
    registry_name,
    code: 'SUPPLY_BROKEN',
    subject: `origin ${origin}`,
    mrv_hash: origin,
    tonnes: distance(minted, unitsOf(row.parts_co2e)),
    values: { chain: { minted: row.minted_co2e, parts: row.parts_co2e } },
    credit: { origin, tonnes: minted },
  };
}

/** What the consent says was taken from it, and what was minted from it. */
function findingsOfConsent(row: OverdrawnConsent): Finding[] {
  const { tenant_id, registry_type, registry_name, consent_ref } = row;
  const tonnes = distance(unitsOf(row.minted_co2e), unitsOf(row.debited_co2e));
  if (tonnes === 0n) return [];
  return [
    {
      tenant_id,
      registry_type,
      registry_name,
      code: 'SUPPLY_BROKEN',
      subject: `consent ${registryOf(row)} ${consent_ref}`,
      mrv_hash: null,
      tonnes,
      values: { chain: { minted: row.minted_co2e, debited: row.debited_co2e } },
    },
  ];
}

export const expiry: Rule<ExpiredToken[]> = {
  codes: ['EXPIRED_NOT_MARKED'],
  gather: (trx, { contract_id, cursor }) =>
    gatherExpired(trx, { contract_id, block_time: cursor.block_timestamp }),
  compare: compareExpired,
};

/** Live ones whose last day has passed. */
export function compareExpired(tokens: readonly ExpiredToken[]): Outcome {
  return outcome({
    findings: tokens.map((token) => ({
      tenant_id: token.tenant_id,
      registry_type: token.registry_type,
      registry_name: token.registry_name,
      code: 'EXPIRED_NOT_MARKED',
      subject: `token ${token.token_id}`,
      mrv_hash: token.token_id,
      tonnes: unitsOf(token.tonnage_co2e),
      values: { chain: { status: token.status, expires_on: token.expires_on } },
      credit: { origin: token.origin, tonnes: unitsOf(token.tonnage_co2e) },
    })),
  });
}

export const unknownTokens: Rule<UnknownToken[]> = {
  codes: ['UNKNOWN_TOKEN'],
  gather: (trx, { contract_id }) => gatherUnknown(trx, contract_id),
  compare: (tokens) =>
    outcome({
      findings: tokens.map((token) => {
        const tonnes = unitsOf(token.tonnage_co2e);
        const { minter_account_id, owner_account_id, minted_at, registry_project_id } = token;
        return {
          tenant_id: null,
          registry_type: token.registry_type,
          registry_name: token.registry_name,
          code: 'UNKNOWN_TOKEN',
          subject: `token ${token.token_id}`,
          mrv_hash: token.token_id,
          tonnes,
          values: {
            chain: {
              minted: token.tonnage_co2e,
              minted_at,
              minter_account_id,
              owner_account_id,
              registry_project_id,
            },
            platform: { hash: null },
          },
          credit: { origin: token.token_id, tonnes },
        };
      }),
    }),
};
