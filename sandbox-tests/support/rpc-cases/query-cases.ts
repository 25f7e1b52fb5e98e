// Owns the requests of `query` and what each is answered; leaves judging to case.ts.
import { ROOT } from '../rpc-node.ts';
import { HOLDER, KEPT, type RpcWorld } from '../rpc-world.ts';
import { base64, type Case, FINAL, handler, NEVER, parsing } from './case.ts';

const query =
  (question: object): ((world: RpcWorld) => unknown) =>
  () => ({ ...FINAL, ...question });
const view = (method_name: string, account_id = HOLDER) =>
  query({ request_type: 'call_function', account_id, method_name, args_base64: '' });
const softError = (error: string) => ({ error, logs: [] });

export const QUERIES: Case[] = [
  {
    title: 'view_account',
    params: query({ request_type: 'view_account', account_id: ROOT }),
    result: () => ({ locked: '0', code_hash: '11111111111111111111111111111111', storage_paid_at: 0 }),
  },
  {
    title: 'view_account in the oldest form',
    params: () => [`account/${ROOT}`, ''],
    result: () => ({ locked: '0' }),
  },
  {
    title: 'view_account of nobody',
    params: query({ request_type: 'view_account', account_id: 'nobody.near' }),
    error: () => ({
      cause: { name: 'UNKNOWN_ACCOUNT', info: { requested_account_id: 'nobody.near' } },
      data: 'account nobody.near does not exist while viewing',
    }),
  },
  {
    title: 'view_account at a block that is not there',
    params: () => ({ request_type: 'view_account', account_id: ROOT, block_id: NEVER }),
    error: () => handler('UNKNOWN_BLOCK', { block_reference: { block_id: NEVER } }),
  },
  {
    title: 'view_access_key',
    params: ({ root_key }) => ({
      ...FINAL,
      request_type: 'view_access_key',
      account_id: ROOT,
      public_key: root_key,
    }),
    result: () => ({ nonce: 1, permission: 'FullAccess' }),
  },
  {
    title: 'view_access_key of a key that is not there',
    params: ({ root_key }) => ({
      ...FINAL,
      request_type: 'view_access_key',
      account_id: HOLDER,
      public_key: root_key,
    }),
    result: ({ root_key }) => softError(`access key ${root_key} does not exist while viewing`),
  },
  {
    title: 'view_access_key_list',
    params: query({ request_type: 'view_access_key_list', account_id: ROOT }),
    result: ({ root_key }) => ({
      keys: [{ public_key: root_key, access_key: { nonce: 1, permission: 'FullAccess' } }],
    }),
  },
  {
    title: 'view_access_key_list of nobody',
    params: query({ request_type: 'view_access_key_list', account_id: 'nobody.near' }),
    result: () => ({ keys: [] }),
  },
  {
    title: 'view_code of an account without one',
    params: query({ request_type: 'view_code', account_id: ROOT }),
    error: () => handler('NO_CONTRACT_CODE'),
  },
  {
    title: 'view_state',
    params: query({ request_type: 'view_state', account_id: HOLDER, prefix_base64: '' }),
    result: () => ({ values: [{ key: base64('key'), value: base64(KEPT) }] }),
  },
  {
    title: 'view_state with another prefix',
    params: query({ request_type: 'view_state', account_id: HOLDER, prefix_base64: base64('x') }),
    result: () => ({ values: [] }),
  },
  {
    title: 'call_function',
    params: view('read'),
    result: () => ({ result: [...Buffer.from(KEPT)], logs: [] }),
  },
  {
    title: 'call_function that panics',
    params: view('refuse'),
    result: () =>
      softError(
        'wasm execution failed with error: HostError(GuestPanic { panic_msg: "no \\"such\\" luck" })',
      ),
  },
  {
    title: 'call_function that traps',
    params: view('trap'),
    result: () => softError('wasm execution failed with error: WasmTrap(Unreachable)'),
  },
  {
    title: 'call_function that writes',
    params: view('keep'),
    result: () =>
      softError(
        'wasm execution failed with error: HostError(ProhibitedInView { method_name: "storage_write" })',
      ),
  },
  {
    title: 'call_function of a method that is not there',
    params: view('none'),
    result: () => softError('wasm execution failed with error: MethodResolveError(MethodNotFound)'),
  },
  {
    title: 'call_function without a contract',
    params: view('read', ROOT),
    result: () =>
      softError(
        `wasm execution failed with error: CompilationError(CodeDoesNotExist { account_id: "${ROOT}" })`,
      ),
  },
  {
    title: 'call_function of nobody',
    params: view('read', 'nobody.near'),
    error: () => handler('UNKNOWN_ACCOUNT'),
  },
  parsing('a question that there is not', { ...FINAL, request_type: 'view_mind', account_id: ROOT }),
  parsing('an account id that is none', { ...FINAL, request_type: 'view_account', account_id: 'Bob' }),
  parsing('no block', { request_type: 'view_account', account_id: ROOT }),
  parsing('base64 that is none', {
    ...FINAL,
    request_type: 'view_state',
    account_id: ROOT,
    prefix_base64: '!',
  }),
  parsing('a path that there is not', ['mind/bob', '']),
];
