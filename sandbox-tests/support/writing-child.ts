// Owns a process that leads and writes made-up blocks for ever, to be killed; leaves what must come of it to the specs.

import { setTimeout as sleep } from 'node:timers/promises';
import { openWriter } from '../../indexer/write/writer.ts';
import { EventMaker, MADE_CONTRACT } from './event-maker.ts';
import { CHAIN, SILENT } from './indexed-tables.ts';

const PAUSE_MS = 5;

const [url = '', indexer_id = '', seed = ''] = process.argv.slice(2);
const writer = await openWriter({
  url,
  contracts: [MADE_CONTRACT],
  ...CHAIN,
  indexer_id,
  signal: new AbortController().signal,
  log: SILENT,
  on_standby: () => console.log('standby'),
});
const height = writer.cursors().get(MADE_CONTRACT)?.height ?? null;
console.log(`leads from ${height ?? 'nothing'}`);

const maker = new EventMaker(seed);
const first = maker.block([maker.consent('consent-1')]);
if (height === null) await writer.write([first]);
for (;;) {
  const credit = maker.plan();
  const block = maker.block([
    maker.mint([credit]),
    maker.transfer(credit.token_id, 'alice.near', 'bob.near'),
  ]);
  if (height !== null && block.facts.height <= height) continue;
  await writer.write([block]);
  console.log(`wrote ${block.facts.height}`);
  await sleep(PAUSE_MS);
}
