// Shows that what never became a request has a code of the catalogue too.

import test from 'ava';
import { toCatalogue } from './client-errors.ts';

const about = { request_timeout_ms: 30_000 };

test('a request that is late, too large or none has its code', (t) => {
  for (const [code, expected, status] of [
    ['ERR_HTTP_REQUEST_TIMEOUT', 'REQUEST_TIMEOUT', 408],
    ['HPE_HEADER_OVERFLOW', 'REQUEST_TOO_LARGE', 413],
    ['HPE_INVALID_METHOD', 'VALIDATION_FAILED', 400],
    [undefined, 'VALIDATION_FAILED', 400],
  ] as const) {
    const error = toCatalogue(code, about);
    t.is(error.code, expected);
    t.is(error.status, status);
  }
  t.regex(toCatalogue('ERR_HTTP_REQUEST_TIMEOUT', about).message, /within 30 s/);
});
