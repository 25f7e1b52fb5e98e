// Owns signing for specs in which nothing is signed; leaves the real one to api/signing.

import type { Signing } from '../../api/signing/types.ts';

export const NO_SIGNING: Signing = {
  call: () => Promise.reject(new Error('This spec signs nothing.')),
  accountFor: () => undefined,
};
