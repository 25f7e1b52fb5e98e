// Owns the questions that signing has for a node, with their answers read; leaves the connection to api/chain.

import { z } from 'zod';
import { RetryableError } from '../../core/errors/index.ts';
import { type AskChain, RpcRefusal } from '../chain/json-rpc.ts';
import { type ReadStatus, readFailure, readStatus } from './read-outcome.ts';

export type Block = { height: bigint; hash: string };

const height = z.union([z.number(), z.string()]).transform((value) => BigInt(value));
const blockSchema = z.object({ header: z.object({ height, hash: z.string() }) });
const keySchema = z.object({ nonce: height });
const keyListSchema = z.object({
  keys: z.array(
    z.object({
      public_key: z.string(),
      access_key: z.object({ nonce: height, permission: z.unknown() }),
    }),
  ),
});
const viewSchema = z.object({ result: z.array(z.number()) });

export async function findFinalBlock(ask: AskChain): Promise<Block> {
  return read(blockSchema, await ask('block', { finality: 'final' })).header;
}

export async function findBlock(ask: AskChain, hash: string): Promise<Block> {
  return read(blockSchema, await ask('block', { block_id: hash })).header;
}

export type ChainKey = { public_key: string; nonce: bigint };

/** The account's full-access keys; none where there is no such account. */
export async function listFullKeys(ask: AskChain, account_id: string): Promise<ChainKey[]> {
  try {
    const about = { request_type: 'view_access_key_list', finality: 'final', account_id };
    return read(keyListSchema, await ask('query', about)).keys.flatMap(({ public_key, access_key }) =>
      access_key.permission === 'FullAccess' ? [{ public_key, nonce: access_key.nonce }] : [],
    );
  } catch (error) {
    if (error instanceof RpcRefusal && error.cause_name === 'UNKNOWN_ACCOUNT') return [];
    throw error;
  }
}

/** The key's nonce in the very block; undefined where it was not there. */
export async function findNonceAt(
  ask: AskChain,
  about: { block_hash: string; account_id: string; public_key: string },
): Promise<bigint | undefined> {
  const { block_hash: block_id, ...key } = about;
  try {
    return read(keySchema, await ask('query', { request_type: 'view_access_key', block_id, ...key })).nonce;
  } catch (error) {
    if (error instanceof RpcRefusal && ABSENT.has(error.cause_name)) return undefined;
    throw error;
  }
}

const ABSENT: ReadonlySet<string> = new Set(['UNKNOWN_ACCESS_KEY', 'UNKNOWN_ACCOUNT']);

/** What a view of the contract says in the very block. */
export async function viewAt(
  ask: AskChain,
  about: { block_hash: string; contract_id: string; method: string; args: object },
): Promise<unknown> {
  const answer = await ask('query', {
    request_type: 'call_function',
    block_id: about.block_hash,
    account_id: about.contract_id,
    method_name: about.method,
    args_base64: Buffer.from(JSON.stringify(about.args)).toString('base64'),
  });
  return JSON.parse(Buffer.from(read(viewSchema, answer).result).toString('utf8'));
}

/** The answer says nothing of the transaction's fate: that is asked for by its hash. */
export async function sendBytes(ask: AskChain, signed_tx_base64: string): Promise<void> {
  await ask('send_tx', { signed_tx_base64, wait_until: 'NONE' });
}

export type SeenStatus =
  | ReadStatus
  | { kind: 'unknown' }
  | { kind: 'refused'; code: string; message: string };

/** Shown with its bytes, a node that does not know the transaction also says why it would not take it. */
export async function seeTransaction(
  ask: AskChain,
  about: { signed_base64: string; contract_id: string },
): Promise<SeenStatus> {
  try {
    const params = { signed_tx_base64: about.signed_base64, wait_until: 'NONE' };
    return readStatus(await ask('tx', params), about.contract_id);
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error;
    if (error.cause_name === 'UNKNOWN_TRANSACTION') return { kind: 'unknown' };
    if (error.cause_name === 'INVALID_TRANSACTION') return { kind: 'refused', ...readFailure(error.data) };
    throw error;
  }
}

/** A node that talks nonsense is a node that does not answer. */
function read<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new RetryableError('CHAIN_UNREACHABLE', {
    facts: { reason: 'an answer of another form' },
    cause: parsed.error,
  });
}
