// Shows that accounts, keys, calls, promises and refunds end as NEAR's rules say; also run against near-sandbox.
import test from 'ava';
import { type Facts, playSteps } from '../scripts/test-sandbox/play.ts';
import { makeScenarios, WATCHED } from '../scripts/test-sandbox/scenarios.ts';
import { serveChain } from './support/served-chain.ts';

const SEED = 'scenarios';
const PRICE = 100_000_000n;
const NEW_ACCOUNT_GAS = 7_200_000_000_000n;

/** How each step ends: what the step's first receipt, or its refusal, says. */
const ENDINGS: Readonly<Record<string, RegExp>> = {
  'an account that is there is made again': /AccountAlreadyExists/,
  'an account is made below a stranger': /CreateAccountNotAllowed/,
  'a transfer to nobody comes back': /AccountDoesNotExist/,
  'a transfer beyond the balance is refused': /^INVALID_TRANSACTION .*NotEnoughBalance/,
  'the second of two actions fails, the first is undone': /"index":1,.*ActorNoPermission/,
  'a panic': /Smart contract panicked: no such luck/,
  'a panic gives the deposit back': /Smart contract panicked/,
  'a panic undoes the call before it': /"index":1,.*Smart contract panicked/,
  'an unreachable instruction': /unreachable/,
  'a division by zero': /WebAssembly trap|divi/,
  'a pointer outside the memory': /ExecutionError/,
  'too many logs': /ExecutionError/,
  'a loop runs out of gas': /Exceeded the prepaid gas/,
  'gas ends in a host function': /Exceeded the prepaid gas/,
  'a method that is not there': /MethodNotFound/,
  'a call without a contract': /CodeDoesNotExist/,
  'a call without gas is refused': /^INVALID_TRANSACTION .*FunctionCallZeroAttachedGas/,
  'a callback after success': /goes on in receipt 0\.1/,
  'a callback after a panic': /goes on in receipt 0\.1/,
  'a promise that fails gives its deposit back': /goes on in receipt 0\.1/,
  'a callback after an account that is not there': /goes on in receipt 0\.1/,
  'a callback after two promises': /goes on in receipt 0\.2/,
  'too little gas for the promises': /Exceeded the prepaid gas/,
  'a key that is there is added again': /AddKeyAlreadyExists/,
  'another method is refused': /MethodNameMismatch/,
  'another contract is refused': /ReceiverMismatch/,
  'a deposit is refused': /DepositWithFunctionCall/,
  'a transfer by the key is refused': /RequiresFullAccess/,
  'a key that is not there is deleted': /DeleteKeyDoesNotExist/,
  'a deleted key is refused': /AccessKeyNotFound/,
  'bytes that are no program are called': /CompilationError/,
  'a method of the replaced contract is called': /MethodNotFound/,
  'a stranger deletes an account': /ActorNoPermission/,
  'a transfer to a deleted account comes back': /AccountDoesNotExist/,
};

test('each transaction ends as it must, burns gas at the lowest price, and gives back what a failed call was paid', async (t) => {
  const { url, root, faults } = await serveChain(t);
  const steps = makeScenarios(SEED);
  const chain = { name: 'chain', url, root };
  const played = await playSteps({ chain, seed: SEED, steps, watched: WATCHED });
  t.deepEqual(
    Object.keys(ENDINGS).filter((title) => !steps.some((step) => step.title === title)),
    [],
    'an ending is expected of a step that there is not',
  );
  for (const { title, places } of played) {
    const first = places.get('receipt 0') ?? places.get('transaction');
    t.regex(first?.status ?? '', ENDINGS[title] ?? /^\{"SuccessValue":/, title);
    for (const [place, facts] of places)
      if (paysGas(facts)) t.is(facts.tokens_burnt, priceOf(facts), `${title}, ${place}`);
  }
  t.deepEqual(faults, []);
  for (const title of ['a transfer to nobody comes back', 'a panic gives the deposit back']) {
    const places = played.find((step) => step.title === title)?.places ?? new Map<string, Facts>();
    const burnt = [...places.values()].reduce(
      (sum, { tokens_burnt = '0' }) => sum + BigInt(tokens_burnt),
      0n,
    );
    t.true(burnt > 0n);
    t.is(places.get('account ada.test.near')?.['amount changes by'], String(-burnt), title);
  }
});

/** Refunds burn gas that nobody pays; a new account costs an amount of its own. */
function paysGas({ tokens_burnt, gas_burnt = '0' }: Facts): boolean {
  return tokens_burnt !== undefined && tokens_burnt !== '0' && BigInt(gas_burnt) < NEW_ACCOUNT_GAS;
}

function priceOf({ gas_burnt = '0' }: Facts): string {
  return String(BigInt(gas_burnt) * PRICE);
}
