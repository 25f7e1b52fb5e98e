// Owns cases that many tables have in the same form; leaves where they stand to the other cases-*.ts.

import { type Case, rowCase } from './case.ts';

type NamedTable =
  | 'core.tenant_registry_connections'
  | 'core.registry_keys'
  | 'registry.registry_submissions'
  | 'registry.serial_blocks'
  | 'registry.consents'
  | 'registry.statements'
  | 'reconciliation.backing'
  | 'credit.credits'
  | 'chain.tokens'
  | 'chain.consents';

/** A registry that is not in the list brings its name, and only that one does. */
export function otherIsNamed(table: NamedTable, constraint: string): Case {
  return rowCase({
    table,
    constraint,
    rule: 'a registry has a name exactly when it is an other one',
    accepted: [{ registry_type: 'other', registry_name: 'A registry' }, { registry_type: 'verra' }],
    refused: [
      { registry_type: 'other' },
      { registry_type: 'other', registry_name: null },
      { registry_type: 'verra', registry_name: 'A registry' },
    ],
  });
}
