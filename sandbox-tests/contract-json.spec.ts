// Shows that JSON which the contract puts together by hand is JSON, whatever texts stand in it, and says the same in views and events.
import { createHash } from 'node:crypto';
import test from 'ava';
import type { ContractEvent } from '../contracts/credit/event-types.ts';
import { mintCallOf } from './support/contract-calls.ts';
import { type ContractWorld, openContractWorld } from './support/contract-world.ts';

const AWKWARD = ['"', '\\', 'a"b\\c"', '{"a":[1]}', 'Zoë 汉 🌱', `'\${x}'`, '</script>'];
const FULL = {
  expires_on: '2030-12-31',
  buffer_tonnage: '7.5',
  reference: 'https://example.org/ü?a=1&b=<2>',
  reference_hash: createHash('sha256').update('x').digest('base64'),
};

let world: ContractWorld;

test.before(async () => {
  world = await openContractWorld();
});

test.after.always(async () => {
  await world.chain.stop();
});

for (const [what, change] of [
  ['every field', FULL],
  ['no field that may be absent', { serial: undefined }],
] as const) {
  test.serial(`of a credit with ${what} the token, the credit and the event say the same`, (t) => {
    const { chain } = world;
    const call = mintCallOf(world, change);
    const { mrv_hash, credit } = call.args as { mrv_hash: string; credit: Record<string, unknown> };
    const { events } = chain.mustCall(call);
    const shown = chain.view('credit', { mrv_hash }) as Record<string, unknown>;
    const token = chain.view('nft_token', { token_id: mrv_hash }) as { metadata: Record<string, unknown> };
    const extra = JSON.parse(token.metadata.extra as string) as Record<string, unknown>;
    for (const [name, value] of Object.entries(extra)) t.deepEqual(shown[name], value, name);
    const { serial, ...given } = JSON.parse(JSON.stringify(credit)) as Record<string, unknown>;
    t.like(extra, { ...given, origin: mrv_hash });
    t.is(extra.serial === undefined, serial === undefined);
    const issued = firstItem(events);
    const { origin, ...facts } = extra;
    t.is(origin, mrv_hash);
    t.like(issued, facts);
    t.deepEqual(chain.view('nft_tokens_for_owner', { account_id: 'alice.near', from_index: '0', limit: 1 }), [
      chain.view('nft_token', {
        token_id: (chain.view('nft_tokens', { limit: 1 }) as { token_id: string }[])[0]?.token_id,
      }),
    ]);
  });
}

for (const text of AWKWARD) {
  test.serial(`a retirement that says ${text} says so in its event and its views`, (t) => {
    const { chain } = world;
    const said = {
      beneficiary: text,
      beneficiary_id: text,
      reason: text,
      purpose: text,
      jurisdiction: text,
      consumption_period: text,
    };
    const token_id = world.mint();
    const args = { token_id, beneficiary_kind: 'organisation', ...said };
    const { events } = chain.mustCall({ from: 'alice.near', method: 'retire', args, deposit: 1n });
    const event = firstItem(events);
    t.like(event, said);
    world.act('registry.near', 'refuse_retirement', { token_id, reason: text });
    const shown = chain.view('retirement', { token_id }) as { statements: object[] };
    t.like(shown, { ...event, registry_status: 'refused' });
    t.like(shown.statements[0], { reason: text });
    const list = chain.view('retirements_for_beneficiary_id', { beneficiary_id: text });
    t.deepEqual(list, [shown]);
  });
}

test.serial('a memo that needs escapes is told as it was given', (t) => {
  const memo = AWKWARD.join(' ');
  const call = world.mintCall();
  const { events } = world.chain.mustCall({ ...call, args: { ...call.args, memo } });
  for (const { data } of events) t.like(data[0], { memo });
});

function firstItem(events: readonly ContractEvent[]): object {
  const item = events[0]?.data[0];
  if (item === undefined) throw new Error('no event was told');
  return item;
}
