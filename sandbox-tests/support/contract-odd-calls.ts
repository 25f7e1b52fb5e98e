// Owns calls that nobody should make: odd values in place of good ones, inputs that are no arguments, views of anything; leaves what is right to the contract.
import type { ContractModel } from './contract-model.ts';
import type { Random } from './random.ts';

const VALUES: readonly [unknown, ...unknown[]] = [
  null,
  '',
  ' ',
  0,
  1,
  -1,
  1.5,
  1e21,
  true,
  [],
  [[]],
  {},
  { toString: 'x' },
  '__proto__',
  'constructor',
  '1e3',
  '0x10',
  '01',
  '-1',
  '1.10',
  '99999999999999999999999999999999999999999',
  'a\nb',
  'a\u0000b',
  '\u007f',
  '\u2028',
  '\ud800',
  '😀'.repeat(60),
  'ü'.repeat(129),
  'x'.repeat(5_000),
  'A'.repeat(64),
  '0'.repeat(64),
  'a..b',
  '2026-02-30',
  { value: '1', typeInfo: 'bigint' },
];

const INPUTS: readonly [string, ...string[]] = [
  '',
  ' ',
  'null',
  '[]',
  '"text"',
  '7',
  '{',
  '{"a":}',
  '{"__proto__":{"token_id":"x"}}',
  '{"token_id":1,"token_id":2}',
  '\u0000',
  '[[[[[[[[[[[[[[[[[[[[',
];

const BYTES: readonly [Uint8Array, ...Uint8Array[]] = [
  Uint8Array.of(0xff, 0xfe),
  Uint8Array.of(0x7b, 0x22, 0xc3, 0x22, 0x7d),
  Uint8Array.of(0x7b, 0x7d, 0x00),
];

/** The same arguments with one value, at any depth, turned into an odd one, left out or doubled. */
export function makeOdd(random: Random, args: object): object {
  const copy = structuredClone(args) as Record<string, unknown>;
  let place: Record<string, unknown> = copy;
  for (;;) {
    const names = Object.keys(place);
    if (names.length === 0) return copy;
    const name = random.pick(names as [string, ...string[]]);
    const value = place[name];
    if (typeof value === 'object' && value !== null && random.below(3) > 0) {
      place = value as Record<string, unknown>;
      continue;
    }
    if (random.below(6) === 0 && !Array.isArray(place)) delete place[name];
    else if (random.below(6) === 0) place[name] = [value, value];
    else place[name] = random.pick(VALUES);
    return copy;
  }
}

export function oddInput(random: Random): Uint8Array {
  return random.below(4) === 0 ? random.pick(BYTES) : new TextEncoder().encode(random.pick(INPUTS));
}

const ACCOUNTS = ['alice.near', 'bob.near', 'nobody.near'] as const;

/** A view with arguments that mostly name something. */
export function makeView(random: Random, model: ContractModel): { method: string; args: object } {
  const hash = random.pick([random.hash(), ...model.credits.keys()]);
  const account_id = random.pick(ACCOUNTS);
  const page = random.pick<object>([{}, { from_index: '1' }, { from_index: '0', limit: 2 }, { limit: 0 }]);
  return random.pick<{ method: string; args: object }>([
    { method: 'nft_token', args: { token_id: hash } },
    { method: 'credit', args: { mrv_hash: hash } },
    { method: 'mrv_hash_status', args: { mrv_hash: hash } },
    { method: 'retirement', args: { token_id: hash } },
    { method: 'lineage', args: { token_id: hash } },
    { method: 'nft_is_approved', args: { token_id: hash, approved_account_id: account_id } },
    { method: 'nft_tokens', args: page },
    { method: 'nft_tokens_for_owner', args: { account_id, ...page } },
    { method: 'nft_supply_for_owner', args: { account_id } },
    { method: 'nft_total_supply', args: {} },
    { method: 'nft_metadata', args: {} },
    { method: 'retirements', args: page },
    { method: 'retirements_for_account', args: { account_id, ...page } },
    { method: 'retirements_for_beneficiary_id', args: { beneficiary_id: `id ${random.below(4)}`, ...page } },
    { method: 'supply', args: {} },
    { method: 'supply', args: { registry: 'verra' } },
    { method: 'supply', args: { vintage_year: 2021 } },
    { method: 'list_roles', args: {} },
    { method: 'rules', args: {} },
    { method: 'limits', args: {} },
  ]);
}
