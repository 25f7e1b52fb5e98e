// Owns reading a request's body within its bound; leaves what is in it to handle.ts.
import type { IncomingMessage } from 'node:http';

export type Body =
  | { kind: 'text'; text: string }
  | { kind: 'too_large' }
  | { kind: 'no_utf8' }
  | { kind: 'gone' };

/** A body that is too large is not read to its end. */
export async function readBody(request: IncomingMessage, max_bytes: number): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > max_bytes) return { kind: 'too_large' };
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request) {
      const bytes: Buffer = part;
      length += bytes.length;
      if (length > max_bytes) return { kind: 'too_large' };
      parts.push(bytes);
    }
  } catch (error) {
    // The client hung up in the middle: nobody is left to answer.
    if (request.destroyed) return { kind: 'gone' };
    throw error;
  }
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'no_utf8' };
    throw error;
  }
}
