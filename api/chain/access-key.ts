// Owns whether a public key opens an account on chain as a whole; leaves asking the node to json-rpc.ts.

import { z } from 'zod';
import { type AskChain, RpcRefusal } from './json-rpc.ts';

const viewSchema = z.object({ permission: z.union([z.literal('FullAccess'), z.object({}).loose()]) });

/** A key with an allowance for some calls may belong to any app, so it does not speak for the account. */
export async function isFullAccessKey(
  ask: AskChain,
  about: { account_id: string; public_key: string },
): Promise<boolean> {
  try {
    const view = await ask('query', { request_type: 'view_access_key', finality: 'final', ...about });
    return viewSchema.safeParse(view).data?.permission === 'FullAccess';
  } catch (error) {
    if (error instanceof RpcRefusal && ABSENT.has(error.cause_name)) return false;
    throw error;
  }
}

const ABSENT: ReadonlySet<string> = new Set(['UNKNOWN_ACCESS_KEY', 'UNKNOWN_ACCOUNT', 'INVALID_ACCOUNT']);
