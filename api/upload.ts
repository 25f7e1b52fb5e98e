// Owns bodies that are bytes: which media types, how many bytes; leaves what becomes of them to the handler.

import { Readable, Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DmrvError } from '../core/errors/index.ts';
import type { RouteWords } from './route.ts';

type Upload = NonNullable<RouteWords['upload']>;

/** In a scope of its own: elsewhere these media types are refused. */
export function acceptBytes(app: FastifyInstance, upload: Upload): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([...upload.content_types], (request: FastifyRequest, payload, done) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > upload.max_bytes) {
      done(tooLarge(upload));
      return;
    }
    const counted = payload.pipe(countBytes(upload));
    // Whoever reads it is told; without a reader, such as after a refusal, it is nobody's error.
    counted.on('error', () => undefined);
    // A client that goes away in the middle must not leave the reader waiting for the rest.
    payload.on('error', (error: Error) => counted.destroy(error));
    payload.on('close', () => {
      if (!payload.readableEnded) counted.destroy(new Error('The client left before the end of its upload.'));
    });
    done(null, counted);
  });
  app.addHook('onResponse', (request, _reply, done) => {
    readOff(request);
    done();
  });
}

/** Bytes that nobody read would keep the connection for ever: they are read to their end, or to their limit. */
function readOff({ body, raw }: FastifyRequest): void {
  if (!(body instanceof Readable) || body.readableEnded) return;
  body.on('error', () => raw.destroy());
  body.resume();
}

function countBytes(upload: Upload): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > upload.max_bytes) done(tooLarge(upload));
      else done(null, chunk);
    },
  });
}

function tooLarge({ max_bytes }: Upload): DmrvError {
  return new DmrvError('REQUEST_TOO_LARGE', { facts: { limit: max_bytes } });
}
