// Owns the answer to what is no request at all, or does not arrive: on the bare socket, in the envelope; leaves requests
// that were read to errors.ts.

import { randomUUID } from 'node:crypto';
import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { DmrvError, RetryableError } from '../../core/errors/index.ts';
import { failure, metaOf } from '../envelope.ts';

export type ClientErrorOptions = { now: () => Date; request_timeout_ms: number };

export function answerClientErrors(options: ClientErrorOptions) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    // Whoever has gone hears nothing.
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    socket.write(writeAnswer(toCatalogue(error.code, options), options.now()));
    socket.destroySoon();
  };
}

/** What Node says of a request that it gave up: https://nodejs.org/api/http.html#event-clienterror */
export function toCatalogue(code: string | undefined, about: { request_timeout_ms: number }): DmrvError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RetryableError('REQUEST_TIMEOUT', {
        facts: { seconds: about.request_timeout_ms / 1000 },
      });
    case 'HPE_HEADER_OVERFLOW':
      return new DmrvError('REQUEST_TOO_LARGE', { facts: { limit: maxHeaderSize } });
    default:
      return new DmrvError('VALIDATION_FAILED', { facts: { rule: 'the request is HTTP/1.1' } });
  }
}

function writeAnswer(error: DmrvError, at: Date): string {
  const meta = metaOf({ request_id: randomUUID(), at });
  const body = JSON.stringify(failure({ error, meta }));
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Error'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `x-request-id: ${meta.request_id}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
