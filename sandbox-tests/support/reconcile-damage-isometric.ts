// Owns damage to what a registry says that counts in kilograms and knows retirements by their id; leaves what damage is to
// reconcile-damage.ts.

import type { Damage, Expected } from './reconcile-damage.ts';

const ROWS = 'registry.statement_rows';

function one(code: string, tonnes: string): Expected[] {
  return [{ code, tonnes }];
}

const OF_ID = "kind = 'retirement' and registry_retirement_id = $1";

export const IN_KILOGRAMS: readonly Damage[] = [
  {
    kind: 'one kilogram is missing in holdings',
    tables: [ROWS],
    do: async (copy, pick) => {
      const { start } = pick.take('held', { registry: 'isometric' });
      await copy.damage(
        `update ${ROWS} set serial_range = numrange(lower(serial_range), upper(serial_range) - 1),
           tonnage_co2e = tonnage_co2e - 0.001
         where kind = 'holding' and serial_namespace like 'ISO-%' and lower(serial_range) = $1::numeric`,
        [String(start)],
      );
      return one('BACKING_MISSING', '0.001');
    },
  },
  {
    kind: 'a batch is cancelled whose kilograms are active on chain',
    tables: [ROWS],
    do: async (copy, pick) => {
      const { start } = pick.take('held', { registry: 'isometric' });
      await copy.damage(
        `insert into ${ROWS} (tenant_id, statement_id, line_number, kind, row_sha256, raw, serial_namespace, serial_range,
           tonnage_co2e, happened_on)
         select tenant_id, statement_id, 2, 'cancellation', md5('a') || md5('b'), '{}', 'ISO-1-BSTORE-GBR-F5X7-2024',
           numrange($1::numeric, $1::numeric + 2500), 2.5, current_date - 20
         from registry.statements where registry_type = 'isometric' and kinds = array['cancellations']`,
        [String(start)],
      );
      return one('ENDED_AT_REGISTRY', '2.5');
    },
  },
  {
    kind: 'a retirement under an id is not in the registry’s file',
    tables: [ROWS],
    do: async (copy) => {
      await copy.damage(`delete from ${ROWS} where ${OF_ID}`, ['ret_whole']);
      return one('RETIRED_NOT_AT_REGISTRY', '100');
    },
  },
  {
    kind: 'a retirement under an id has fewer kilograms',
    tables: [ROWS],
    do: async (copy) => {
      await copy.damage(`update ${ROWS} set tonnage_co2e = tonnage_co2e - 0.25 where ${OF_ID}`, ['ret_part']);
      return one('RETIRED_NOT_AT_REGISTRY', '0.25');
    },
  },
  {
    kind: 'the registry retired more under an id than the chain',
    tables: [ROWS],
    do: async (copy) => {
      await copy.damage(`update ${ROWS} set tonnage_co2e = tonnage_co2e + 3 where ${OF_ID}`, [
        'ret_together',
      ]);
      return one('ENDED_AT_REGISTRY', '3');
    },
  },
];
