// Owns one timed start of a localnet and a second one, printed as JSON; leaves repeating and judging to starting.ts.

import { time } from '../bench/measure.ts';

const before = performance.now();
const { startLocalnet } = await import('../../localnet/start-localnet.ts');
const load_ms = performance.now() - before;

const call_ms = await timeStart();
const again_ms = await timeStart();
console.log(JSON.stringify({ load_ms, call_ms, again_ms }));

async function timeStart(): Promise<number> {
  const started: { stop(): Promise<void> }[] = [];
  const ms = await time(async () => started.push(await startLocalnet()));
  for (const localnet of started) await localnet.stop();
  return ms;
}
