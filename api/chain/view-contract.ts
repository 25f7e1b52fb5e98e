// Owns asking a view of the contract, as it stands in the last final block; leaves the connection to json-rpc.ts.

import { z } from 'zod';
import { RetryableError } from '../../core/errors/index.ts';
import type { Services } from '../services.ts';

const answerSchema = z.object({ result: z.array(z.number()) });

export async function viewContract(
  chain: Services['chain'],
  about: { method: string; args: Readonly<Record<string, unknown>> },
): Promise<unknown> {
  const answer = await chain.ask('query', {
    request_type: 'call_function',
    finality: 'final',
    account_id: chain.contract_account_id,
    method_name: about.method,
    args_base64: Buffer.from(JSON.stringify(about.args)).toString('base64'),
  });
  const read = answerSchema.safeParse(answer);
  if (read.success) return JSON.parse(Buffer.from(read.data.result).toString('utf8'));
  throw new RetryableError('CHAIN_UNREACHABLE', {
    facts: { reason: 'an answer of another form' },
    cause: read.error,
  });
}
