// Owns the bytes in which a kept proof leaves the API; leaves who may have it to the routes.

import type { KeptBundle } from '../../core/db/proofs.ts';
import type { Stream } from '../route.ts';
import { writeBundle } from './make-bundle.ts';

/** Not the envelope's own type: the file is an answer without one. */
export const PROOF_TYPE = 'application/vnd.dmrv.retirement-proof+json';

/** The very bytes whose hash is kept. */
export function proofFile(kept: KeptBundle): Stream {
  const { text, sha256 } = writeBundle(kept.bundle);
  if (sha256 !== kept.bundle_sha256) throw new Error(`The proof of ${kept.token_id} is not what was kept.`);
  return {
    body: text,
    headers: {
      'content-disposition': `attachment; filename="retirement-${kept.token_id.slice(0, 16)}.proof.json"`,
      etag: `"${sha256}"`,
    },
  };
}
