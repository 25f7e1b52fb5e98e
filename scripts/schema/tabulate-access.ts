// Owns the tables of who may see what; leaves the same as SQL to describe-grants.ts and describe-guards.ts.

import { LOGINS, roleName } from '../../core/db/logins.ts';
import type { Catalogue } from './catalogue.ts';
import { type Grant, readGrants } from './describe-grants.ts';
import { type Policy, readPolicies } from './describe-guards.ts';

export type Access = { privileges: string; policies: string; columns: string };

export async function tabulateAccess(catalogue: Catalogue): Promise<Access> {
  const grants = (await readGrants(catalogue)).filter(
    ({ verb, kind }) => verb === 'GRANT' && kind === 'TABLE',
  );
  const policies = await readPolicies(catalogue);
  const tables = await catalogue.read<GuardedTable>(GUARDED_TABLES, catalogue.tables);
  return {
    privileges: tabulatePrivileges({ tables, grants, policies }),
    policies: tabulatePolicies(policies),
    columns: tabulateColumns(grants),
  };
}

type GuardedTable = { name: string; is_guarded: boolean };

const LETTERS = { SELECT: 'R', INSERT: 'A', UPDATE: 'C', DELETE: 'D' } as const;
type Privilege = keyof typeof LETTERS;

function tabulatePrivileges(about: { tables: GuardedTable[]; grants: Grant[]; policies: Policy[] }): string {
  const { tables, grants, policies } = about;
  const rows = tables.map((table) => {
    const cells = LOGINS.map((login) => {
      const of_login = grants.filter(
        ({ name, grantee }) => name === table.name && grantee === roleName(login),
      );
      return describeCell({ table, policies, login: roleName(login), grants: of_login });
    });
    return [table.name, ...cells];
  });
  return renderTable(['table', ...LOGINS.map((login) => login.replace('_', ' '))], rows);
}

// A privilege reaches no row of a guarded table unless a policy opens some.
function describeCell(about: {
  table: GuardedTable;
  grants: Grant[];
  policies: Policy[];
  login: string;
}): string {
  const { table, grants, policies, login } = about;
  const open = policies.filter(({ table_name, roles }) => table_name === table.name && roles.includes(login));
  return (Object.keys(LETTERS) as Privilege[])
    .flatMap((privilege) => {
      const found = grants.filter((grant) => grant.privilege === privilege);
      if (found.length === 0) return [];
      const is_whole = found.some(({ column_name }) => column_name === null);
      const letter = is_whole ? LETTERS[privilege] : LETTERS[privilege].toLowerCase();
      const is_open = open.some(({ command }) => command === 'ALL' || command === privilege);
      return [table.is_guarded && !is_open ? `(${letter}: no rows)` : letter];
    })
    .join(' ');
}

function tabulatePolicies(policies: Policy[]): string {
  const groups = Map.groupBy(policies, ({ name, roles, command, using, with_check }) => {
    return JSON.stringify([roles, name, command, using, with_check]);
  });
  const rows = [...groups.values()].map((group) => {
    const [first] = group;
    if (first === undefined) throw new Error('A group of policies holds at least one; this one is empty.');
    const { name, roles, command, using, with_check } = first;
    const logins = roles.map((role) => role.replace(/^dmrv_/, '').replace('_', ' ')).join(', ');
    const tables = group.map(({ table_name }) => table_name);
    const may_write = with_check === null || with_check === using ? '' : `; written: ${code(with_check)}`;
    const rows_of = using === null ? `added: ${code(with_check ?? 'true')}` : code(using) + may_write;
    return [logins, name, command === 'ALL' ? 'all' : command.toLowerCase(), rows_of, tables.join(', ')];
  });
  rows.sort(compareRows);
  return renderTable(['login', 'policy', 'for', 'rows', 'tables'], rows);
}

function tabulateColumns(grants: Grant[]): string {
  const groups = Map.groupBy(
    grants.filter(({ column_name }) => column_name !== null),
    ({ name, grantee, privilege }) => JSON.stringify([grantee, name, privilege]),
  );
  const rows = [...groups.values()].map((group) => {
    const { grantee = '', name = '', privilege = '' } = group[0] ?? {};
    const columns = group.map(({ column_name }) => column_name).join(', ');
    return [grantee.replace(/^dmrv_/, '').replace('_', ' '), name, privilege.toLowerCase(), columns];
  });
  rows.sort(compareRows);
  return renderTable(['login', 'table', 'for', 'only these columns'], rows);
}

// By code points, so that every machine has the same order.
function compareRows(a: string[], b: string[]): number {
  const [left, right] = [a.join(' '), b.join(' ')];
  return left < right ? -1 : Number(left > right);
}

function code(expression: string): string {
  if (expression === 'true') return 'every row';
  return `\`${expression.replaceAll(/\s+/g, ' ')}\``;
}

function renderTable(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => {
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return lines.join('\n');
}

const GUARDED_TABLES = `
  SELECT oid::regclass::text COLLATE "C" AS name, relrowsecurity AS is_guarded
  FROM pg_class WHERE oid = ANY ($1) AND NOT relispartition
  ORDER BY name`;
