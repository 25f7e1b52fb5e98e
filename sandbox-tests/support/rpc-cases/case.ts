// Owns what a request of the tables is and how its answer is judged; leaves the tables to their files.
import type { RpcAnswer } from '../rpc-node.ts';
import type { RpcWorld } from '../rpc-world.ts';

/** One of `result` and `error` says what the answer holds at least. */
export interface Case {
  title: string;
  params(world: RpcWorld): unknown;
  /** 200 where it is missing. */
  status?: number;
  result?(world: RpcWorld): unknown;
  error?(world: RpcWorld): unknown;
}

export const FINAL = { finality: 'final' };
/** The hash of nothing. */
export const NEVER = '11111111111111111111111111111112';

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export function parsing(title: string, params: unknown): Case {
  return {
    title: `refused: ${title}`,
    params: () => params,
    status: 400,
    error: () => ({ name: 'REQUEST_VALIDATION_ERROR', code: -32_700, cause: { name: 'PARSE_ERROR' } }),
  };
}

export function handler(name: string, info?: unknown) {
  return {
    name: 'HANDLER_ERROR',
    code: -32_000,
    message: 'Server error',
    cause: info === undefined ? { name } : { name, info },
  };
}

/** Undefined where the answer holds all that is wanted; otherwise where it does not. */
export function findDifference(answer: RpcAnswer, wanted: Case, world: RpcWorld): string | undefined {
  const { status = 200 } = wanted;
  const { body } = answer;
  if (answer.status !== status) return `HTTP ${answer.status} instead of ${status}: ${JSON.stringify(body)}`;
  const kind = wanted.error === undefined ? 'result' : 'error';
  if (!(kind in body)) return `no ${kind}: ${JSON.stringify(body)}`;
  return differenceAt(kind, body[kind], wanted[kind]?.(world));
}

/** Members beside the wanted ones are fine, items of a list are not. */
function differenceAt(path: string, found: unknown, wanted: unknown): string | undefined {
  if (wanted === null || typeof wanted !== 'object') {
    return found === wanted
      ? undefined
      : `${path} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`;
  }
  if (found === null || typeof found !== 'object' || Array.isArray(found) !== Array.isArray(wanted)) {
    return `${path} is ${JSON.stringify(found)}, not of the kind of ${JSON.stringify(wanted)}`;
  }
  if (Array.isArray(wanted) && Array.isArray(found) && wanted.length !== found.length) {
    return `${path} has ${found.length} items, not ${wanted.length}: ${JSON.stringify(found)}`;
  }
  const members = found as Record<string, unknown>;
  for (const [name, value] of Object.entries(wanted)) {
    const difference = differenceAt(`${path}.${name}`, members[name], value);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
