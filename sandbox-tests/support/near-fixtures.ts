// Owns reading the real NEAR data in fixtures/near for tests; leaves what it must satisfy to them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNearJson } from '../../core/near/json.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'near');

export function readNearFixture<T>(name: string): T {
  return parseNearJson(readFileSync(join(FOLDER, name), 'utf8')) as T;
}
