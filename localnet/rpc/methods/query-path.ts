// Owns the oldest form of queries, a path and base58 data; leaves answering to query.ts.
import { decodeBase58 } from '../../../core/near/base58.ts';
import { encodeBase64 } from '../../../core/near/crypto.ts';
import { parseError } from '../errors.ts';

/** The same question with its members named. Data beyond 128 letters is refused: nobody asks so any longer. */
export function fromPath([path, data]: readonly unknown[]): unknown {
  if (typeof path !== 'string' || typeof data !== 'string') {
    throw parseError('Failed parsing args: a path and base58 data, both texts, were expected');
  }
  const [command, account_id, ...rest] = path.split('/');
  if (command === undefined || account_id === undefined) {
    throw parseError('Not enough query parameters provided');
  }
  // A method's name may hold a slash.
  const extra = rest.length === 0 ? undefined : rest.join('/');
  return { ...question({ command, extra, data }), account_id, finality: 'optimistic' };
}

function question({ command, extra, data }: { command: string; extra: string | undefined; data: string }) {
  switch (command) {
    case 'account':
      return { request_type: 'view_account' };
    case 'access_key':
      if (extra === undefined) return { request_type: 'view_access_key_list' };
      return { request_type: 'view_access_key', public_key: extra };
    case 'code':
      return { request_type: 'view_code' };
    case 'contract':
      return { request_type: 'view_state', prefix_base64: toBase64(data) };
    case 'call':
      if (extra === undefined) throw parseError('Method name is missing');
      return { request_type: 'call_function', method_name: extra, args_base64: toBase64(data) };
    default:
      throw parseError(`Unknown path ${command}`);
  }
}

function toBase64(data: string): string {
  try {
    return encodeBase64(decodeBase58(data));
  } catch (error) {
    throw parseError(error instanceof Error ? error.message : String(error));
  }
}
