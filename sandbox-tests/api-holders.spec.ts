// Shows that a wallet's signed message opens a short session that sees the account's own credits, on a chain with its keys,
// and that nothing else opens one.

import test, { type ExecutionContext } from 'ava';
import { Account, JsonRpcProvider, KeyPair, KeyPairSigner } from 'near-api-js';
import { z } from 'zod';
import { createAskChain } from '../api/chain/json-rpc.ts';
import { ApiError, createClient } from '../api/client/client.ts';
import { defineRoute } from '../api/route.ts';
import { API_ROUTES } from '../api/routes/index.ts';
import { CONTRACT_ID, startApi, type TestApi } from './support/api.ts';
import { type ServedChain, serveChain } from './support/served-chain.ts';
import { openWorld } from './support/world.ts';

const BOB = 'bob.test.near';
const CAROL = 'carol.test.near';
const NONCE_MS = 5 * 60_000;
const SESSION_MS = 30 * 60_000;
const CALLBACK = 'https://credits.example';

/** What a holder sees, for this spec: the routes of credits have specs of their own. */
const seen = {
  listOwn: defineRoute({
    method: 'GET',
    path: '/api/v1/test/own',
    tag: 'credits',
    summary: 'The credits of the account',
    callers: { holder: 'own' },
    answer: z.array(z.string()),
    handle: async ({ transact }) => {
      const rows = await transact((trx) => trx.selectFrom('credit.credits').select('credit_id').execute());
      return rows.map(({ credit_id }) => credit_id);
    },
  }),
};

const routes = { ...API_ROUTES, ...seen };

let api: TestApi;
let chain: ServedChain;
const ends: (() => Promise<void>)[] = [];

test.before(async () => {
  chain = await serveChain({ teardown: (end) => void ends.push(end) });
  const ask = createAskChain({ rpc_urls: [chain.url] });
  api = await startApi(undefined, {
    services: { chain: { network: 'localnet', contract_account_id: CONTRACT_ID, ask } },
    settings: { callback_origins: [CALLBACK] },
    routes: seen,
  });
});

test.after.always(async () => {
  await api?.close();
  for (const end of ends.reverse()) await end();
});

type Signing = {
  account_id?: string;
  secret_key?: string;
  message?: string;
  recipient?: string;
  nonce?: string;
  callback_url?: string;
};

/** As a wallet does it: by near-api-js and not by our own code. */
async function sign(challenge: { nonce: string; message: string; recipient: string }, given: Signing = {}) {
  const { account_id = BOB, callback_url } = given;
  const key = KeyPair.fromString((given.secret_key ?? chain.secretOf(account_id)) as `ed25519:${string}`);
  const signed = await new KeyPairSigner(key).signNep413Message(account_id, {
    message: given.message ?? challenge.message,
    recipient: given.recipient ?? challenge.recipient,
    nonce: new Uint8Array(Buffer.from(given.nonce ?? challenge.nonce, 'base64')),
    ...(callback_url === undefined ? {} : { callbackUrl: callback_url }),
  });
  return {
    account_id,
    public_key: signed.publicKey.toString(),
    signature: Buffer.from(signed.signature).toString('base64'),
    nonce: challenge.nonce,
    ...(callback_url === undefined ? {} : { callback_url }),
  };
}

async function signIn(given: Signing = {}) {
  const challenge = await api.clientFor().createHolderChallenge();
  return api.clientFor().createHolderSession({ body: await sign(challenge, given) });
}

async function refused(t: ExecutionContext, work: Promise<unknown>, code: string): Promise<void> {
  const error = await t.throwsAsync(work, { instanceOf: ApiError });
  t.is(error.code, code, error.message);
}

test.serial('a wallet signs the challenge and its account has a session', async (t) => {
  const session = await signIn();
  t.is(session.account_id, BOB);
  t.regex(session.token, /^dmrv_h_/);
  t.deepEqual(await api.clientFor(session.token).getMe(), {
    kind: 'holder',
    holder_session_id: session.holder_session_id,
    account_id: BOB,
  });
  t.is((await signIn({ callback_url: `${CALLBACK}/back?to=1` })).account_id, BOB);
});

test.serial('the session sees the credits of its account over all tenants, and no other', async (t) => {
  const world = openWorld({ url: api.database.admin_url, log: t.log });
  t.teardown(() => world.close());
  const own: string[] = [];
  for (const owner_account_id of [BOB, BOB, CAROL]) {
    const { credit_id } = await world.make('credit.credit_ownership', {
      owner_account_id,
      owner_type: 'near',
    });
    if (owner_account_id === BOB) own.push(credit_id);
  }
  const { token } = await signIn();
  const client = createClient({ routes, base_url: api.base_url, token });
  t.deepEqual((await client.listOwn()).sort(), own.sort());
  const carol = await signIn({ account_id: CAROL });
  const others = await createClient({ routes, base_url: api.base_url, token: carol.token }).listOwn();
  t.is(others.length, 1);
  t.false(own.includes(others[0] ?? ''));
  await refused(t, api.clientFor(token).listApiKeys(), 'FORBIDDEN');
});

test.serial('what a wallet signed is taken once', async (t) => {
  const challenge = await api.clientFor().createHolderChallenge();
  const body = await sign(challenge);
  await t.notThrowsAsync(api.clientFor().createHolderSession({ body }));
  await refused(t, api.clientFor().createHolderSession({ body }), 'UNAUTHENTICATED');
});

test.serial('of ten that send the same signature at once, one has a session', async (t) => {
  const challenge = await api.clientFor().createHolderChallenge();
  const body = await sign(challenge);
  const all = await Promise.allSettled(
    Array.from({ length: 10 }, () => api.clientFor().createHolderSession({ body })),
  );
  t.is(all.filter(({ status }) => status === 'fulfilled').length, 1);
});

test.serial('another message, recipient, nonce or callback than the challenge’s is refused', async (t) => {
  const nobodys = Buffer.alloc(32, 7).toString('base64');
  for (const wrong of [
    { message: 'Sign in' },
    { recipient: 'other.near' },
    { nonce: nobodys },
    { callback_url: 'https://evil.example/in' },
    { callback_url: 'https://credits.example.evil.example' },
    { callback_url: 'http://credits.example' },
  ]) {
    await refused(t, signIn(wrong), 'UNAUTHENTICATED');
  }
  const unknown = { nonce: nobodys, message: '', recipient: CONTRACT_ID };
  const { message } = await api.clientFor().createHolderChallenge();
  await refused(
    t,
    api.clientFor().createHolderSession({ body: await sign({ ...unknown, message }) }),
    'UNAUTHENTICATED',
  );
});

test.serial('a callback that was signed and is not sent, or the other way round, is refused', async (t) => {
  const challenge = await api.clientFor().createHolderChallenge();
  const { callback_url: _left_out, ...without } = await sign(challenge, { callback_url: CALLBACK });
  await refused(t, api.clientFor().createHolderSession({ body: without }), 'UNAUTHENTICATED');
  const plain = await sign(challenge);
  const added = { ...plain, callback_url: CALLBACK };
  await refused(t, api.clientFor().createHolderSession({ body: added }), 'UNAUTHENTICATED');
  await t.notThrowsAsync(api.clientFor().createHolderSession({ body: plain }));
});

test.serial('a key that is not on the account, or opens only some calls, is refused', async (t) => {
  const stranger = KeyPair.fromRandom('ed25519').toString();
  await refused(t, signIn({ secret_key: stranger }), 'UNAUTHENTICATED');
  // Carol's key is a good one, and not Bob's.
  await refused(t, signIn({ secret_key: chain.secretOf(CAROL) }), 'UNAUTHENTICATED');
  await refused(t, signIn({ account_id: 'nobody.test.near', secret_key: stranger }), 'UNAUTHENTICATED');

  const provider = new JsonRpcProvider({ url: chain.url });
  const signer = new KeyPairSigner(KeyPair.fromString(chain.secretOf(BOB) as `ed25519:${string}`));
  const account = new Account(BOB, provider, signer);
  const narrow = KeyPair.fromRandom('ed25519');
  await account.addFunctionCallAccessKey({ publicKey: narrow.getPublicKey(), contractId: CAROL });
  await refused(t, signIn({ secret_key: narrow.toString() }), 'UNAUTHENTICATED');

  const full = KeyPair.fromRandom('ed25519');
  await account.addFullAccessKey(full.getPublicKey());
  await t.notThrowsAsync(signIn({ secret_key: full.toString() }));
  await account.deleteKey(full.getPublicKey());
  await refused(t, signIn({ secret_key: full.toString() }), 'UNAUTHENTICATED');
});

test.serial('a challenge is good for five minutes, a session for thirty', async (t) => {
  const start = new Date();
  api.clock.set(start);
  const late = await sign(await api.clientFor().createHolderChallenge());
  const soon = await sign(await api.clientFor().createHolderChallenge());
  api.clock.set(new Date(start.getTime() + NONCE_MS));
  await refused(t, api.clientFor().createHolderSession({ body: late }), 'UNAUTHENTICATED');
  api.clock.set(new Date(start.getTime() + NONCE_MS - 1));
  const { token, expires_at } = await api.clientFor().createHolderSession({ body: soon });
  t.is(Date.parse(expires_at), start.getTime() + NONCE_MS - 1 + SESSION_MS);
  api.clock.set(new Date(Date.parse(expires_at) - 1));
  await t.notThrowsAsync(api.clientFor(token).getMe());
  api.clock.set(new Date(Date.parse(expires_at)));
  await refused(t, api.clientFor(token).getMe(), 'UNAUTHENTICATED');
  api.clock.set(new Date());
});

test.serial('a session that its holder ends is over; another of the account goes on', async (t) => {
  const [one, two] = [await signIn(), await signIn()];
  const ended = await api.clientFor(one.token).deleteHolderSession();
  t.is(ended.holder_session_id, one.holder_session_id);
  await refused(t, api.clientFor(one.token).getMe(), 'UNAUTHENTICATED');
  await t.notThrowsAsync(api.clientFor(two.token).getMe());
});

test.serial('while no node answers nobody signs in, the nonce stays good, and it is said why', async (t) => {
  let is_up = false;
  const ask = createAskChain({ rpc_urls: [chain.url] });
  const down = createAskChain({ rpc_urls: ['http://127.0.0.1:9', 'http://127.0.0.1:9/second'] });
  const other = await startApi(t, {
    services: {
      chain: {
        network: 'localnet',
        contract_account_id: CONTRACT_ID,
        ask: (method, params) => (is_up ? ask : down)(method, params),
      },
    },
  });
  const body = await sign(await other.clientFor().createHolderChallenge());
  await refused(t, other.clientFor().createHolderSession({ body }), 'CHAIN_UNREACHABLE');
  is_up = true;
  await t.notThrowsAsync(other.clientFor().createHolderSession({ body }));
  t.false(other.log.some((line) => line.includes(body.signature)));
});

test.serial('the second endpoint answers where the first does not', async (t) => {
  const ask = createAskChain({ rpc_urls: ['http://127.0.0.1:9', chain.url] });
  t.truthy(await ask('status', []));
  await t.throwsAsync(ask('no_such_method', []), { name: 'RpcRefusal' });
});
