// Shows what a deployment decides to do for each thing it may find on the chain.
import test from 'ava';
import { planDeployment, type Situation, showNear, YOCTO_PER_BYTE } from './plan.ts';
import { LOCALNET_SETTINGS, parseSettings } from './settings.ts';

const BUILT = { sha256: 'ab'.repeat(32), bytes: 500_000 };
const KEY = { public_key: 'key', is_full: true };
const RULES = {
  owner_id: LOCALNET_SETTINGS.owner_id,
  upgrade_delay_ns: LOCALNET_SETTINGS.upgrade_delay_ns,
  announced_upgrade: null,
};

function situation(change: Partial<Situation> = {}, account: object = {}): Situation {
  return {
    contract_id: 'dmrv.localnet',
    account: { balance: 10n * 10n ** 24n, storage_usage: 182, code_sha256: null, keys: [KEY], ...account },
    rules: undefined,
    granted: [],
    missing_accounts: [],
    built: BUILT,
    settings: LOCALNET_SETTINGS,
    ...change,
  };
}

function kindsOf(one: Situation): string[] {
  const plan = planDeployment(one);
  return plan.kind === 'there' ? ['there', ...plan.notes] : plan.steps.map(({ kind }) => kind);
}

test('an account without code gets code, roles where there are some, and then loses its keys', (t) => {
  t.deepEqual(kindsOf(situation()), ['deploy', 'grant', 'delete_keys']);
  const settings = { ...LOCALNET_SETTINGS, roles: [] };
  t.deepEqual(kindsOf(situation({ settings })), ['deploy', 'delete_keys']);
});

test('with this contract and no key there is nothing to do, and differences are told', (t) => {
  const there = { code_sha256: BUILT.sha256, keys: [] };
  const granted = LOCALNET_SETTINGS.roles;
  t.deepEqual(kindsOf(situation({ rules: RULES, granted }, there)), ['there']);
  const other = { code_sha256: 'cd'.repeat(32), keys: [] };
  const notes = kindsOf(situation({ rules: { ...RULES, owner_id: 'bob.localnet' } }, other));
  t.regex(
    notes.join('\n'),
    /^there\nThe code there is not .*\nThe owner is bob\.localnet; .*\nNot granted: guardian/,
  );
});

test('with this contract and keys it goes on, but only with its own code, owner and delay', (t) => {
  const cut_off = { code_sha256: BUILT.sha256 };
  t.deepEqual(kindsOf(situation({ rules: RULES }, cut_off)), ['grant', 'delete_keys']);
  const granted = LOCALNET_SETTINGS.roles;
  t.deepEqual(kindsOf(situation({ rules: RULES, granted }, cut_off)), ['delete_keys']);
  for (const [rules, code_sha256] of [
    [RULES, 'cd'.repeat(32)],
    [{ ...RULES, owner_id: 'bob.localnet' }, BUILT.sha256],
    [{ ...RULES, upgrade_delay_ns: '1' }, BUILT.sha256],
  ] as const) {
    t.throws(() => planDeployment(situation({ rules }, { code_sha256 })), {
      message: /is initialised already/,
    });
  }
  t.throws(() => planDeployment(situation({}, cut_off)), { message: /has code already/ });
});

test('the balance must hold the code, the first state and the fees, to the yocto', (t) => {
  const needed = (182n + 500_000n + 100_000n) * YOCTO_PER_BYTE + 5n * 10n ** 23n;
  t.is(kindsOf(situation({}, { balance: needed })).length, 3);
  t.throws(() => planDeployment(situation({}, { balance: needed - 1n })), {
    message: /has 6\.50 NEAR; .* need 6\.51\./,
  });
  t.is(showNear(10n ** 24n + 5n * 10n ** 22n), '1.05');
});

test('settings are taken whole or refused with each mistake', (t) => {
  t.deepEqual(parseSettings(JSON.stringify(LOCALNET_SETTINGS), 'a.json'), LOCALNET_SETTINGS);
  const role = { role: 'guardian', account_id: 'bob.near', registry: 'verra' };
  const { owner_id, ...rest } = LOCALNET_SETTINGS;
  for (const [value, said] of [
    [rest, /1 mistake\(s\): owner_id: /],
    [{ ...rest, owner_id: 'A', upgrade_delay_ns: 5 }, /2 mistake\(s\): owner_id: .*; upgrade_delay_ns: /],
    [{ ...rest, owner_id, roles: [role] }, /1 mistake\(s\): roles\.0: /],
    [{ ...rest, owner_id, private_key: 'x' }, /Unrecognized key/],
  ] as const)
    t.throws(() => parseSettings(JSON.stringify(value), 'a.json'), {
      code: 'DEPLOYMENT_REFUSED',
      message: said,
    });
  t.throws(() => parseSettings('{', 'a.json'), { message: /are no JSON/ });
});
