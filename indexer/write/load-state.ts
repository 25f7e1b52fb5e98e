// Owns reading the rows that a fold needs; leaves which those are, and their meaning, to indexer/projectors.

import type { ChainState, ConsentRow, Needs, RetirementRow, TokenRow } from '../projectors/rows.ts';
import { COLUMNS } from './chain-tables.ts';
import type { Session } from './session.ts';

/** The rows of every contract that the events name, out of chain.* or a rebuild's own tables. */
export async function loadState(
  session: Session,
  { needs, schema }: { needs: ReadonlyMap<string, Needs>; schema: string },
): Promise<ChainState> {
  const texts = TEXTS[schema] ?? makeTexts(schema);
  TEXTS[schema] = texts;
  // All of them leave at once.
  const asked = [...needs].map(([contract, { tokens, origins, consents, retirements }]) =>
    Promise.all([
      origins.length === 0
        ? session.query<TokenRow>(texts.tokens, [contract, tokens])
        : session.query<TokenRow>(texts.families, [contract, tokens, origins]),
      consents.length === 0
        ? { rows: [] }
        : session.query<ConsentRow>(texts.consents, [
            contract,
            consents.map(({ registry_type }) => registry_type),
            consents.map(({ registry_name }) => registry_name),
            consents.map(({ consent_ref }) => consent_ref),
          ]),
      retirements.length === 0
        ? { rows: [] }
        : session.query<RetirementRow>(texts.retirements, [contract, retirements]),
    ]),
  );
  const loaded = await Promise.all(asked);
  return {
    tokens: loaded.flatMap(([tokens]) => tokens.rows),
    consents: loaded.flatMap(([, consents]) => consents.rows),
    retirements: loaded.flatMap(([, , retirements]) =>
      retirements.rows.map((row) => ({ ...row, block_height: BigInt(row.block_height) })),
    ),
  };
}

type Texts = { tokens: string; families: string; consents: string; retirements: string };

const TEXTS: Record<string, Texts> = {};

function makeTexts(schema: string): Texts {
  const tokens = list(COLUMNS.tokens, 't');
  return {
    tokens: `select ${tokens} from ${schema}.tokens t where t.near_contract_id = $1 and t.token_id = any($2)`,
    families: `select ${tokens} from ${schema}.tokens t where t.near_contract_id = $1 and t.token_id = any($2)
      union all select ${tokens} from ${schema}.tokens t
      where t.near_contract_id = $1 and t.origin = any($3) and t.token_id <> all($2)`,
    consents: `select ${list(COLUMNS.consents, 'c')}
      from unnest($2::text[], $3::text[], $4::text[]) as k (registry_type, registry_name, consent_ref)
        join ${schema}.consents c on c.near_contract_id = $1 and c.registry_type = k.registry_type
          and c.consent_ref = k.consent_ref and c.registry_name is not distinct from k.registry_name`,
    retirements: `select ${list(COLUMNS.retirements, 'r')} from ${schema}.retirements r
      where r.near_contract_id = $1 and r.token_id = any($2)`,
  };
}

// Every value as the fold spells it: texts, but for small integers and truth values.
export function list(columns: Readonly<Record<string, string>>, table: string): string {
  return Object.entries(columns)
    .map(([name, type]) => `${read(`${table}.${name}`, type)} as ${name}`)
    .join(', ');
}

function read(column: string, type: string): string {
  if (type === 'timestamptz') return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  return type === 'int4' || type === 'bool' ? column : `${column}::text`;
}
