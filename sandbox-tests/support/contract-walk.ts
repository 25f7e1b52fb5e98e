// Owns one walk through every method of the contract, each called well at least once; leaves what must come of it to the specs.
import { createHash } from 'node:crypto';
import {
  builtContract,
  type ContractChainOptions,
  ENOUGH_DEPOSIT,
  MOST_GAS,
  OWNER_ID,
} from './contract-chain.ts';
import { commitmentOf } from './contract-model.ts';
import {
  type ContractWorld,
  DAY_NS,
  FIRST_DAY,
  hashOf,
  REGISTRY,
  UPGRADE_DELAY_NS,
  usualConsent,
  usualCredit,
} from './contract-world.ts';
import { contract } from './near-runtime.ts';

export const KEEPER = 'keeper.near';
export const RETURNER = 'returner.near';
export const SALT = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
export const HIDDEN_NAME = 'Zoë Müller';
const ORGANISATION = {
  beneficiary: 'Acme GmbH',
  beneficiary_kind: 'organisation',
  reason: 'Emissions of 2025',
};
const REFERENCE_HASH = createHash('sha256').update('a').digest('base64');
const EVIDENCE = { registry_retired_on: FIRST_DAY, evidence_sha256: hashOf('evidence') };

/** For the chain's options: contracts that keep what they are sent, and that give it back. */
export const RECEIVERS: NonNullable<ContractChainOptions['accounts']> = [
  { account_id: KEEPER, code: answering('false') },
  { account_id: RETURNER, code: answering('true') },
];

/** Hashes by what became of them. */
export interface Walk {
  /** Minted to alice, kept by a receiver. */
  kept: string;
  /** Given back by a receiver, then transferred to bob. */
  sold: string;
  /** Divided by its owner into three parts: two merged, the third retired in part. */
  divided: string;
  parts: [string, string, string];
  merged: string;
  retired_part: string;
  rest: string;
  /** Whole, confirmed and amended. */
  retired: string;
  /** By a commitment, refused, revealed. */
  hidden: string;
  /** One of a batch with `batched`. */
  batched: [string, string];
  impaired: string;
  restored: string;
  invalidated: [string, string];
  redeemed: string;
  cancelled: string;
  expired: string;
  /** It took the place of a cancelled one. */
  replacing: string;
  methods: ReadonlySet<string>;
}

/** The world is fresh: born, with its roles and consents. */
export async function walkContract(world: ContractWorld): Promise<Walk> {
  const methods = new Set<string>(['new', 'migrate', 'nft_resolve_transfer']);
  const act = (from: string, method: string, args: object = {}, deposit = 1n): unknown => {
    methods.add(method);
    return world.chain.mustCall({ from, method, args, deposit }).value;
  };
  const pay = (from: string, method: string, args: object) => act(from, method, args, ENOUGH_DEPOSIT);
  methods.add('grant_role').add('record_consent').add('nft_mint');
  rule(act);
  consent(act, pay);
  const minted = mintAll(world, pay);
  transfer(act, minted);
  const parts = divide(act, pay, minted);
  retire(act, pay, minted);
  endOthers(act, minted);
  await expireAndUpgrade(world, act, minted);
  methods.add('upgrade');
  const { mint: _, ...hashes } = minted;
  return { ...hashes, ...parts, methods };
}

type Act = (from: string, method: string, args?: object, deposit?: bigint) => unknown;
type Pay = (from: string, method: string, args: object) => unknown;

function rule(act: Act): void {
  const minter = { role: 'minter', account_id: 'bob.near', registry: REGISTRY };
  act(OWNER_ID, 'grant_role', { ...minter, daily_tonnage: '5000' });
  act(OWNER_ID, 'revoke_role', minter);
  act(OWNER_ID, 'propose_owner', { account_id: 'market.near' });
  act(OWNER_ID, 'cancel_owner_proposal');
  act(OWNER_ID, 'propose_owner', { account_id: 'market.near' });
  act('market.near', 'accept_owner');
  act('market.near', 'propose_owner', { account_id: OWNER_ID });
  act(OWNER_ID, 'accept_owner');
  act('guardian.near', 'pause', { feature: 'mint' });
  act(OWNER_ID, 'unpause', { feature: 'mint' });
  act(OWNER_ID, 'announce_upgrade', { code_sha256: hashOf('another code') });
  act(OWNER_ID, 'cancel_upgrade');
}

function consent(act: Act, pay: Pay): void {
  const serial = { namespace: 'BLOCK', start: '18446744073709551616' };
  const record = { ...usualConsent(REGISTRY), consent_ref: 'with serials', tonnage: '1000', serial };
  pay('agent.near', 'record_consent', { ...record, valid_to: '2026-12-31' });
  pay('registry.near', 'record_consent', { ...usualConsent(REGISTRY), consent_ref: 'withdrawn' });
  act('agent.near', 'withdraw_consent', { registry: REGISTRY, consent_ref: 'withdrawn' });
}

function mintAll(world: ContractWorld, pay: Pay) {
  let number = 0;
  const wish = (credit: object = {}) => {
    number += 1;
    const serial = { namespace: 'VCS-1234-2025', start: `${number * 1_000}` };
    const mrv_hash = world.nextHash();
    return { receiver_id: 'alice.near', mrv_hash, credit: { ...usualCredit(), serial, ...credit } };
  };
  const mint = (credit: object = {}): string => {
    const args = wish(credit);
    pay('minter.near', 'nft_mint', args);
    return args.mrv_hash;
  };
  const block = { consent_ref: 'with serials', buffer_tonnage: '7.5', expires_on: '2030-12-31' };
  const batch = [
    wish({ ...block, serial: { namespace: 'BLOCK', start: '18446744073709551616' } }),
    wish({ ...block, serial: { namespace: 'BLOCK', start: '18446744073709551716' } }),
  ];
  pay('minter.near', 'nft_mint_batch', { mints: batch });
  const batched = batch.map(({ mrv_hash }) => mrv_hash) as [string, string];
  const { serial: _, ...unnumbered } = usualCredit();
  return {
    batched,
    kept: mint(),
    sold: mint(),
    divided: mint({ reference: 'https://example.org/a', reference_hash: REFERENCE_HASH }),
    retired: mint(),
    hidden: mint(),
    impaired: mint(),
    restored: mint(),
    invalidated: [mint(), mint()] as [string, string],
    redeemed: mint({ ...unnumbered, serial: undefined }),
    cancelled: mint(),
    expired: mint({ expires_on: FIRST_DAY }),
    replacing: '',
    mint,
  };
}

type Minted = ReturnType<typeof mintAll>;

function transfer(act: Act, { kept, sold }: Minted): void {
  act('alice.near', 'nft_approve', { token_id: sold, account_id: 'market.near' }, ENOUGH_DEPOSIT);
  act('alice.near', 'nft_revoke', { token_id: sold, account_id: 'market.near' });
  act('alice.near', 'nft_approve', { token_id: sold, account_id: 'market.near' }, ENOUGH_DEPOSIT);
  act('alice.near', 'nft_revoke_all', { token_id: sold });
  act('alice.near', 'nft_transfer_call', { receiver_id: KEEPER, token_id: kept, msg: '' });
  act('alice.near', 'nft_transfer_call', { receiver_id: RETURNER, token_id: sold, msg: '' });
  act('alice.near', 'nft_transfer', { receiver_id: 'bob.near', token_id: sold, memo: 'invoice "7"' });
}

function divide(act: Act, pay: Pay, { divided }: Minted) {
  const tonnages = ['30', '30', '40'];
  const parts = pay('alice.near', 'split', { token_id: divided, tonnages }) as [string, string, string];
  const merged = pay('alice.near', 'merge', { token_ids: [parts[0], parts[1]] }) as string;
  const third = { token_id: parts[2], tonnage: '15', ...ORGANISATION };
  const retired_part = pay('alice.near', 'retire', third) as string;
  const rest = createHash('sha256').update(`dmrv:split:1\n${parts[2]}\n1\n2500000000`).digest('hex');
  act('alice.near', 'nft_transfer', { receiver_id: 'carol.near', token_id: merged });
  return { parts, merged, retired_part, rest };
}

function retire(act: Act, pay: Pay, { batched, retired, hidden }: Minted): void {
  act('alice.near', 'retire', { token_id: retired, ...ORGANISATION, beneficiary_id: 'lei:5299' });
  const retirements = batched.map((token_id) => ({ token_id, ...ORGANISATION }));
  act('alice.near', 'retire_batch', { retirements });
  const beneficiary_commitment = commitmentOf({ beneficiary: HIDDEN_NAME, salt: SALT });
  act('alice.near', 'retire', { token_id: hidden, beneficiary_commitment, beneficiary_kind: 'individual' });
  act('alice.near', 'reveal_beneficiary', { token_id: hidden, beneficiary: HIDDEN_NAME, salt: SALT });
  act('agent.near', 'refuse_retirement', { token_id: hidden, reason: 'The block was cancelled' });
  const confirm = { token_id: retired, ...EVIDENCE };
  act('agent.near', 'confirm_retirement', { ...confirm, registry_retirement_id: 'R-17' });
  pay('registry.near', 'confirm_retirement', { ...confirm, registry_retirement_id: 'R-18' });
}

function endOthers(act: Act, minted: Minted): void {
  const { impaired, restored, invalidated, redeemed, cancelled } = minted;
  act('registry.near', 'impair', { token_id: impaired, reason: 'Fire' });
  act('registry.near', 'impair', { origin: restored, reason: 'Fire in the area' });
  act('agent.near', 'restore', { origin: restored, reason: 'Covered by the buffer' });
  const why = { reason: 'Wrong baseline', reference: 'case 7' };
  act('registry.near', 'invalidate', { token_ids: invalidated, ...why });
  act('alice.near', 'redeem', { token_id: redeemed, registry_account: 'VERRA-77' });
  act('registry.near', 'cancel', { token_id: cancelled, reason: 'Moved to another chain' });
  minted.replacing = minted.mint({ replaces: cancelled });
}

async function expireAndUpgrade({ chain }: ContractWorld, act: Act, { expired }: Minted): Promise<void> {
  const { wasm } = await builtContract();
  const code_sha256 = createHash('sha256').update(wasm).digest('hex');
  act(OWNER_ID, 'announce_upgrade', { code_sha256 });
  await chain.advanceTo(chain.now() + (UPGRADE_DELAY_NS > DAY_NS ? UPGRADE_DELAY_NS : DAY_NS));
  act('bob.near', 'expire', { token_id: expired }, 0n);
  chain.mustCall({ from: OWNER_ID, method: 'upgrade', raw: wasm, deposit: 1n, gas: MOST_GAS });
}

function answering(text: string): Uint8Array {
  return contract(
    { nft_on_transfer: `(call $value_return (i64.const ${text.length}) (i64.const 0))` },
    { 0: text },
  );
}
