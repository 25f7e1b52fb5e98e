// Owns damage to what registries' files say; leaves what damage is to reconcile-damage.ts.

import type { Damage, Expected } from './reconcile-damage.ts';
import { namespaceOf, type WorldCredit } from './reconcile-fates.ts';

const ROWS = 'registry.statement_rows';
const RANGE = 'numrange($1::numeric, $2::numeric)';

function at(credit: WorldCredit, from = 0n, to = 100n): [string, string, string] {
  return [String(credit.start + from), String(credit.start + to), namespaceOf(credit.tenant)];
}

function one(code: string, tonnes: string): Expected[] {
  return [{ code, tonnes }];
}

const OF_BLOCK = `serial_namespace = $3 and serial_range = ${RANGE}`;

export const STATED: readonly Damage[] = [
  {
    kind: 'a row of holdings is deleted',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(`delete from ${ROWS} where kind = 'holding' and ${OF_BLOCK}`, at(pick.take('held')));
      return one('BACKING_MISSING', '100');
    },
  },
  {
    kind: 'a row of holdings is shortened',
    tables: [ROWS],
    do: async (copy, pick) => {
      const [start, end, namespace] = at(pick.take('held'));
      await copy.damage(
        `update ${ROWS} set serial_range = numrange($1::numeric, $2::numeric - 40), tonnage_co2e = 60
         where kind = 'holding' and ${OF_BLOCK}`,
        [start, end, namespace],
      );
      return one('BACKING_MISSING', '40');
    },
  },
  {
    kind: 'the holding of an impaired credit is deleted',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `delete from ${ROWS} where kind = 'holding' and ${OF_BLOCK}`,
        at(pick.take('impaired')),
      );
      return one('BACKING_MISSING', '100');
    },
  },
  {
    kind: 'units of a cancelled credit are held',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(insertRow('holding', 'holdings.csv'), at(pick.take('cancelled')));
      return one('BACKING_SURPLUS', '100');
    },
  },
  {
    kind: 'units of a confirmed retirement are held',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(insertRow('holding', 'holdings.csv'), at(pick.take('retired')));
      return one('BACKING_SURPLUS', '100');
    },
  },
  {
    kind: 'an issuance is shortened',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set serial_range = numrange($1::numeric, $2::numeric - 10), tonnage_co2e = 90
         where kind = 'issuance' and ${OF_BLOCK}`,
        at(pick.take('held')),
      );
      return one('REGISTRY_ISSUED_DIFFERS', '10');
    },
  },
  {
    kind: 'an issuance has other tonnes',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set tonnage_co2e = 107 where kind = 'issuance' and ${OF_BLOCK}`,
        at(pick.take('held')),
      );
      return one('REGISTRY_ISSUED_DIFFERS', '7');
    },
  },
  {
    kind: 'an issuance is deleted',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(`delete from ${ROWS} where kind = 'issuance' and ${OF_BLOCK}`, at(pick.take('held')));
      return one('REGISTRY_ISSUED_DIFFERS', '100');
    },
  },
  {
    kind: 'the registry takes a retirement back',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set kind = 'issuance' where kind = 'retirement' and ${OF_BLOCK}`,
        at(pick.take('retired')),
      );
      return one('RETIRED_NOT_AT_REGISTRY', '100');
    },
  },
  {
    kind: 'the registry takes a retirement of a part back',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set kind = 'issuance' where kind = 'retirement' and ${OF_BLOCK}`,
        at(pick.take('retired in part'), 0n, 30n),
      );
      return one('RETIRED_NOT_AT_REGISTRY', '30');
    },
  },
  {
    kind: 'the registry shortens one of two retirements under one id',
    tables: [ROWS],
    do: async (copy, pick) => {
      const credit = pick.take('retired together');
      await copy.damage(
        `update ${ROWS} set serial_range = numrange($1::numeric, $2::numeric - 25), tonnage_co2e = 75
         where kind = 'retirement' and ${OF_BLOCK}`,
        at(credit),
      );
      await copy.damage(insertRow('issuance', 'transactions.csv'), at(credit, 75n));
      return one('RETIRED_NOT_AT_REGISTRY', '25');
    },
  },
  {
    kind: 'the registry retires what is active on chain',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        `update ${ROWS} set kind = 'retirement', happened_on = current_date - 20 where kind = 'issuance' and ${OF_BLOCK}`,
        at(pick.take('held')),
      );
      return one('ENDED_AT_REGISTRY', '100');
    },
  },
  {
    kind: 'the registry cancels a part of what is active on chain',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(insertRow('cancellation', 'transactions.csv'), at(pick.take('held'), 0n, 25n));
      return one('ENDED_AT_REGISTRY', '25');
    },
  },
  {
    kind: 'an old export says retired or cancelled of what is active on chain',
    tables: [ROWS],
    do: async (copy, pick) => {
      await copy.damage(
        insertRow('retired_or_cancelled', 'transactions.csv'),
        at(pick.take('held'), 50n, 100n),
      );
      return one('ENDED_AT_REGISTRY', '50');
    },
  },
];

function insertRow(kind: string, file_name: string): string {
  return `insert into ${ROWS} (tenant_id, statement_id, line_number, kind, row_sha256, raw, serial_namespace, serial_range,
      tonnage_co2e, happened_on)
    select s.tenant_id, s.statement_id, 100000 + $1::integer, '${kind}', md5($1::text || '${kind}') || md5($2::text || '${kind}'), '{}', $3, ${RANGE},
      $2::numeric - $1::numeric, current_date - 20
    from registry.statements s where s.file_name = '${file_name}'
      and exists (select from ${ROWS} r where r.statement_id = s.statement_id and r.serial_namespace = $3)`;
}
