// Owns being another process that prepares a database; leaves the comparing to schema.spec.ts.

import { prepareDatabase } from '../../core/db/prepare.ts';

const [admin_url = '', database = ''] = process.argv.slice(2);
const log = (line: string): void => void process.stdout.write(`${line}\n`);
await prepareDatabase({ admin_url, database, login_secret: 'the same for all', log });
log('prepared');
