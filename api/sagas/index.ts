// Owns the list of the sagas that workers carry out; leaves each to its file.

import { type SagaDefinitions, sagasByType } from './define.ts';
import { issuance } from './issuance/saga.ts';

export const ALL_SAGAS: SagaDefinitions = sagasByType([issuance]);
