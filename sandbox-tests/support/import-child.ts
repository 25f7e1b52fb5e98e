// Owns an import as a process of its own, which stands still where it is told to; leaves killing it to the specs.

import { createReadStream } from 'node:fs';
import { importStatement } from '../../api/registries/import-statement.ts';
import { runAs } from '../../core/db/identity.ts';
import { createPool } from '../../core/db/pool.ts';

const [url = '', tenant_id = '', path = '', staging_folder = '', stop_at = ''] = process.argv.slice(2);
const pool = createPool({ url, max: 1, on_idle_error: () => undefined });
let highest_mb = 0;

const imported = await importStatement(
  {
    transact: (work) => runAs(pool, { identity: { kind: 'tenant', tenant_id, actor: 'command:test' } }, work),
    files: { staging_folder },
  },
  {
    facts: {
      registry_type: 'verra',
      account: 'a large one',
      kinds: ['issuances', 'retirements', 'cancellations'],
      as_of: '2026-04-14T00:00:00Z',
      is_complete: true,
    },
    file_name: 'large.csv',
    bytes: createReadStream(path),
    now: new Date(),
    on_progress: ({ rows }) => {
      highest_mb = Math.max(highest_mb, process.memoryUsage().rss / 2 ** 20);
      if (stop_at === '' || rows < Number(stop_at)) return;
      console.log(`at ${rows}`);
      // Until the spec kills it: the transaction stays open.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    },
  },
);
console.log(`${imported.outcome} ${imported.statement.row_count} ${imported.statement.error_count}`);
console.log(`memory ${Math.ceil(highest_mb)} MiB`);
await pool.end();
