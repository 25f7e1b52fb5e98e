// Owns how long a clone of the migrated template takes; leaves where the server lies to server.ts.

import { withClient } from '../../core/db/with-client.ts';
import { type Spread, spread, time } from '../bench/measure.ts';
import type { BenchServer } from './server.ts';

const WARM_UP_CLONES = 1;

/** Milliseconds of CREATE DATABASE alone; each clone is dropped before the next is made. */
export async function measureClones(server: BenchServer, { clones }: { clones: number }): Promise<Spread> {
  return withClient(server.admin_url, async (client) => {
    const [name, template] = ['bench_clone', server.template].map((text) => client.escapeIdentifier(text));
    const figures: number[] = [];
    for (let made = 0; made < WARM_UP_CLONES + clones; made += 1) {
      figures.push(
        await time(() => client.query(`create database ${name} template ${template} strategy file_copy`)),
      );
      await client.query(`drop database ${name}`);
    }
    return spread(figures.slice(WARM_UP_CLONES));
  });
}
