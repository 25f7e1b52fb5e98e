// Owns what differs between chain.* and a replay, and taking the replay over; leaves making it to replay.ts.

import { COLUMNS, FOLDED_TABLES, type FoldedTable, KEYS } from './chain-tables.ts';
import { REPLAY_SCHEMA } from './replay.ts';
import type { Session } from './session.ts';

export interface Difference {
  table: FoldedTable;
  /** Rows that only the replay has, that only the table has, and that differ. */
  missing: number;
  extra: number;
  different: number;
  /** Keys of the first few. */
  examples: string[];
}

const EXAMPLES = 5;

export async function compareReplay(session: Session, contract: string): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const table of FOLDED_TABLES) {
    const { rows } = await session.query<{
      missing: string;
      extra: string;
      different: string;
      examples: string[] | null;
    }>(COMPARE[table], [contract, EXAMPLES]);
    const [row] = rows;
    const counts = {
      missing: Number(row?.missing ?? 0),
      extra: Number(row?.extra ?? 0),
      different: Number(row?.different ?? 0),
    };
    if (counts.missing + counts.extra + counts.different > 0) {
      found.push({ table, ...counts, examples: row?.examples ?? [] });
    }
  }
  return found;
}

/** In the caller's transaction. Rows that are as they should be are not touched. */
export async function takeOver(session: Session, contract: string): Promise<void> {
  // What others point at goes last and comes first.
  for (const table of ['token_events', 'lineage', 'retirements', 'consents', 'tokens'] as const) {
    await session.query(DELETE[table], [contract]);
  }
  for (const table of ['tokens', 'consents', 'retirements', 'token_events', 'lineage'] as const) {
    await session.query(TAKE[table], [contract]);
  }
}

// All texts are made of the names of our own columns.
const COMPARE = textsOf((table) => {
  const key = KEYS[table].map((name) => `coalesce(a.${name}::text, b.${name}::text)`).join(", '/', ");
  return `with differing as (
      select a.near_contract_id as is_there, b.near_contract_id as is_replayed, concat(${key}) as key
      from (select * from chain.${table} where near_contract_id = $1) a
        full join (select * from ${REPLAY_SCHEMA}.${table} where near_contract_id = $1) b on ${sameKey(table)}
      where a.near_contract_id is null or b.near_contract_id is null or ${differs(table)})
    select count(*) filter (where is_there is null) as missing, count(*) filter (where is_replayed is null) as extra,
      count(*) filter (where is_there is not null and is_replayed is not null) as different,
      (array_agg(key order by key))[1:$2] as examples
    from differing`;
});

// The history's rows are one after the other: a row in between moves all that follow, and each event stands once.
const IS_REPLACED: ReadonlySet<FoldedTable> = new Set(['token_events', 'lineage']);

const DELETE = textsOf((table) => {
  const same = IS_REPLACED.has(table) ? `${sameKey(table)} and not (${differs(table)})` : sameKey(table);
  return `delete from chain.${table} a where a.near_contract_id = $1
    and not exists (select from ${REPLAY_SCHEMA}.${table} b where ${same})`;
});

const TAKE = textsOf((table) => {
  const columns = columnsOf(table);
  const set = columns.map((name) => `${name} = excluded.${name}`).join(', ');
  return `insert into chain.${table} (${columns.join(', ')})
    select ${columns.map((name) => `b.${name}`).join(', ')} from ${REPLAY_SCHEMA}.${table} b
    where b.near_contract_id = $1 and not exists
      (select from chain.${table} a where ${sameKey(table)} and not (${differs(table)}))
    on conflict (${KEYS[table].join(', ')}) do update set ${set}`;
});

function sameKey(table: FoldedTable): string {
  // Only one column of a key may be null, and a join by equality is what PostgreSQL can do with both sides whole.
  const spell = (side: string, name: string): string =>
    name === 'registry_name' ? `coalesce(${side}.${name}, '')` : `${side}.${name}`;
  return KEYS[table].map((name) => `${spell('a', name)} = ${spell('b', name)}`).join(' and ');
}

function differs(table: FoldedTable): string {
  const of = (side: string): string =>
    columnsOf(table)
      .map((name) => `${side}.${name}`)
      .join(', ');
  return `(${of('a')}) is distinct from (${of('b')})`;
}

function columnsOf(table: FoldedTable): string[] {
  return Object.keys(COLUMNS[table]);
}

function textsOf(make: (table: FoldedTable) => string): Record<FoldedTable, string> {
  return Object.fromEntries(FOLDED_TABLES.map((table) => [table, make(table)])) as Record<
    FoldedTable,
    string
  >;
}
