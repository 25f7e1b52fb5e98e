// Shows that over random sequences of calls the contract agrees with a plain model, and every invariant holds after each step.
import test from 'ava';
import { runSequence } from './support/contract-random.ts';
import { chooseSeed } from './support/random.ts';

const LONG = process.env.DMRV_TEST_LONG === '1';
const STEPS = LONG ? 10_000 : 300;
const SEQUENCES = LONG ? 3 : 1;
const STEPS_A_NOTE = 1_000;

for (let number = 0; number < SEQUENCES; number++) {
  test.serial(`sequence ${number + 1} of ${STEPS} random calls keeps every invariant`, async (t) => {
    t.timeout(LONG ? 3_600_000 : 300_000);
    const seed = number === 0 ? chooseSeed() : `${chooseSeed()}/${number}`;
    t.log(`seed ${seed}`);
    const { broken, seen, live, used } = await runSequence({
      seed,
      steps: STEPS,
      progress: (step) => {
        if (step > 0 && step % STEPS_A_NOTE === 0) console.log(`seed ${seed}: ${step} of ${STEPS} steps`);
      },
    });
    t.log(
      `${used} hashes used, ${live} live; ${[...seen].map(([what, count]) => `${what} ${count}`).join(', ')}`,
    );
    t.is(broken, null);
    // A sequence that only met refusals would show nothing.
    const done = [...seen].filter(([what]) => what.endsWith(' done')).map(([what]) => what.split(' ')[0]);
    for (const method of ['nft_mint', 'nft_transfer', 'nft_approve', 'retire', 'split', 'merge', 'impair']) {
      t.true(done.includes(method), `${method} never succeeded`);
    }
  });
}
