// Shows that what is reserved at birth pays for all that a credit may ever need, each field at its limit, and that no call logs more than NEAR takes.
import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { LOG_BYTES } from '../contracts/credit/limits.ts';
import { YOCTO_PER_NEAR } from '../localnet/node/options.ts';
import {
  type Call,
  type ContractChain,
  ENOUGH_DEPOSIT,
  expectPanic,
  OWNER_ID,
} from './support/contract-chain.ts';
import { type ContractWorld, FIRST_DAY, hashOf, openContractWorld } from './support/contract-world.ts';

const YOCTO_PER_BYTE = 10n ** 19n;
const LINK_BYTES = 512;
const TONNES = '100000000000.00000001';
/** As long as ids may be. */
const long = (letter: string) => `${letter.repeat(59)}.near`;
const MINTER = long('m');
const HOLDER = long('h');
const BUYER = long('b');
const AGENT = long('a');
const APPROVED = Array.from({ length: 8 }, (_, index) => `${index}${'p'.repeat(58)}.near`);
const ACTOR = APPROVED[0] ?? '';
const REGISTRY = `other:${'r'.repeat(64)}`;
const UNIT = '0.00000001';
const RICH = 100n * YOCTO_PER_NEAR;

/** Three bytes a character, and one more byte to the limit. */
const wide = (bytes: number) => '汉'.repeat(Math.floor(bytes / 3)) + 'a'.repeat(bytes % 3);

let world: ContractWorld;
let chain: ContractChain;
/** What the contract may spend: its balance without what its storage locks. */
let least: bigint;

test.beforeEach(async () => {
  const accounts = [MINTER, HOLDER, BUYER, AGENT, ...APPROVED].map((account_id) => ({ account_id }));
  world = await openContractWorld({ accounts });
  chain = world.chain;
  const grant = (role: string, account_id: string, more = {}) =>
    world.act(OWNER_ID, 'grant_role', { role, account_id, registry: REGISTRY, ...more });
  grant('minter', MINTER, { daily_tonnage: '999999999999' });
  grant('registry_agent', AGENT);
  least = free();
});

test.afterEach.always(async () => {
  await chain.stop();
});

test.serial(
  'a credit of the longest texts is paid for at each step from its consent to its confirmation',
  (t) => {
    const pay = payer(t);
    pay(consent('1'));
    const token_id = hashOf('first');
    pay(mint(token_id, '1'));
    approveAll(pay, HOLDER, token_id);
    for (const [from, receiver_id] of [
      [HOLDER, BUYER],
      [BUYER, HOLDER],
    ] as const) {
      pay({ from, method: 'nft_transfer', args: { receiver_id, token_id }, deposit: 1n });
      approveAll(pay, receiver_id, token_id);
    }
    pay({ from: ACTOR, method: 'retire', args: wish(token_id), deposit: 1n });
    tellAllOf(pay, token_id);
    t.true(free() >= least);
  },
);

test.serial(
  'parts of the longest texts are paid for, split, approved, merged, retired and confirmed',
  (t) => {
    const pay = payer(t);
    pay(consent('1'));
    const token_id = hashOf('whole');
    pay(mint(token_id, '1'));
    approveAll(pay, HOLDER, token_id);
    pay({ from: AGENT, method: 'impair', args: { origin: token_id, reason: wide(256) }, deposit: 1n });
    pay({ from: AGENT, method: 'restore', args: { origin: token_id, reason: wide(256) }, deposit: 1n });
    const tonnages = ['99999999999.00000001', ...new Array<string>(9).fill('0.00000001')];
    const rest = '0.99999991';
    const split: Call = {
      from: HOLDER,
      method: 'split',
      args: { token_id, tonnages: [...tonnages, rest] },
      deposit: RICH,
    };
    const parts = pay(split) as string[];
    const [first = '', second = '', third = '', ...others] = parts;
    for (const part of parts) approveAll(pay, HOLDER, part);
    const merged = pay({
      from: HOLDER,
      method: 'merge',
      args: { token_ids: [second, third] },
      deposit: RICH,
    }) as string;
    approveAll(pay, HOLDER, merged);
    for (const part of [first, merged]) {
      pay({ from: ACTOR, method: 'retire', args: wish(part), deposit: 1n });
      tellAllOf(pay, part);
    }
    const reason = wide(256);
    pay({ from: AGENT, method: 'impair', args: { token_id: others[0], reason }, deposit: 1n });
    const reference = wide(64);
    pay({
      from: AGENT,
      method: 'invalidate',
      args: { token_ids: others.slice(0, 3), reason, reference },
      deposit: 1n,
    });
    pay({ from: AGENT, method: 'cancel', args: { token_id: others[3], reason }, deposit: 1n });
    pay({
      from: HOLDER,
      method: 'redeem',
      args: { token_id: others[4], registry_account: reference },
      deposit: 1n,
    });
  },
);

test.serial('a retired part of the longest texts, and what is left of the whole, are paid for', (t) => {
  const pay = payer(t);
  pay(consent('1'));
  const token_id = hashOf('partly');
  pay(mint(token_id, '1'));
  approveAll(pay, HOLDER, token_id);
  const args = { ...wish(token_id), tonnage: UNIT };
  const part = pay({ from: ACTOR, method: 'retire', args, deposit: RICH }) as string;
  tellAllOf(pay, part);
});

test.serial('a credit that nobody else owns pays for the first page of its owner too', (t) => {
  const pay = payer(t);
  // The eighth fills the pages of both lists.
  for (let index = 1; index <= 9; index++) {
    pay(consent(`${index}`));
    pay(mint(hashOf(`page ${index}`), `${index}`));
  }
});

test.serial('a mint batch of wide characters is refused with a code where its logs are too long', (t) => {
  const mints = Array.from({ length: 20 }, () => ({ ...world.mintCall().args, memo: '汉'.repeat(85) }));
  const call: Call = { from: 'minter.near', method: 'nft_mint_batch', args: { mints }, deposit: RICH };
  const characters = JSON.stringify(mints).length;
  t.true(characters < LOG_BYTES, `${characters} characters would be too many by themselves`);
  t.regex(expectPanic(t, chain, 'TOO_MANY', call), /the events would have \d+ bytes/);
  chain.mustCall({ ...call, args: { mints: mints.slice(0, 10) } });
});

test.serial(
  'retirements of parts in wide characters are refused with a code, however short each log is',
  (t) => {
    for (const count of [6, 7, 8, 9, 10]) {
      const hashes = Array.from({ length: count }, (_, index) => hashOf(`${count} ${index}`));
      for (const [index, hash] of hashes.entries()) {
        const ref = `wide ${count} ${index}`;
        chain.mustCall(consent(ref));
        chain.mustCall(mint(hash, ref, '1'));
      }
      const retirements = hashes.map((token_id) => ({ ...wish(token_id), tonnage: UNIT }));
      const call: Call = { from: HOLDER, method: 'retire_batch', args: { retirements }, deposit: RICH };
      const { error } = chain.call(call);
      if (error === null) continue;
      t.regex(error, /^TOO_MANY: the events would have \d+ bytes/);
      t.true(count > 6, 'no batch went well');
      return;
    }
    t.fail('no batch was too long');
  },
);

/** Makes a call that must go well, and shows that nobody else pays for what it stores. */
function payer(t: ExecutionContext): (call: Call) => unknown {
  return (call) => {
    const { value } = chain.mustCall(call);
    t.true(
      free() >= least,
      `after ${call.method} nobody pays for ${(least - free()) / YOCTO_PER_BYTE} bytes`,
    );
    return value;
  };
}

function free(): bigint {
  return chain.balance() - chain.storageUsage() * YOCTO_PER_BYTE;
}

function consent(ref: string): Call {
  const args = {
    registry: REGISTRY,
    consent_ref: nameOf(ref),
    tonnage: '999999999999.00000001',
    unit: UNIT,
    document_sha256: hashOf('document'),
    immobilised_on: '2026-01-15',
    valid_to: '2099-12-31',
  };
  return { from: AGENT, method: 'record_consent', args, deposit: ENOUGH_DEPOSIT };
}

/** Every field, each as long as it may be; each credit is the first of its project and vintage. */
function mint(mrv_hash: string, ref: string, tonnage = TONNES): Call {
  const digits = Number.parseInt(hashOf(ref).slice(0, 6), 16);
  const credit = {
    registry: REGISTRY,
    project_id: nameOf(`project ${ref}`),
    methodology: wide(64),
    tonnage,
    unit: UNIT,
    serial: { namespace: wide(64), start: '10000000000000000000' },
    vintage_year: 1990 + (digits % 100),
    issued_on: '2026-01-31',
    expires_on: '2099-12-31',
    consent_ref: nameOf(ref),
    buffer_tonnage: tonnage,
    reference: wide(LINK_BYTES),
    reference_hash: createHash('sha256').update('reference').digest('base64'),
  };
  const args = { receiver_id: HOLDER, mrv_hash, credit, memo: wide(256) };
  return { from: MINTER, method: 'nft_mint', args, deposit: ENOUGH_DEPOSIT };
}

/** 64 bytes that tell it from others. */
function nameOf(text: string): string {
  const wanted = 64 - text.length;
  return text + wide(wanted);
}

function approveAll(pay: (call: Call) => unknown, owner_id: string, token_id: string): void {
  for (const account_id of APPROVED) {
    pay({ from: owner_id, method: 'nft_approve', args: { token_id, account_id }, deposit: 1n });
  }
}

const SALT = hashOf('salt');
const NAME = wide(256);

/** Hidden by a commitment, so that the name comes beside it when it is revealed. */
function wish(token_id: string) {
  const beneficiary_commitment = createHash('sha256')
    .update('dmrv:beneficiary:1\n')
    .update(Buffer.from(SALT, 'hex'))
    .update(NAME)
    .digest('hex');
  return {
    token_id,
    beneficiary_commitment,
    beneficiary_kind: 'organisation',
    beneficiary_id: nameOf(token_id.slice(0, 30)),
    reason: wide(256),
    purpose: wide(64),
    jurisdiction: wide(64),
    consumption_period: wide(64),
  };
}

/** The first word of the registry is paid by the reserve, those after it by the registry. */
function tellAllOf(pay: (call: Call) => unknown, token_id: string): void {
  pay({
    from: HOLDER,
    method: 'reveal_beneficiary',
    args: { token_id, beneficiary: NAME, salt: SALT },
    deposit: 1n,
  });
  pay({ from: AGENT, method: 'refuse_retirement', args: { token_id, reason: wide(256) }, deposit: 1n });
  for (const evidence of ['first', 'second']) {
    const args = {
      token_id,
      registry_retirement_id: wide(64),
      registry_retired_on: FIRST_DAY,
      evidence_sha256: hashOf(evidence),
    };
    pay({ from: AGENT, method: 'confirm_retirement', args, deposit: ENOUGH_DEPOSIT });
  }
}
