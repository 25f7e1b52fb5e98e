// Owns writing the proof files that tests without a chain read; leaves the story they come from to proof-story.ts.
// Run by hand where the form or the story changes: node sandbox-tests/support/write-proof-fixtures.ts
import { mkdir, writeFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { encodeBase58 } from '../../core/near/base58.ts';
import { playProofStory } from './proof-story.ts';

const FOLDER = new URL('../fixtures/proofs/', import.meta.url);
const ends: (() => unknown)[] = [];
const t = { teardown: (end: () => unknown) => ends.push(end) } as unknown as ExecutionContext;

const story = await playProofStory(t);
const { chain } = story.world.chain.node;
const { retired } = story;
const files = {
  'whole.json': await story.prove(retired.whole, { with_payload: true }),
  'part-refused.json': await story.prove(retired.part),
  'merged.json': await story.prove(retired.merged),
  'batch-first.json': await story.prove(retired.batch[0] ?? ''),
  'batch-second.json': await story.prove(retired.batch[1] ?? ''),
  'hidden.json': await story.prove(retired.hidden),
  'revealed.json': await story.prove(retired.revealed),
  'signed-path.json': await story.prove(retired.hidden, { from: encodeBase58(chain.genesis.hash) }),
};
await mkdir(FOLDER, { recursive: true });
for (const [name, bundle] of Object.entries(files)) {
  await writeFile(new URL(name, FOLDER), `${JSON.stringify(bundle, null, 1)}\n`);
}
for (const end of ends.reverse()) await end();
