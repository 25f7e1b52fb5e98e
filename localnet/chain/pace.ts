// Owns when blocks are made: a wave for what waits, one at each interval, or none until asked; leaves making them to produce.ts.
import type { BlockProducer, ProducedBlock } from './produce.ts';

/** Nanoseconds since 1970. */
export type Now = () => bigint;

/** Calls back once after that many milliseconds; the answer takes the call back. */
export type Schedule = (callback: () => void, milliseconds: number) => () => void;

/**
 * An outcome is committed to by the block after its own, provable to the one after that, and that one is final
 * under two more.
 */
const FINALISING_BLOCKS = 4;
/** No call lives longer: each hop burns gas, of which a transaction has a limited amount. */
const MAX_WAVE = 10_000;

/** Blocks until nothing waits, and those that make the last outcome provable. */
export function* produceWave(producer: BlockProducer, now: Now): Generator<ProducedBlock> {
  for (let count = 0; !producer.is_idle; count++) {
    if (count === MAX_WAVE) {
      throw new Error(
        `receipts are still under way after ${MAX_WAVE} blocks; the chain does not come to rest`,
      );
    }
    yield producer.produce({ timestamp: now() });
  }
  for (let count = 0; count < FINALISING_BLOCKS; count++) yield producer.produce({ timestamp: now() });
}

/** One block at each interval until it is stopped. A fault stops it too, and is handed on. */
export function produceAtInterval(options: {
  producer: BlockProducer;
  now: Now;
  schedule: Schedule;
  interval_ms: number;
  onBlock(produced: ProducedBlock): void;
  onFault(error: unknown): void;
}): () => void {
  const { producer, now, schedule, interval_ms } = options;
  let cancel = schedule(turn, interval_ms);
  return () => cancel();

  function turn(): void {
    try {
      options.onBlock(producer.produce({ timestamp: now() }));
    } catch (error) {
      options.onFault(error);
      return;
    }
    cancel = schedule(turn, interval_ms);
  }
}
