// Shows that near-api-js, unmodified, does on the localnet what it does on NEAR.
import test from 'ava';
import { Account, actions, JsonRpcProvider, KeyPair, KeyPairSigner, type KeyPairString } from 'near-api-js';
import * as errors from 'near-api-js/rpc-errors';
import { KEEPER, KEPT_LOG, ROOT } from './support/rpc-node.ts';
import { type ServedChain, serveChain } from './support/served-chain.ts';

const NEAR = 10n ** 24n;
/** Failures answer at once here; retries of the library would only hide them. */
const ONCE = { retries: 1 };

function accountOf(served: ServedChain, account_id: string, secret?: string): Account {
  const provider = new JsonRpcProvider({ url: served.url }, ONCE);
  const key = KeyPair.fromString((secret ?? served.secretOf(account_id)) as KeyPairString);
  return new Account(account_id, provider, new KeyPairSigner(key));
}

/** A new sub-account of the root with its own key. */
async function createAccount(served: ServedChain, name: string): Promise<{ account: Account; key: KeyPair }> {
  const key = KeyPair.fromRandom('ed25519');
  const root = accountOf(served, ROOT);
  await root.createSubAccount({
    accountOrPrefix: name,
    publicKey: key.getPublicKey(),
    nearToTransfer: 100n * NEAR,
  });
  return { account: accountOf(served, `${name}.${ROOT}`, key.toString()), key };
}

test('accounts are created, paid and deleted', async (t) => {
  const served = await serveChain(t);
  const { account } = await createAccount(served, 'dora');
  t.is((await account.getState()).balance.total, 100n * NEAR);
  const paid = await account.transfer({ receiverId: 'bob.test.near', amount: NEAR });
  t.deepEqual(paid.status, { SuccessValue: '' });
  t.is(paid.final_execution_status, 'EXECUTED_OPTIMISTIC');
  const { balance } = await accountOf(served, 'bob.test.near').getState();
  t.is(balance.total, 1_000_001n * NEAR);
  await account.deleteAccount('bob.test.near');
  await t.throwsAsync(account.getState(), { instanceOf: errors.AccountDoesNotExistError });
  t.deepEqual(served.faults, []);
});

test('a contract is deployed, called and viewed', async (t) => {
  const served = await serveChain(t);
  const { account } = await createAccount(served, 'keeper');
  await account.deployContract(KEEPER);
  const { provider } = account;
  const { code } = await provider.viewContractCode({ contractId: account.accountId });
  t.deepEqual(Buffer.from(code), Buffer.from(KEEPER));
  const root = accountOf(served, ROOT);
  const contractId = account.accountId;
  const called = await root.callFunctionRaw({ contractId, methodName: 'keep', args: { a: 1 } });
  if (!('receipts_outcome' in called)) return t.fail('no outcomes');
  t.deepEqual(called.receipts_outcome[0]?.outcome.logs, [KEPT_LOG]);
  t.deepEqual(await provider.callFunction({ contractId, method: 'read', args: {} }), { a: 1 });
  t.deepEqual(await root.callFunction({ contractId, methodName: 'echo', args: { b: [2] } }), { b: [2] });
  const state = await provider.viewContractState({ contractId });
  t.deepEqual(
    state.values.map(({ key, value }) => [atob(key), atob(value)]),
    [['key', '{"a":1}']],
  );
});

test('a failing call throws the failure that NEAR names', async (t) => {
  const served = await serveChain(t);
  const { account } = await createAccount(served, 'keeper');
  await account.deployContract(KEEPER);
  const contractId = account.accountId;
  const call = (methodName: string) => account.callFunction({ contractId, methodName, args: {} });
  await t.throwsAsync(call('refuse'), { message: /Smart contract panicked: no "such" luck/ });
  await t.throwsAsync(call('trap'), { message: /unreachable/ });
  await t.throwsAsync(call('spin'), { message: /Exceeded the prepaid gas/ });
  await t.throwsAsync(call('none'), { instanceOf: errors.ContractMethodNotFoundError });
  const missing = account.callFunction({ contractId: 'bob.test.near', methodName: 'keep', args: {} });
  await t.throwsAsync(missing, { instanceOf: errors.ContractCodeDoesNotExistError });
  const poor = account.transfer({ receiverId: ROOT, amount: 1_000n * NEAR });
  await t.throwsAsync(poor, { instanceOf: errors.NotEnoughBalanceError });
  const nowhere = account.transfer({ receiverId: 'nobody.near', amount: 1n });
  await t.throwsAsync(nowhere, { instanceOf: errors.AccountDoesNotExistActionError });
  t.deepEqual(served.faults, []);
});

test('a failing view throws what the contract said', async (t) => {
  const served = await serveChain(t);
  const { account } = await createAccount(served, 'keeper');
  await account.deployContract(KEEPER);
  const { provider } = account;
  const view = (method: string, contractId = account.accountId) =>
    provider.callFunction({ contractId, method, args: {} });
  await t.throwsAsync(view('refuse'), {
    message: /HostError\(GuestPanic \{ panic_msg: "no \\"such\\" luck" \}\)/,
  });
  await t.throwsAsync(view('keep'), { message: /ProhibitedInView \{ method_name: "storage_write" \}/ });
  await t.throwsAsync(view('who'), { message: /ProhibitedInView \{ method_name: "signer_account_id" \}/ });
  await t.throwsAsync(view('none'), { instanceOf: errors.ContractMethodNotFoundError });
  await t.throwsAsync(view('read', 'bob.test.near'), { instanceOf: errors.ContractCodeDoesNotExistError });
  await t.throwsAsync(view('read', 'nobody.near'), { instanceOf: errors.AccountDoesNotExistError });
});

test('access keys are added, listed, used within their bounds and deleted', async (t) => {
  const served = await serveChain(t);
  const { account, key } = await createAccount(served, 'keeper');
  await account.deployContract(KEEPER);
  const contractId = account.accountId;
  const caller = KeyPair.fromRandom('ed25519');
  const publicKey = caller.getPublicKey();
  await account.addFunctionCallAccessKey({ publicKey, contractId, methodNames: ['echo'], allowance: NEAR });
  const { keys } = await account.getAccessKeyList();
  t.deepEqual(
    keys.map((listed) => listed.public_key).sort(),
    [key.getPublicKey().toString(), publicKey.toString()].sort(),
  );
  const limited = accountOf(served, account.accountId, caller.toString());
  t.deepEqual(await limited.callFunction({ contractId, methodName: 'echo', args: { c: 3 } }), { c: 3 });
  const { permission } = await account.getAccessKey(publicKey);
  if (permission === 'FullAccess') return t.fail('the key became a full one');
  t.true(BigInt(permission.FunctionCall.allowance ?? 0) < NEAR, 'gas is paid from the allowance');
  await t.throwsAsync(limited.callFunction({ contractId, methodName: 'keep', args: {} }), {
    instanceOf: errors.AccessKeyMethodNameMismatchActionError,
  });
  await t.throwsAsync(limited.transfer({ receiverId: ROOT, amount: 1n }), {
    instanceOf: errors.AccessKeyRequiresFullAccessActionError,
  });
  await account.deleteKey(publicKey);
  await t.throwsAsync(account.getAccessKey(publicKey), { instanceOf: errors.AccessKeyDoesNotExistError });
  await t.throwsAsync(limited.callFunction({ contractId, methodName: 'echo', args: {} }), {
    instanceOf: errors.AccessKeyNotFoundActionError,
  });
});

test('a delegate action runs for the account that signed it, at the cost of who sent it', async (t) => {
  const served = await serveChain(t);
  const { account } = await createAccount(served, 'signer');
  const bob = accountOf(served, 'bob.test.near');
  const before = (await account.getState()).balance.total;
  const { signedDelegate } = await account.createSignedMetaTransaction({
    receiverId: 'carol.test.near',
    actions: [actions.transfer(NEAR)],
  });
  const relayed = await bob.signAndSendTransaction({
    receiverId: account.accountId,
    actions: [actions.signedDelegate(signedDelegate)],
  });
  t.deepEqual(relayed.status, { SuccessValue: '' });
  t.is((await account.getState()).balance.total, before, 'the relayer pays deposits too');
  t.is((await accountOf(served, 'carol.test.near').getState()).balance.total, 1_000_001n * NEAR);
  const again = bob.signAndSendTransaction({
    receiverId: account.accountId,
    actions: [actions.signedDelegate(signedDelegate)],
  });
  await t.throwsAsync(again, { instanceOf: errors.DelegateActionInvalidNonceActionError });
});

test('a nonce that another client used is replaced and the transaction sent again', async (t) => {
  const served = await serveChain(t);
  const { account, key } = await createAccount(served, 'busy');
  const other = accountOf(served, account.accountId, key.toString());
  await account.transfer({ receiverId: ROOT, amount: 1n });
  // Each client counts nonces for itself, so both are at the same one now.
  await other.transfer({ receiverId: ROOT, amount: 1n });
  await other.transfer({ receiverId: ROOT, amount: 1n });
  const retried = await account.transfer({ receiverId: ROOT, amount: 1n });
  t.deepEqual(retried.status, { SuccessValue: '' });
});

test('ten transfers at once all arrive', async (t) => {
  const served = await serveChain(t);
  const root = accountOf(served, ROOT);
  const sent = await Promise.all(
    Array.from({ length: 10 }, () => root.transfer({ receiverId: 'bob.test.near', amount: 1n })),
  );
  t.true(
    sent.every(({ status }) => typeof status === 'object' && status !== null && 'SuccessValue' in status),
  );
  const { balance } = await accountOf(served, 'bob.test.near').getState();
  t.is(balance.total, 1_000_000n * NEAR + 10n);
});

test('blocks, chunks, receipts, changes, proofs and the network are read', async (t) => {
  const served = await serveChain(t);
  const root = accountOf(served, ROOT);
  const { provider } = root;
  const sent = await root.transfer({ receiverId: 'bob.test.near', amount: 5n });
  if (!('receipts_outcome' in sent)) return t.fail('no outcomes');
  const [first] = sent.receipts_outcome;
  if (first === undefined) return t.fail('no receipt');
  await (provider as JsonRpcProvider).sendJsonRpc('sandbox_fast_forward' as 'status', { delta_height: 5 });
  const rpc = provider as JsonRpcProvider;
  if (served.is_localnet) t.is(await rpc.getNetworkId(), 'localnet');
  const block = await rpc.viewBlock({ blockId: first.block_hash });
  const chunk = await rpc.viewChunk(block.chunks[0]?.chunk_hash ?? '');
  t.is(chunk.header.shard_id, 0);
  t.like(await rpc.viewTransactionReceipt(first.id), { receipt_id: first.id, receiver_id: 'bob.test.near' });
  const changed = await rpc.accountChanges(['bob.test.near'], { blockId: first.block_hash });
  t.deepEqual(changed.changes[0]?.cause, { type: 'receipt_processing', receipt_hash: first.id });
  t.true((await rpc.blockChanges({ blockId: first.block_hash })).changes.length > 0);
  const status = await rpc.viewTransactionStatusWithReceipts({
    txHash: sent.transaction_outcome.id,
    accountId: ROOT,
    waitUntil: 'FINAL',
  });
  t.is(status.final_execution_status, 'FINAL');
  t.true('receipts' in status && status.receipts.length > 0);
  const head = await rpc.viewBlock({ finality: 'final' });
  const proof = await rpc.lightClientProof({
    type: 'receipt' as never,
    light_client_head: head.header.hash,
    receipt_id: first.id,
    receiver_id: 'bob.test.near',
  });
  t.is(proof.outcome_proof.id, first.id);
  const genesis = await rpc.viewBlock({ blockId: 0 });
  const next = await rpc.nextLightClientBlock({ last_block_hash: genesis.header.hash });
  t.is(next.inner_lite?.height, head.header.height);
  t.is((await rpc.viewGasPrice()).gas_price, '100000000');
  const validators = (await rpc.viewValidators()).current_validators.length;
  const { protocol_version } = await rpc.experimental_protocolConfig({ finality: 'final' });
  if (served.is_localnet) t.deepEqual([validators, protocol_version], [4, 86]);
  else t.true(validators > 0 && protocol_version !== undefined);
  t.deepEqual(served.faults, []);
});
