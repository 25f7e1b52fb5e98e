// Owns the way from a body to an answer; leaves sockets to server.ts and each method to methods/.
import type { RpcContext } from './context.ts';
import { internalError, methodNotFound, RpcError } from './errors.ts';
import { type Answer, answerError, answerResult, parseRequest, type Request } from './message.ts';
import { METHODS } from './methods.ts';

/** Never rejects. A fault of this program is answered as NEAR's internal error and reported. */
export async function handle(
  context: RpcContext,
  options: { text: string; reportFault: (method: string, error: unknown) => void },
): Promise<Answer> {
  let request: Request | null = null;
  try {
    request = parseRequest(options.text);
    const method = METHODS.get(request.method);
    if (method === undefined) throw methodNotFound(request.method);
    return answerResult(request.id, await method(context, request.params));
  } catch (error) {
    const id = request?.id ?? null;
    if (error instanceof RpcError) return answerError(id, error);
    options.reportFault(request?.method ?? 'no method', error);
    return answerError(id, internalError('a fault of this program; its log has the reason'));
  }
}
