// Owns being another process that starts a PostgreSQL and can be killed; leaves the killing to launcher.spec.ts.

import { startPostgres } from '../../core/postgres/index.ts';

const [data_folder = ''] = process.argv.slice(2);
const postgres = await startPostgres({ data_folder, durable: true, log: () => undefined });
await postgres.announce('http://127.0.0.1:1234');
process.stdout.write(`${JSON.stringify({ admin_url: postgres.admin_url, pid: postgres.pid })}\n`);
