// Owns reconciliation for specs in which nothing is compared; leaves the real one to api/reconcile.

import type { Services } from '../../api/services.ts';

export const NO_RECONCILIATION: Services['reconciliation'] = {
  begin: () => Promise.reject(new Error('This spec compares nothing.')),
};
